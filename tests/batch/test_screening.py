"""The keys of the screen against the engine's findings, claim by claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from screen_oracle import (
    CODES,
    DAY,
    PAYER,
    RELEASE,
    Key,
    imported,
    keys_as_billed,
    keys_of_engine,
    limits,
    rows,
    terms,
)

from payer_rules.batch.screen_rules import ScreenRules
from payer_rules.batch.screening import ScreenedLines, read_lines, screen_lines
from payer_rules.errors import InputError, InvalidValueError
from payer_rules.kinds.frequency_limit.parts import LimitReading
from payer_rules.rulebook import RuleBook
from payer_rules.rules import When, Window
from payer_rules.tables.store import StoredEdits, TableStore

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small tables are imported."""
    folder = tmp_path_factory.mktemp("tables")
    imported(folder)
    return folder / "tables"


@pytest.fixture(scope="module")
def edits(folder: Path) -> StoredEdits:
    """The edits of the release."""
    return TableStore.open(folder).edits("medicare", "practitioner", RELEASE)


def keys_of(screened: ScreenedLines, found: Rows) -> set[Key]:
    """The keys with the claims and lines of their rows."""
    keys = set()
    for rule, row, other in zip(screened.rule, screened.row, screened.other, strict=True):
        mine: dict[str, Any] = found[row]
        theirs: dict[str, Any] = found[other] if other >= 0 else {"claim": "", "line": -1}
        name = screened.names[rule]
        keys.add((name, mine["claim"], mine["line"], theirs["claim"], theirs["line"]))
    return keys


@pytest.mark.parametrize("scope", ["provider", "billing"])
@pytest.mark.parametrize("seed", range(2))
def test_the_keys_are_the_findings_of_the_engine(
    seed: int, scope: str, folder: Path, edits: StoredEdits
) -> None:
    """Each key is a finding and each finding a key, but for members that are left to the engine."""
    found = rows(seed, 260, 24)
    book = RuleBook.build(PAYER, limits(), [terms(scope)], imported=TableStore.open(folder))
    rules = ScreenRules.of(PAYER, edits, terms(scope), limits())
    screened = screen_lines(pa.Table.from_pylist(found), rules)
    known = {row["claim"] for row in found if row["member"] not in screened.left}
    expected = {key for key in keys_of_engine(book, found) if key[1] in known}
    assert keys_of(screened, found) == expected
    names = {key[0] for key in expected}
    assert {"p/ptp", "p/mue"} < names
    assert len(names) > 8


@pytest.mark.parametrize("seed", range(2))
def test_the_keys_of_lines_as_billed_are_those_of_plain_loops(
    seed: int, edits: StoredEdits
) -> None:
    """Where all lines count as billed, loops over all pairs of lines find the same keys."""
    found = rows(seed, 300, 12, codes=[code for code in CODES if code != "99201"])
    rules = ScreenRules.of(PAYER, edits, terms(), limits())
    screened = screen_lines(pa.Table.from_pylist(found), rules, counts="billed")
    assert screened.left == ()
    assert keys_of(screened, found) == {*keys_as_billed(found, limits())}


@pytest.mark.parametrize("counts", ["accepted", "billed"])
def test_threads_and_the_parts_of_a_file_change_nothing(
    counts: Any, edits: StoredEdits, tmp_path: Path
) -> None:
    """Three threads find the keys of one, in a file of small row groups as in a table."""
    found = rows(7, 300, 40)
    rules = ScreenRules.of(PAYER, edits, terms(), limits())
    table = pa.Table.from_pylist(found)
    pq.write_table(table, tmp_path / "lines.parquet", row_group_size=17)
    one = screen_lines(table, rules, counts=counts)
    many = screen_lines(read_lines(tmp_path / "lines.parquet"), rules, counts=counts, threads=3)
    assert (one.digest(), one.counts(), one.left) == (many.digest(), many.counts(), many.left)


def test_a_member_is_left_whose_earlier_line_is_for_review(edits: StoredEdits) -> None:
    """Column 2 came first and column 1 is for review: what follows is the engine's."""
    line = {"member": "M", "billing_npi": "1234567893", "line": 1, "units": 1, "date": DAY}
    turned = [line | {"claim": f"C{n}", "code": code} for n, code in enumerate(["90832", "90834"])]
    rules = ScreenRules.of(PAYER, edits, terms(), [])
    screened = screen_lines(pa.Table.from_pylist(turned), rules)
    assert keys_of(screened, turned) == {("p/ptp", "C1", 1, "C0", 1)}
    again = [*turned, line | {"claim": "C2", "code": "90834"}]
    screened = screen_lines(pa.Table.from_pylist(again), rules)
    assert (screened.left, len(screened.row)) == (("M",), 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"excess": "deny-all"}, "excess is 'deny-all'"),
        ({"counts": "visits"}, "it counts visits"),
        ({"outcome": "review"}, "its outcome is review"),
        ({"window": Window("anchored", 30)}, "its window is anchored"),
        ({"scope": "specialty"}, "its scope is specialty"),
        ({"limit": "none"}, "its limit is none"),
        ({"when": When(place_of_service=frozenset(["11"]))}, "it has conditions or dates"),
        ({"readings": (LimitReading(limit=3),)}, "it has several readings"),
        ({"detected_in": "record"}, "it is detected in the record"),
    ],
)
def test_a_limit_that_columns_cannot_answer_is_refused(
    change: dict[str, Any], reason: str, edits: StoredEdits
) -> None:
    """The message names the limit and what the engine is needed for."""
    limit = attrs.evolve(limits()[0], **change)
    with pytest.raises(InvalidValueError) as caught:
        ScreenRules.of(PAYER, edits, terms(), [limit])
    (problem,) = caught.value.field_errors
    assert (problem.path, problem.message) == (("limits", "p/limit-0"), reason)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"member": None}, "member is empty in 1 rows"),
        ({"units": "1.5"}, "units are no whole numbers in some rows"),
    ],
)
def test_lines_that_lack_what_is_read_are_refused(
    change: dict[str, Any], message: str, edits: StoredEdits
) -> None:
    """The message says which column it is, and never what is in it."""
    found = [row | {"units": "1"} for row in rows(0, 3, 2)]
    found[1].update(change)
    with pytest.raises(InputError, match=message):
        screen_lines(pa.Table.from_pylist(found), ScreenRules.of(PAYER, edits, terms(), []))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["claim", "member", "code", "date"], "the column billing_npi is missing"),
        (["claim", "member", "billing_npi", "code", "date", "status"], "it has status"),
    ],
)
def test_a_file_that_says_more_or_less_is_refused(
    names: list[str], message: str, tmp_path: Path
) -> None:
    """A file of which the screen would not read everything that matters is for check."""
    table = pa.table({name: pa.array([], pa.string()) for name in names})
    pq.write_table(table, tmp_path / "lines.parquet")
    with pytest.raises(InputError, match=message):
        read_lines(tmp_path / "lines.parquet")
