"""Units that are kept of one table have the answers of the engine in another table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import pytest
from line_batches import PROFILE, Row, compared, line_rows

from payer_rules.batch import claim_reads, decide_batches
from payer_rules.batch.deciding import kept_units_of
from payer_rules.batch.kept_units import KeptUnits
from payer_rules.checking import ClaimChecker
from payer_rules.registry import load

_RULES: Final = """
[[frequency_limit]]
id = "a-year"
codes = ["96130"]
limit = 1
counts = "services"
window = "calendar-year"
scope = "member"
adjustment = { group = "CO", carc = "119" }
cites = ["MANUAL"]
rationale = "The first hour is paid once a year."

[[frequency_limit]]
id = "any-month"
codes = ["96130", "90867"]
limit = 1
counts = "services"
window = { rolling_days = 30 }
scope = "member"
adjustment = { group = "CO", carc = "151" }
cites = ["MANUAL"]
rationale = "One of the two is paid in thirty days."

[[modifier_requirement]]
id = "since-july"
codes = ["90791"]
any_of = ["GT"]
in_force = { from = 2024-07-10 }
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "An evaluation carries modifier GT since July 10."

[[modifier_requirement]]
id = "since-february"
codes = ["90792"]
any_of = ["GT"]
in_force = { from = 2024-02-01 }
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "An evaluation carries modifier GT since February."

[[unit_rule]]
id = "quarters"
codes = ["90785"]
from = "minutes"
steps = { step = 15, round = "up" }
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "A unit is fifteen minutes."
"""


def rows(*claims: tuple[str, str, date], **facts: Any) -> list[Row]:
    """Return a row for the member, the code and the day of each claim."""
    plain = {**line_rows(1)[0], "units": "4", "line": 1, **facts}
    return [
        {**plain, "claim": f"C{at}", "member": member, "code": code, "date": day}
        for at, (member, code, day) in enumerate(claims)
    ]


def answers(checker: ClaimChecker, *tables: list[Row], by_engine: bool) -> list[list[str]]:
    """Return the results of each table, which the checker decides one after another."""
    import pyarrow as pa

    units = None if by_engine else KeptUnits.of(checker, None, None)
    if units is not None:
        units.least_seen = 0.0
    kept_units_of(checker)[frozenset(), None] = units
    return [
        compared(decide_batches(pa.Table.from_pylist(table).to_batches(), checker))
        for table in tables
    ]


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> ClaimChecker:
    """Return the checker of the payer with these rules."""
    path = tmp_path_factory.mktemp("acme") / "acme.toml"
    path.write_text(PROFILE + _RULES, encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    return ClaimChecker(registry=registry, payers=("acme",))


def assert_engine_agrees(checker: ClaimChecker, *tables: Iterable[Row]) -> None:
    """Assert that each table has the answers of the engine."""
    given = [list(table) for table in tables]
    by_engine = answers(checker, *given, by_engine=True)
    assert answers(checker, *given, by_engine=False) == by_engine


def test_windows_of_other_claims_do_not_take_the_place_of_those_of_a_unit(
    checker: ClaimChecker,
) -> None:
    """Two days in one month, and two in one year, differ in any order of the windows."""
    of_month = [("A", "96130", date(2024, 12, 20)), ("A", "96130", date(2025, 1, 5))]
    of_year = [("B", "96130", date(2025, 2, 1)), ("B", "96130", date(2025, 6, 1))]
    other = ("Z", "90867", date(2025, 7, 1))
    assert_engine_agrees(checker, rows(*of_month), rows(other, *of_year))


def test_other_codes_do_not_change_the_periods_of_a_claim(
    checker: ClaimChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many sets of codes a table has, the days of change are those of the claim's codes."""
    monkeypatch.setattr(claim_reads, "_SETS_AT_ONCE", 1)
    day = date(2024, 7, 5)
    many = [("Y", "90792", day), ("Z", "90853", day), ("A", "90791", day)]
    for later in (date(2024, 7, 15), date(2024, 8, 3), date(2024, 10, 3)):
        assert_engine_agrees(checker, rows(*many), rows(("B", "90791", later)))


def test_cells_of_other_columns_do_not_take_the_place_of_each_other(checker: ClaimChecker) -> None:
    """Ten miles are not ten minutes."""
    session = ("A", "90785", date(2025, 1, 1))
    assert_engine_agrees(checker, rows(session, miles="10"), rows(session, minutes="10"))
