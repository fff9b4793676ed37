"""The fix of a line with too many units: as many as are paid, if no more were provided."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

import attrs
import pytest
from shapes import CITED, DAY, PAYER, claim, limit, line, paid

from payer_rules.decisions import Cure, Finding
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import ALWAYS, EditTable, UnitEdit

(SOURCE,) = CITED["citations"]
TABLE: Final = EditTable(
    program="medicare",
    setting="practitioner",
    release="2024",
    pairs=(),
    units=(
        UnitEdit("90853", 2, 3, ALWAYS, "A-1"),
        UnitEdit("90834", 1, 2, ALWAYS, "A-2"),
        UnitEdit("90847", 0, 2, ALWAYS, "A-3"),
    ),
    complete_for=frozenset({"90834", "90847", "90853"}),
    verified=ALWAYS,
    pair_citations=(SOURCE,),
    unit_citations=(SOURCE,),
    digest="none",
)
BOUND: Final = attrs.evolve(PAYER, ncci="medicare", ncci_citations=(SOURCE,))
EDITS: Final = RuleBook.build(BOUND, [], [TABLE])
LIMITED: Final = RuleBook.build(PAYER, [limit(2, 7, "90853")])


def finding(book: RuleBook, *units: int, code: str = "90853", earlier: bool = False) -> Finding:
    """Return the only finding on a claim with lines of so many units on one day."""
    judged = claim(
        *(line(number, code, units=Decimal(count)) for number, count in enumerate(units, 1)),
        setting="practitioner",
    )
    history = History(lines=[paid(code, DAY)] if earlier else [])
    (found,) = book.decide(judged, history).proved_findings
    return found


def text(cure: Cure | None) -> str | None:
    """Return the cure in words; none if there is none."""
    return None if cure is None else str(cure)


@pytest.mark.parametrize("units", [3, 99])
def test_a_line_can_have_as_many_units_as_the_limit(units: int) -> None:
    """The cured claim no longer has the finding, which the engine has proved."""
    cure = finding(LIMITED, units).cure
    assert text(cure) == "2 units on line 1, only if no more were provided"
    assert cure is not None
    assert cure.claim is not None
    assert not LIMITED.decide(cure.claim, History()).proved_findings


def test_a_line_can_have_as_many_units_as_the_mue() -> None:
    """The fix says whether more is paid on appeal."""
    words = "units on line 1, only if no more were provided; more"
    assert text(finding(EDITS, 3).cure) == f"2 {words} only on appeal"
    one = text(finding(EDITS, 3, code="90834").cure)
    assert one == f"1 {words.replace('units', 'unit')} not on appeal either"


def test_a_limit_that_an_authorization_lifts_asks_for_one() -> None:
    """The cured claim has an authorization of the line; a line billed twice is removed instead."""
    held = limit(2, 7, "90853", counts="services", excess="authorization")
    book = RuleBook.build(PAYER, [held])
    days = [DAY + timedelta(days=number) for number in range(3)]
    judged = claim(
        *(line(number, "90853", day) for number, day in enumerate(days, 1)), authorizations=()
    )
    (found,) = book.decide(judged, History()).proved_findings
    assert text(found.cure) == "an authorization for line 3, asked for before the service"
    twice = attrs.evolve(judged, lines=[*judged.lines[:2], line(3, "90853", days[1])])
    (found,) = book.decide(twice, History()).proved_findings
    assert found.cure is not None
    assert found.cure.change == "remove line 3"


def test_no_number_of_units_is_offered_where_none_is_paid() -> None:
    """With a limit of none, or with earlier lines that fill it, fewer units are no fix."""
    assert finding(EDITS, 1, code="90847").cure is None
    assert finding(EDITS, 3, earlier=True).cure is None
    assert finding(LIMITED, 3, earlier=True).cure is None
