"""The law of columns: units that are decided once have the answers of the engine, row for row."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import numpy as np
import pytest
from line_batches import COMPARED, PROFILE, Row, acme_checker, compared, line_rows

from payer_rules.batch import claim_units, decide_batches, deciding, unit_keys, unread_columns
from payer_rules.batch.claim_reads import ReadsOfClaims
from payer_rules.batch.deciding import kept_units_of
from payer_rules.batch.kept_units import KeptUnits
from payer_rules.batch.result_rows import ResultRows
from payer_rules.batch.unit_keys import _order
from payer_rules.batch.unread_columns import DECLARED
from payer_rules.checking import ClaimChecker
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.registry import load

_PAYERS: Final = ("medicare", "il-medicaid", "aetna")
_NPIS: Final = ("1234567893", "1245319599", "1234567890", "1003000126")


def mixed_rows(claims: int, seed: int) -> list[Row]:
    """Return rows that repeat, and that differ in each fact that a key may leave out."""
    chance = Random(seed)
    rows = line_rows(claims, members=claims // 3, seed=seed)
    by_claim: dict[str, Row] = {}
    for row in rows:
        shared = by_claim.setdefault(
            row["claim"],
            {
                "birth_date": date(chance.choice([1950, 2012]), 5, 5),
                "sex": chance.choice("fm"),
                "diagnoses": chance.choice(["F33.1", "F41.1 F33.1", "Z00.0"]),
                "received": row["date"] + timedelta(days=chance.choice([-3, 2, 9, 364, 366, 900])),
                "billing_npi": chance.choice(_NPIS[:3]),
            },
        )
        row |= shared
        row["rendering_npi"] = chance.choice(_NPIS)
        row["rendering_profession"] = chance.choice(["psychologist", "lcsw", None])
        row["charge"] = float(chance.choice([100, 150]))
    chance.shuffle(rows)
    return rows


def results(rows: list[Row], checker: ClaimChecker, *, by_engine: bool) -> list[Any]:
    """Return what is compared of the results of the rows."""
    import pyarrow as pa

    units = None if by_engine else KeptUnits.of(checker, None, None)
    if units is not None:
        units.least_seen = 0.0
    kept_units_of(checker)[frozenset(), None] = units
    return compared(decide_batches(pa.Table.from_pylist(rows).to_batches(), checker))


def kept(checker: ClaimChecker) -> KeptUnits:
    """Return the units that the checker decided."""
    (units,) = kept_units_of(checker).values()
    assert units is not None
    return units


def claim_of(code: str, day: date, **facts: Any) -> Claim:
    """Return a claim with one line."""
    line = ServiceLine(number=1, code=code, date_from=day)
    provider = Provider(npi="1234567893")
    return Claim(id="C", member=Member(id="M"), billing_provider=provider, lines=(line,), **facts)


@pytest.fixture(scope="module", params=["acme", *_PAYERS])
def checker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the checker of a payer."""
    if request.param == "acme":
        return acme_checker(tmp_path_factory.mktemp("acme"))
    return ClaimChecker(registry=load(payers=(request.param,)), payers=(request.param,))


def test_units_have_the_answers_of_the_engine(checker: ClaimChecker) -> None:
    """Each result is that of the engine, with history of the run, bad rows and repeated claims."""
    rows = mixed_rows(90, seed=3)
    rows[5]["units"], rows[9]["member"], rows[11]["charge"] = "x", None, -1.0
    assert results(rows, checker, by_engine=False) == results(rows, checker, by_engine=True)


def test_equal_units_are_decided_once(tmp_path: Path) -> None:
    """Claims that differ in ids, NPIs and facts that no rule reads are one unit."""
    checker = acme_checker(tmp_path)
    rows = [
        {**line_rows(1)[0], "claim": f"C{at}", "member": f"M{at}", "charge": float(at + 1)}
        for at in range(20)
    ]
    assert len(results(rows, checker, by_engine=False)) == 20
    assert (kept(checker).met, kept(checker).decided) == (20, 1)


