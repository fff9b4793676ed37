"""Claim layouts, compared with a look at every line and every pair of lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from related_shapes import PAYERS, are_near_days, days_around, is_one_provider, people
from shapes import CITED, PAYER, claim, line, outcomes, paid

from payer_rules.claims import Claim, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import ClaimLayout, ModifierPosition
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Payer

DAY = date(2024, 8, 30)
CODES = frozenset(["97110", "97112"])


def layout(**fields: Any) -> ClaimLayout:
    """A layout of lines with timed codes."""
    return ClaimLayout(id="p/layout", codes=CODES, **{**CITED, **fields})


@st.composite
def own_lines(draw: st.DrawFn, number: int) -> ServiceLine:
    """A line of one to three days around the end of a month."""
    first = DAY + timedelta(days=draw(st.integers(-3, 3)))
    return ServiceLine(
        number=number,
        code=draw(st.sampled_from(["97110", "97112", "90834"])),
        modifiers=draw(st.sampled_from([(), ("GP",), ("GO", "KX"), ("KX", "GP")])),
        date_from=first,
        date_to=first + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 2]))),
        rendering_provider=draw(people),
    )


@st.composite
def earlier_lines(draw: st.DrawFn) -> HistoryLine:
    """A line of one day that was decided on another claim."""
    return HistoryLine(
        claim="H1",
        member="M",
        code=draw(st.sampled_from(["97110", "90834"])),
        date_from=DAY + timedelta(days=draw(st.integers(-6, 6))),
        billing_provider=draw(people),
        rendering_provider=draw(people),
        status=draw(st.sampled_from(["paid", "denied"])),
    )


layouts = st.fixed_dictionaries(
    {},
    optional={
        "one_day_per_line": st.just(True),
        "one_line_per_day": st.just(True),
        "one_month": st.sampled_from(["line", "claim"]),
        "one_claim": st.sampled_from(["day", "month"]) | days_around(),
        "scope": st.sampled_from(["member", "billing", "rendering", "specialty"]),
        "positions": st.just((ModifierPosition(modifier="GP", at=1),)),
        "matching_modifiers": st.just(frozenset(["GP", "GO"])),
        "reach": st.sampled_from(["line", "claim"]),
    },
).filter(lambda fields: fields.keys() - {"scope", "reach"})


def days_of(item: ServiceLine) -> list[date]:
    """Return the days of the line."""
    return [item.date_from + timedelta(days=n) for n in range(item.days)]


def faulty(
    rule: ClaimLayout, payer: Payer, billed: Claim, earlier: list[HistoryLine], item: ServiceLine
) -> Iterator[bool]:
    """Yield True for each fault of the line, by a look at every pair of lines of one day."""
    days, months = days_of(item), {day.month for day in days_of(item)}
    own = [other for other in billed.lines if other.code in CODES and other is not item]
    yield rule.one_day_per_line and len(days) > 1
    yield rule.one_month is not None and len(months) > 1
    if rule.one_month == "claim":
        yield any(day.month < min(months) for other in own for day in days_of(other)[-1:])
    yield bool(rule.positions) and "GP" in item.modifiers[1:]
    for other in own:
        if item.date_from == other.date_from:
            twice = item.code == other.code and item.number > other.number
            yield rule.one_line_per_day and twice
            wanted = rule.matching_modifiers or frozenset()
            yield bool((wanted & set(item.modifiers)) ^ (wanted & set(other.modifiers)))
    for before in earlier:
        if rule.one_claim is None or before.code not in CODES or before.status == "denied":
            continue
        mine = (billed.billing_provider, item.rendering_provider)
        theirs = (before.billing_provider, before.rendering_provider)
        yield are_near_days(rule.one_claim, item.date_from, before.date_from) and (
            is_one_provider(rule.scope, payer, mine, theirs)
        )


@settings(max_examples=examples(400))
@given(st.data(), layouts, st.sampled_from(PAYERS))
def test_a_layout_is_that_of_every_line_and_pair(
    data: st.DataObject, fields: dict[str, Any], payer: Payer
) -> None:
    """A line is returned if it, a pair or another claim breaks the layout, and only then."""
    rule = layout(**fields)
    lines = [data.draw(own_lines(n)) for n in range(1, data.draw(st.integers(1, 3)) + 1)]
    earlier = data.draw(st.lists(earlier_lines(), max_size=2))
    billed = claim(*lines, billing_provider=data.draw(people))
    book, history = RuleBook.build(payer, [rule]), History(lines=earlier)
    decided = outcomes(book.decide(billed, history))
    selected = history.select(book.queries([billed]))
    assert decided == outcomes(book.decide(billed, selected))
    has_fault = {
        item.number: item.code in CODES and any(faulty(rule, payer, billed, earlier, item))
        for item in lines
    }
    if rule.reach == "claim":
        has_fault = dict.fromkeys(has_fault, any(has_fault.values()))
    for item, outcome in zip(lines, decided, strict=True):
        if all(other.days == 1 for other in lines):
            assert outcome == ("return" if has_fault[item.number] else "pay")
        elif outcome == "pay":
            assert not has_fault[item.number]


def test_a_modifier_in_another_position_has_a_cure() -> None:
    """The modifiers are offered in the order that the layout demands."""
    rule = layout(positions=(ModifierPosition(modifier="GP", at=1),))
    decided = RuleBook.build(PAYER, [rule]).decide(claim(line(1, "97110", DAY, "KX", "GP")))
    (finding,) = decided.findings
    assert finding.message == "modifier GP of 97110 on 2024-08-30 is not in position 1"
    assert finding.cure is not None
    assert finding.cure.claim is not None
    assert finding.cure.claim.lines[0].modifiers == ("GP", "KX")


def test_a_fault_that_reaches_the_claim_is_one_finding_on_every_line() -> None:
    """The whole claim is returned, lines of other codes too, with one finding."""
    rule = layout(one_month="claim", reach="claim")
    lines = (
        line(1, "97110", DAY),
        line(2, "97112", DAY + timedelta(days=5)),
        line(3, "90834", DAY),
    )
    decided = RuleBook.build(PAYER, [rule]).decide(claim(*lines), History())
    assert outcomes(decided) == ["return", "return", "return"]
    (finding,) = decided.proved_findings
    assert finding.lines == (1, 2, 3)


def test_a_history_that_is_not_complete_leaves_other_claims_open() -> None:
    """Without the history it is not known whether another claim has lines of the month."""
    rule = layout(one_claim="month")
    book = RuleBook.build(PAYER, [rule])
    assert outcomes(book.decide(claim(line(1, "97110", DAY)), None)) == ["unknown"]
    other = paid("97110", DAY - timedelta(days=20))
    found = book.decide(claim(line(1, "97110", DAY)), History.unknown((other,)))
    assert outcomes(found) == ["return"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"positions": (ModifierPosition(modifier="GP", at=1),) * 2}, {"scope": "member"}],
)
def test_a_layout_that_asks_nothing_is_refused(fields: dict[str, Any]) -> None:
    """A layout demands something, and has one position for a modifier."""
    with pytest.raises(InvalidValueError):
        layout(**fields)


def test_a_line_may_move_to_a_month_of_its_own() -> None:
    """The first day of another month is the next date of a line that another claim's month bars."""
    book = RuleBook.build(PAYER, [layout(one_claim="month")])
    history = History(lines=[paid("97110", DAY - timedelta(days=20))])
    billed = claim(line(1, "97110", DAY))
    found = book.next_payable(billed, history, line=1, first=DAY, last=DAY + timedelta(days=40))
    assert found.day == date(2024, 9, 1)
