"""Medicare's edits, by the rows of the facts."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from shapes import ALL_READ, DAY, claim, gaps, line, outcomes, paid

from payer_rules import load
from payer_rules.decisions import Cure, Decision
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules_medicare.ncci import edit_tables

MEDICARE = attrs.evolve(load().payer("medicare"), topics=ALL_READ)
BOOK = RuleBook.build(MEDICARE, [], edit_tables())
EMPTY = History()
JUNE_2019 = date(2019, 6, 28)
JULY_2019 = date(2019, 7, 1)


def decide(
    *coded: tuple[str, ...], setting: str | None = "practitioner", day: date = DAY
) -> Decision:
    """The decision on a claim of codes with their modifiers on one day."""
    lines = [line(n, code, day, *mods) for n, (code, *mods) in enumerate(coded, 1)]
    return BOOK.decide(claim(*lines, setting=setting), EMPTY)


@pytest.mark.parametrize(
    ("coded", "setting", "expected"),
    [
        ([("90853",), ("90834",)], "practitioner", ["pay", "deny"]),
        ([("90853",), ("90834", "59")], "practitioner", ["pay", "pay"]),
        ([("90853", "59"), ("90834",)], "practitioner", ["pay", "pay"]),
        ([("90853", "XE"), ("90834",)], "practitioner", ["pay", "pay"]),
        ([("90853",), ("90834", "76")], "practitioner", ["pay", "deny"]),
        ([("90853",), ("90834", "22")], "practitioner", ["pay", "deny"]),
        ([("90853", "59"), ("90834",)], "outpatient-hospital", ["pay", "deny"]),
        ([("90853",), ("90834", "59")], "outpatient-hospital", ["pay", "pay"]),
        ([("90791",), ("90853", "59")], "practitioner", ["pay", "deny"]),
        ([("90791",), ("90853",)], "outpatient-hospital", ["pay", "pay"]),
        ([("90853",), ("99213",)], "practitioner", ["pay", "deny"]),
        ([("90853",), ("99213", "25")], "practitioner", ["pay", "pay"]),
        ([("90853",), ("99213", "59")], "practitioner", ["pay", "deny"]),
        ([("90853",), ("90834", "LT")], "practitioner", ["pay", "pay"]),
        ([("90853",), ("90785",)], "practitioner", ["pay", "pay"]),
        ([("90853",), ("90853",)], "practitioner", ["deny", "deny"]),
        ([("90853",)] * 4, "outpatient-hospital", ["pay"] * 4),
        ([("90853",)] * 5, "outpatient-hospital", ["deny"] * 5),
        ([("G0177",)], "practitioner", ["deny"]),
    ],
)
def test_pairs_and_units(coded: list[tuple[str, ...]], setting: str, expected: list[str]) -> None:
    """Sections 1, 3 and 5: indicator, bypass modifier and its line, MUE of each setting."""
    assert outcomes(decide(*coded, setting=setting)) == expected


def test_either_line_since_july_2019() -> None:
    """Before 2019-07-01 the modifier must be on column 2; what MUE held then was not read."""
    before = decide(("90853", "59"), ("90834",), day=JUNE_2019)
    after = decide(("90853", "59"), ("90834",), day=JULY_2019)
    assert outcomes(before) == ["unknown", "deny"]
    assert outcomes(after) == ["unknown", "unknown"]
    assert gaps(before) == {
        ("medicare/mue", "table", "medicare/practitioner/2019-06-28"),
        (None, "topic", "frequency"),
    }


@pytest.mark.parametrize(
    ("setting", "missing"),
    [(None, ("claim", "setting")), ("dme", ("table", "medicare/dme"))],
)
def test_without_a_table_for_the_setting(setting: str | None, missing: tuple[str, str]) -> None:
    """Without the setting, or a table for it, neither pairs nor units are answered."""
    decision = decide(("90853",), ("90834",), setting=setting)
    assert ("medicare/mue", *missing) in gaps(decision)
    assert ("medicare/ptp", *missing) in gaps(decision)
    assert outcomes(decision) == ["unknown", "unknown"]


def test_a_setting_without_a_table_is_open() -> None:
    """It is not known whether NCCI has edits for a setting without a table."""
    decision = decide(("90853",), setting="rhc")
    table = ("medicare/mue", "table", "medicare/rhc")
    assert gaps(decision) == {(None, "topic", "frequency"), table}


def test_a_pair_beyond_the_table_is_open() -> None:
    """A pair with a code for which the table is not complete is not evaluated."""
    decision = decide(("90853",), ("97110",))
    assert gaps(decision) == {
        ("medicare/ptp", "table", "medicare/practitioner/90853+97110"),
        (None, "topic", "combination"),
        (None, "topic", "frequency"),
    }


def test_an_unpublished_mue_is_open() -> None:
    """A code without a published MUE is not thereby free of one."""
    assert gaps(decide(("G2211",))) == {
        ("medicare/mue", "table", "medicare/practitioner/G2211"),
        (None, "topic", "frequency"),
    }


def test_history_on_both_columns() -> None:
    """A paid column 1 denies; a paid column 2 is a matter of review; none known is open."""
    second = claim(line(1, "90834"), setting="practitioner")
    first = claim(line(1, "90853"), setting="practitioner")
    assert outcomes(BOOK.decide(second, History(lines=[paid("90853", DAY)]))) == ["deny"]
    assert outcomes(BOOK.decide(first, History(lines=[paid("90834", DAY)]))) == ["review"]
    assert outcomes(BOOK.decide(first, History(lines=[paid("90834", DAY, status="pending")]))) == [
        "unknown"
    ]
    assert outcomes(BOOK.decide(first)) == ["unknown"]
    assert outcomes(BOOK.decide(first, History(lines=[paid("90853", DAY)]))) == ["deny"]


def test_units_of_a_span_are_spread_over_its_days() -> None:
    """From-to units are divided by the days and rounded, then compared with the MUE."""
    for units, expected in ((4, "pay"), (6, "deny")):
        long = line(1, "90853", date(2024, 8, 12), date_to=date(2024, 8, 14), units=units)
        decision = BOOK.decide(claim(long, setting="practitioner"), EMPTY)
        assert outcomes(decision) == [expected]


def test_a_cure_cures() -> None:
    """The claim with the cure applied is not found again, for a visit and for a session."""
    for code in ("90834", "99213"):
        (finding,) = decide(("90853",), (code,)).proved_findings
        assert isinstance(finding.cure, Cure)
        assert finding.cure.claim is not None
        first, second = finding.cure.claim.lines
        assert (first.modifiers, len(second.modifiers)) == ((), 1)
        assert outcomes(decide(("90853",), (code, *second.modifiers))) == ["pay", "pay"]


def test_an_unclear_visit_is_open() -> None:
    """The texts that were read do not state whether 25 on a clinic visit bypasses."""
    decision = decide(("90834",), ("G0463", "25"), setting="outpatient-hospital")
    assert {entry.reason for entry in decision.not_evaluated if entry.rule} == {"text"}


def test_findings_carry_codes_and_sources() -> None:
    """A denial has its CARC and cites its row, and each line lists the rules that were evaluated."""
    decision = decide(("90853",), ("90853",))
    (finding,) = decision.proved_findings
    assert finding.adjustment is not None
    assert (finding.adjustment.group, finding.adjustment.carc) == ("CO", "151")
    assert finding.citations
    assert {item.judged_by for item in decision.lines} == {("medicare/mue", "medicare/ptp")}


def test_a_line_that_was_billed_twice_can_be_taken_off() -> None:
    """Row MC-1.11: the other line fits then. Of three lines two would still exceed the MUE."""
    (finding,) = decide(("90853",), ("90853",)).findings
    assert finding.cure is not None
    assert finding.cure.claim is not None
    assert finding.cure.change == "remove line 2"
    assert finding.cure.condition.endswith("more only on appeal")
    assert BOOK.decide(finding.cure.claim, EMPTY).findings == ()
    (finding,) = decide(*[("90853",)] * 3).findings
    assert finding.cure is None