def test_lines_of_days_that_a_rule_looks_back_to_are_one_unit(tmp_path: Path) -> None:
    """The limit of two services in seven days is found, and counts no line of another unit."""
    checker = acme_checker(tmp_path)
    first = {**line_rows(1)[0], "code": "90853", "place_of_service": "11", "units": "1"}
    days = [0, 1, 2, 40, 41]
    rows = [
        {
            **first,
            "claim": f"C{member}-{day}",
            "member": f"M{member}",
            "date": date(2024, 7, 1) + timedelta(days=day),
        }
        for member in range(5)
        for day in days
    ]
    found = results(rows, checker, by_engine=False)
    assert found == results(rows, checker, by_engine=True)
    assert sum("two-per-week" in each for each in found) == 5


def rows_on_days(code: str, days: Iterable[date], **facts: Any) -> list[Row]:
    """Return a row for each day, each of a claim and a member of its own."""
    return [
        {
            **line_rows(1)[0],
            "code": code,
            "units": "1",
            **facts,
            "claim": f"C{at}",
            "member": f"M{at}",
            "line": 1,
            "date": day,
        }
        for at, day in enumerate(days)
    ]


def test_units_on_all_days_have_the_answers_of_the_engine(checker: ClaimChecker) -> None:
    """Claims on the days of ten years, near to the days on which texts and tables change."""
    chance = Random(6)
    rows = mixed_rows(150, seed=6)
    for row in rows:
        moved = timedelta(days=Random(row["claim"]).randrange(-2000, 2000))
        row["date"], row["received"] = row["date"] + moved, row["received"] + moved
        row["code"] = chance.choice([row["code"], "90791", "90785", "96130", "90867"])
    assert results(rows, checker, by_engine=False) == results(rows, checker, by_engine=True)


def test_claims_of_one_period_are_decided_once(tmp_path: Path) -> None:
    """Claims that differ in days alone are one unit while no rule, text or table changes."""
    checker = acme_checker(tmp_path)
    rows = rows_on_days("99213", [date(2024, 7, 1) + timedelta(days=at) for at in range(90)])
    assert len(results(rows, checker, by_engine=False)) == 90
    assert (kept(checker).met, kept(checker).decided) == (90, 1)


_CHANGES: Final = """
[[modifier_requirement]]
id = "since-july"
codes = ["99213"]
any_of = ["GT"]
in_force = { from = 2024-07-10 }
adjustment = { group = "CO", carc = "4" }
cites = ["MANUAL"]
rationale = "A visit carries modifier GT since July 10."
"""


def test_a_day_of_change_divides_the_days_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers on both sides of the day differ; without the day they are not the engine's."""
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE + _CHANGES, encoding="utf-8")
    checker = ClaimChecker(registry=load(profiles=[path], payers=("acme",)), payers=("acme",))
    days = [date(2024, 7, 1) + timedelta(days=at) for at in range(20)]
    rows = rows_on_days("99213", days, place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    plain = ReadsOfClaims._change_days

    def forgetful(reads: ReadsOfClaims, codes: frozenset[str]) -> list[int]:
        changed = (date(2024, 7, 10) - date(1970, 1, 1)).days
        return [day for day in plain(reads, codes) if day != changed]

    monkeypatch.setattr(ReadsOfClaims, "_change_days", forgetful)
    assert results(rows, checker, by_engine=False) != by_engine


def rows_of_members(code: str, patterns: Iterable[Iterable[int]], **facts: Any) -> list[Row]:
    """Return claims of members: for each pattern one, whose claims are so many days apart."""
    return [
        {**row, "member": f"M{member}", "claim": f"C{member}-{at}"}
        for member, pattern in enumerate(patterns)
        for at, day in enumerate(pattern)
        for row in rows_on_days(code, [date(2024, 7, 1) + timedelta(days=member + day)], **facts)
    ]


def test_claims_are_equal_by_the_windows_that_they_share(tmp_path: Path) -> None:
    """Three sessions in seven days are too many, and not in eight, however they are spaced."""
    checker = acme_checker(tmp_path)
    within = [(0, 1, 2), (0, 3, 6), (0, 5, 6), (0, 0, 6)]
    beyond = [(0, 3, 7), (0, 6, 7), (0, 4, 9)]
    rows = rows_of_members("90853", [*within, *beyond], place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert sum("two-per-week" in each for each in by_engine) == len(within)
    assert kept(checker).decided < kept(checker).met / 2


def test_windows_that_earlier_claims_share_are_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session between two others is one too many if all three are within seven days."""
    checker = acme_checker(tmp_path)
    within, beyond = [(0, 6, 3), (0, 5, 2)], [(0, 8, 4), (0, 7, 3), (0, 10, 5)]
    rows = rows_of_members("90853", [*within, *beyond], place_of_service="11")
    for row in rows:
        row["received"] = date(2024, 9, 1) + timedelta(days=int(row["claim"][-1]))
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert sum("two-per-week" in each for each in by_engine) == len(within)
    monkeypatch.setattr(unit_keys, "_is_shared", lambda days, *_: np.zeros_like(_order(days)))
    assert results(rows, checker, by_engine=False) != by_engine


_AGAIN: Final = """
[[duplicate_service]]
id = "twice-a-day"
codes = ["90853"]
same = ["rendering_provider"]
adjustment = { group = "OA", carc = "18" }
cites = ["MANUAL"]
rationale = "The same service of one day is paid once."

[[frequency_limit]]
id = "one-a-month"
codes = ["90853"]
limit = 1
counts = "services"
window = { rolling_days = 30 }
scope = "member"
adjustment = { group = "CO", carc = "119" }
cites = ["MANUAL"]
rationale = "Group psychotherapy is paid once a month."
"""


def test_claims_are_equal_by_the_order_of_their_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second session is a duplicate on the same day, and beyond the limit on another."""
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE + _AGAIN, encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    checker = ClaimChecker(registry=registry, payers=("acme",))
    patterns = [(0, 0), (0, 3), (0, 4), (0, 0)]
    rows = rows_of_members("90853", patterns, place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert (kept(checker).met, kept(checker).decided) == (8, 3)
    monkeypatch.setattr(unit_keys, "_order", lambda days: np.zeros_like(_order(days)))
    assert results(rows, checker, by_engine=False) != by_engine


@pytest.mark.parametrize(
    ("window", "is_alike"),
    [
        ("{ rolling_months = 1 }", True),
        ('{ week_from = "sunday" }', True),
        ('"month"', True),
        ('"calendar-year"', True),
        ("{ gap_full_months = 1 }", True),
        ('"lifetime"', True),
        ("{ anchored_days = 7 }", False),
        ('"benefit-year"', False),
    ],
)
def test_windows_that_lie_alike_for_all_claims_stand_for_days(
    tmp_path: Path, window: str, *, is_alike: bool
) -> None:
    """Two claims of a member are in one window or not; of other windows the days are in the key."""
    path = tmp_path / "acme.toml"
    profile = PROFILE.replace("{ rolling_days = 7 }", window).replace("limit = 2", "limit = 1")
    path.write_text(profile, encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    checker = ClaimChecker(registry=registry, payers=("acme",))
    patterns = [(0, 1 + 13 * at % 80) for at in range(20)]
    rows = rows_of_members("90853", patterns, place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    # NOTE: a claim may be alone, or in a window with another, of either or of both.
    assert (kept(checker).decided <= 3) == is_alike


@pytest.mark.parametrize(
    ("condition", "decided"),
    [
        ('diagnosis = ["F33"]', 2),
        ('diagnosis = ["F33.1", "F3"]', 3),
        ("charge = { at_least = 1 }", 1),
    ],
)
def test_diagnoses_are_in_the_key_by_the_beginnings_that_rules_compare(
    tmp_path: Path, condition: str, decided: int
) -> None:
    """Codes with the same beginnings, in the same order, have the same answers."""
    path = tmp_path / "acme.toml"
    rule = _CHANGES.replace("any_of", f"when = {{ {condition} }}\nany_of")
    path.write_text(PROFILE + rule, encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    checker = ClaimChecker(registry=registry, payers=("acme",))
    rows = [
        {**row, "diagnoses": code}
        for code in ("F33.1", "F331", "F33.2", "F41.1", "F43.10")
        for row in rows_on_days("99213", [date(2024, 7, 15)] * 3)
    ]
    rows = [{**row, "claim": f"C{at}", "member": f"M{at}"} for at, row in enumerate(rows)]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).decided == (decided if "diagnosis" in condition else 1)


def test_a_function_of_a_plugin_reads_whole_diagnoses(installed: Callable[..., None]) -> None:
    """What a function compares is not known, so each cell is another unit."""
    installed("reads_earlier_lines")
    checker = ClaimChecker(registry=load(payers=("acme",)), payers=("acme",))
    rows = [
        {**row, "diagnoses": code, "claim": f"C-{code}", "member": f"M-{code}"}
        for code in ("F33.1", "F33.2", "F41.1")
        for row in rows_on_days("90853", [date(2024, 7, 8)])
    ]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).decided == 3


def test_lines_that_the_engine_decides_in_parts_have_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part has all rows of some members, so that their history is whole."""
    import pyarrow as pa

    checker = acme_checker(tmp_path)
    kept_units_of(checker)[frozenset(), None] = None
    batches = pa.Table.from_pylist(mixed_rows(60, seed=8)).to_batches()
    together = compared(decide_batches(batches, checker))
    monkeypatch.setattr(deciding, "_ROWS_OF_ENGINE", 7)
    nothing = np.zeros(0, np.uint64)
    assert compared(decide_batches(batches, checker, split_claims=nothing)) == together


def test_a_member_with_many_claims_of_a_day_goes_to_the_engine(tmp_path: Path) -> None:
    """An id under which many people are billed is no unit; the other members' claims are."""
    checker = acme_checker(tmp_path)
    rows = rows_of_members("99213", [[0] * 41, [0], [0], [0, 0]], place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).met == 4


def test_units_of_members_have_the_answers_of_the_engine(checker: ClaimChecker) -> None:
    """Patterns of claims that many members repeat on other days, nearly as far apart."""
    chance = Random(7)
    rows = []
    for pattern in range(12):
        codes = chance.sample(["90853", "90834", "90791", "99213", "90867", "96130"], 2)
        days = sorted(chance.choice([0, 1, 6, 7, 30, 182, 183, 365]) for _ in range(3))
        services = [(chance.choice(codes), chance.choice(["", "95"])) for _ in days]
        for copy in range(8):
            first = date(2024, 1, 10) + timedelta(days=chance.randrange(500))
            for at, (day, (code, modifiers)) in enumerate(zip(days, services, strict=True)):
                moved = max(0, day + chance.choice([0, 0, 1, -1]))
                (row,) = rows_on_days(code, [first + timedelta(days=moved)], modifiers=modifiers)
                row |= {"claim": f"C{pattern}-{copy}-{at}", "member": f"M{pattern}-{copy}"}
                row |= {"charge": chance.choice([100.0, 150.0]), "sex": chance.choice("fm")}
                rows.append(row)
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).decided < kept(checker).met * 0.7


@pytest.mark.parametrize(("code", "decided"), [("99213", 40), ("90834", 1)])
def test_a_birth_date_that_a_rule_reads_keeps_the_days_in_the_key(
    tmp_path: Path, code: str, decided: int
) -> None:
    """Whether a member is 18 depends on the day of the service, for the code of the rule."""
    path = tmp_path / "acme.toml"
    rule = _RULE.format(condition=READ["birth_date"]).replace("90853", "99213")
    path.write_text(PROFILE + rule, encoding="utf-8")
    checker = ClaimChecker(registry=load(profiles=[path], payers=("acme",)), payers=("acme",))
    days = [date(2024, 7, 1) + timedelta(days=at) for at in range(40)]
    rows = rows_on_days(code, days, birth_date=date(2006, 7, 20), place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).decided == decided


def test_an_answer_names_the_day_of_its_own_claim() -> None:
    """Where no table has the day of a claim, the answer names that day; the claims are one unit."""
    registry = load(payers=("medicare",))
    checker = ClaimChecker(registry=registry, payers=("medicare",))
    days = [date(2031, 7, 1) + timedelta(days=at) for at in range(10)]
    rows = rows_on_days("99213", days)
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert len(answers_of(by_engine)) == 10
    assert kept(checker).decided == 1


def test_an_answer_names_the_day_of_its_own_line() -> None:
    """The lines of a claim on two days, for which there is no table, each name their own day."""
    checker = ClaimChecker(registry=load(payers=("medicare",)), payers=("medicare",))
    days = [date(2031, 7, 1) + timedelta(days=at) for at in range(10)]
    first = rows_on_days("99213", days)
    later = [{**row, "line": 2, "date": row["date"] + timedelta(days=1)} for row in first]
    by_engine = results(first + later, checker, by_engine=True)
    assert results(first + later, checker, by_engine=False) == by_engine


def test_a_claim_looks_back_to_the_codes_of_its_rules_alone() -> None:
    """The visits after an evaluation do not look back to it; another evaluation does."""
    checker = ClaimChecker(registry=load(payers=("medicare",)), payers=("medicare",))
    codes = {0: "90791", 7: "90834", 14: "90834", 100: "90791"}
    rows = [
        {**row, "member": "M", "claim": f"C{day}", "code": code, "modifiers": ""}
        for day, code in codes.items()
        for row in rows_on_days(code, [date(2024, 7, 1) + timedelta(days=day)])
    ]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert (kept(checker).met, kept(checker).decided) == (4, 3)


def chains() -> list[Row]:
    """Return claims of members of whom a first session is denied for the modifier, or paid."""
    patterns = [(0, 2, 4, 9, 11)] * 4
    rows = rows_of_members("90853", patterns, place_of_service="10", modifiers="95")
    for row in rows:
        is_denied = row["member"] in ("M1", "M3") and row["claim"][-1] in "02"
        row["modifiers"] = "" if is_denied else "95"
    return rows


def test_what_a_decision_leaves_to_later_claims_is_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A denied session counts for no limit, however equal the rows of later claims are."""
    rows = rows_of_members("90853", [(0, 6, 8, 12), (0, 1, 6, 8, 12)], place_of_service="11")
    checker = acme_checker(tmp_path)
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert sum("two-per-week" in each for each in by_engine) > 0
    monkeypatch.setattr(ResultRows, "_left", lambda *_: 0)
    assert results(rows, checker, by_engine=False) != by_engine


def test_the_earlier_claims_to_which_one_looks_back_are_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the earlier claims the answers of chains are not those of the engine."""
    checker = acme_checker(tmp_path)
    by_engine = results(chains(), checker, by_engine=True)
    assert results(chains(), checker, by_engine=False) == by_engine
    nothing = np.zeros(0, np.int64)
    monkeypatch.setattr(claim_units, "_earlier_claims", lambda *_: (nothing, nothing))
    assert results(chains(), checker, by_engine=False) != by_engine


def test_a_claim_depends_on_its_own_way_back_alone(tmp_path: Path) -> None:
    """A session depends on those of its week, however long its chain is."""
    checker = acme_checker(tmp_path)
    patterns = [tuple(5 * at for at in range(count)) for count in range(2, 12)]
    rows = rows_of_members("90853", patterns, place_of_service="11")
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert (kept(checker).met, kept(checker).decided) == (65, 2)


def test_a_claim_that_is_not_kept_takes_its_chain_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other claims of the chain are its history."""
    plain, checker = KeptUnits.name_days, acme_checker(tmp_path)
    by_engine = results(chains(), checker, by_engine=True)
    calls = iter(range(1000))

    def sometimes(units: KeptUnits, *arguments: Any) -> bool:
        return plain(units, *arguments) and next(calls) % 3 != 1

    monkeypatch.setattr(KeptUnits, "name_days", sometimes)
    assert results(chains(), checker, by_engine=False) == by_engine


#: A rule that reads each fact that a key may leave out.
READ: Final = {
    "charge": "when = { charge = { at_least = 120 } }",
    "diagnoses": 'when = { diagnosis = ["Z00"] }',
    "birth_date": "when = { age = { below = 18 } }",
    "sex": 'when = { sex = ["f"] }',
    "received": 'in_force_by = "received"\nin_force = { from = 2024-07-10 }',
}
_RULE: Final = """
[[modifier_requirement]]
id = "by-fact"
codes = ["90853"]
any_of = ["GT"]
{condition}
adjustment = {{ group = "CO", carc = "4" }}
cites = ["MANUAL"]
rationale = "A session carries modifier GT in some cases."

[[timely_filing]]
id = "filing"
codes = ["90834"]
within = {{ days = 365 }}
adjustment = {{ group = "CO", carc = "29" }}
cites = ["MANUAL"]
rationale = "Claims are received within a year."
"""


@pytest.mark.parametrize("fact", DECLARED)
def test_a_fact_that_a_rule_reads_is_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fact: str
) -> None:
    """With the rule the answers are still those of the engine; without the fact they are not."""
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE + _RULE.format(condition=READ[fact]), encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    checker = ClaimChecker(registry=registry, payers=("acme",))
    rows = mixed_rows(120, seed=4)
    # NOTE: claims that are alike in all else, so that the fact alone makes them different.
    rows += [
        {
            **row,
            "claim": f"D{at}",
            "member": f"N{at}",
            "code": "90853",
            "line": 1,
            "units": "1",
            "modifiers": "",
            "rendering_npi": _NPIS[0],
            "billing_npi": _NPIS[0],
            "date": date(2024, 7, 5),
            "place_of_service": "11",
            "rendering_profession": "lcsw",
            "received": date(2024, 7, 5) + timedelta(days=at % 10),
        }
        for at, row in enumerate(rows)
    ]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    plain = unread_columns._unread_by

    def forgetful(compiled: Any, lines: int | None) -> Any:
        found = plain(compiled, lines)
        in_time = 1 << 14 if fact == "received" else found.in_time
        return attrs.evolve(found, names=found.names | {fact}, in_time=in_time)

    monkeypatch.setattr(unread_columns, "_unread_by", forgetful)
    assert results(rows, checker, by_engine=False) != by_engine


@pytest.mark.parametrize(("fact", "other"), [("charge", 150.0), ("diagnoses", "Z00.0")])
def test_a_fact_that_a_rule_reads_of_another_claim_is_in_the_key(
    installed: Callable[..., None], fact: str, other: object
) -> None:
    """A rule of one code reads it of an earlier claim, of whose own code no rule reads it."""
    installed("reads_earlier_lines")
    checker = ClaimChecker(registry=load(payers=("acme",)), payers=("acme",))
    claim = claim_of("99213", date(2024, 7, 1))
    assert fact in unread_columns.unread_columns(checker.book("acme"), claim, is_alone=True).names
    rows = [
        {
            **line_rows(1)[0],
            "claim": f"C{member}-{code}",
            "member": f"M{member}",
            "code": code,
            "line": 1,
            "date": day,
            "charge": 100.0,
            "diagnoses": "F33.1",
        }
        for member in range(6)
        for code, day in (("99213", date(2024, 7, 1)), ("90853", date(2024, 7, 8)))
    ]
    for row in rows[::4]:
        row[fact] = other
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert (kept(checker).met, kept(checker).decided) == (12, 3)
    assert sum("acme/check" in each for each in by_engine) == 3


#: Statements that a topic has no rule, which hold for some claims, by what they read of them.
STATED: Final = {
    "charge": "when = { charge = { at_least = 120 } }",
    "diagnoses": 'when = { diagnosis = ["Z00"] }',
    "birth_date": "when = { age = { below = 18 } }",
    "sex": 'when = { sex = ["f"] }',
}
_STATEMENT: Final = """
[[topics.frequency]]
none = {{ cites = ["MANUAL"] }}
codes = ["96130"]
{condition}
verified = {{ from = 2024-01-01, to = 2027-12-31 }}
"""


@pytest.mark.parametrize("fact", STATED)
def test_a_fact_that_a_statement_about_a_topic_reads_is_in_the_key(
    tmp_path: Path, fact: str
) -> None:
    """Whether a topic was read can depend on a fact that no rule reads."""
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE + _STATEMENT.format(condition=STATED[fact]), encoding="utf-8")
    registry = load(profiles=[path], payers=("acme",))
    assert registry.problems == ()
    checker = ClaimChecker(registry=registry, payers=("acme",))
    values: dict[str, tuple[object, object]] = {
        "charge": (100.0, 150.0),
        "diagnoses": ("F33.1", "Z00.0"),
        "birth_date": (date(1950, 5, 5), date(2012, 5, 5)),
        "sex": ("m", "f"),
    }
    rows = [
        {
            **line_rows(1)[0],
            **{name: value for name, (value, _) in values.items()},
            "claim": f"C{at}",
            "member": f"M{at}",
            "code": "96130",
            fact: values[fact][at % 2],
        }
        for at in range(4)
    ]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert len(answers_of(by_engine)) == 2


def answers_of(found: list[Any]) -> set[str]:
    """Return the different answers of results."""
    return {str(literal_eval(each)[COMPARED.index("answer")]) for each in found}


def test_the_day_of_receipt_is_in_the_key_before_nccis_first_day(tmp_path: Path) -> None:
    """Of services before the day from which NCCI binds a payer, the day of receipt decides."""
    checker = ClaimChecker(registry=load(payers=("ms-medicaid",)), payers=("ms-medicaid",))
    first = checker.book("ms-medicaid").payer.ncci_received_from
    assert first is not None
    rows = [
        {
            **line_rows(1)[0],
            "claim": f"C{at}",
            "member": f"M{at}",
            "code": code,
            "date": first + timedelta(days=day),
            "received": first + timedelta(days=day + lag),
        }
        for at, (code, day, lag) in enumerate(
            (code, day, lag) for code in ("90853", "90834") for day in (-9, 9) for lag in (1, 8, 20)
        )
    ]
    by_engine = results(rows, checker, by_engine=True)
    assert results(rows, checker, by_engine=False) == by_engine
    assert kept(checker).decided < kept(checker).met


def test_claims_that_hardly_repeat_are_kept_at_second_sight(tmp_path: Path) -> None:
    """The first table goes to the engine, the second one is kept; the answers are the same."""
    import pyarrow as pa

    checker = acme_checker(tmp_path)
    batches = pa.Table.from_pylist(mixed_rows(60, seed=5)).to_batches()
    first = compared(decide_batches(batches, checker))
    assert kept(checker).met == 0
    assert first == compared(decide_batches(batches, checker))
    assert kept(checker).met > 0


def test_a_rerun_takes_kept_units(tmp_path: Path) -> None:
    """The units of one partition answer those of the next one."""
    import pyarrow as pa

    checker = acme_checker(tmp_path)
    rows = mixed_rows(60, seed=5)
    first = results(rows, checker, by_engine=False)
    decided = kept(checker).decided
    again = [*decide_batches(pa.Table.from_pylist(rows).to_batches(), checker)]
    assert kept(checker).decided == decided
    assert sum(batch.num_rows for batch in again) == len(first)
