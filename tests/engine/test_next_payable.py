"""The first day on which a line would be paid, compared with a decision on every single day.

A few claims by default; ``PAYER_RULES_EXAMPLES=2000 pytest tests/engine/test_next_payable.py`` tries
as many, and more claims of each payer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import attrs
import pytest
from examples import DEEP, examples
from hypothesis import event, given, settings
from hypothesis import strategies as st
from limit_shapes import situations
from payers_claims import PAYERS, Drawn, bases, book, drawn_for
from shapes import CITED, DAY, PAYER, claim, limit, line, paid

from payer_rules.claims import Claim, Member, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.next_payable import PAID, NextPayable, moved
from payer_rules.rules import Age, DateRange, EarlierLine, When, code_of

ONE_DAY: Final = timedelta(days=1)
#: Claims of each payer in the plain run, and the days that are decided one by one.
CLAIMS: Final = max(2, DEEP // 10)
DAYS: Final = 100


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day of the span."""
    while first <= last:
        yield first
        first += ONE_DAY


def day_by_day(
    rulebook: RuleBook, drawn: Drawn, line: ServiceLine, first: date, last: date
) -> dict[date, Decision]:
    """Return the decision on every day, up to the first on which nothing is against the line."""
    found = {}
    for day in days(first, last):
        claim = moved(drawn.claim, line, day)
        found[day] = rulebook.decide(claim, drawn.history, test_cures=False)
        if expected(found[day], line) in (*PAID, "unread"):
            break
    return found


def expected(decision: Decision, line: ServiceLine) -> str:
    """Return what to expect of the line."""
    return next(each.expected for each in decision.lines if each.line == line.number)


def compare(
    rulebook: RuleBook, drawn: Drawn, line: ServiceLine, first: date, last: date
) -> NextPayable:
    """Compare the answer with every day: the day itself, its answer, and what blocks before it."""
    answer = rulebook.next_payable(
        drawn.claim, drawn.history, line=line.number, first=first, last=last
    )
    decisions = day_by_day(rulebook, drawn, line, first, last)
    if answer.last < last:
        # NOTE: the next day is free only because a text against the line is too old there.
        free = decisions.pop(max(decisions))
        assert max(decisions) == answer.last
        assert expected(free, line) in (*PAID, "unread")
    paid = [day for day, decision in decisions.items() if expected(decision, line) in PAID]
    assert answer.day == (paid[0] if paid else None)
    unread = [day for day, decision in decisions.items() if expected(decision, line) == "unread"]
    assert answer.unread_from == (unread[0] if unread else None)
    for day, decision in decisions.items():
        blocking = {p.finding.rule for p in answer.blocked if p.first <= day <= p.last}
        found = {f.rule for f in decision.findings if line.number in f.lines}
        quiet = {f.rule for f in decision.findings if f.outcome in PAID}
        assert blocking == (set() if day in (answer.day, answer.unread_from) else found - quiet)
    return answer


def known(claim: Claim, history: list[HistoryLine]) -> History:
    """Return the history, complete for the only clinician of the claim as well."""
    npis = {claim.rendering_provider(line).npi for line in claim.lines}
    return History(lines=history, covers_rendering=npis.pop() if len(npis) == 1 else None)


@settings(max_examples=examples(150))
@given(situations(), st.data())
def test_the_first_day_is_that_of_a_decision_on_every_day(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """No day between the days of change has another answer, for limits of every shape."""
    rule, claim, history = situation
    line = data.draw(st.sampled_from(sorted(claim.lines, key=lambda each: each.number)))
    drawn = Drawn(claim, known(claim, history))
    rulebook = RuleBook.build(PAYER, [rule])
    first = line.date_from - timedelta(days=data.draw(st.integers(0, 20)))
    answer = compare(rulebook, drawn, line, first, first + timedelta(days=420))
    event(f"{rule.window.shape}, {'paid' if answer.day else 'not paid'}")


@settings(max_examples=examples(80))
@given(situations(), st.data())
def test_a_partial_history_moves_no_day_of_change(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """The days of change are complete as well where the history is known from a day on only."""
    rule, claim, history = situation
    line = claim.lines[0]
    since = data.draw(st.sampled_from([line.date_from - timedelta(days=n) for n in (-9, 0, 3, 30)]))
    drawn = Drawn(claim, attrs.evolve(known(claim, history), covers_from=since))
    rulebook = RuleBook.build(PAYER, [rule])
    compare(rulebook, drawn, line, line.date_from, line.date_from + timedelta(days=200))


MONTHLY: Final = (
    When(age=Age(at_least_months=7)),
    When(age=Age(below_months=11)),
    When(history=(EarlierLine(codes=frozenset(["90791"]), within_months=2),)),
    When(history=(EarlierLine(codes=frozenset(["90791"]), within_months=1),)),
)


@pytest.mark.parametrize(
    ("key", "value"), [*(("when", when) for when in MONTHLY), ("exceptions", MONTHLY)]
)
@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2024, 1, 30), date(2024, 2, 29)])
def test_months_in_conditions_change_the_answer_on_days_that_are_decided(
    key: str, value: Any, day: date
) -> None:
    """Ages in months and earlier lines within months: no other day has another answer."""
    rulebook = RuleBook.build(PAYER, [limit(0, 1, "90853", **{key: value})])
    asked = claim(line(1, "90853", day), member=Member(id="M", birth_date=date(2023, 5, 31)))
    history = History(lines=[paid("90791", date(2024, 1, 31)), paid("90791", day, "H2")])
    compare(rulebook, Drawn(asked, history), asked.lines[0], day, day + timedelta(days=420))


@pytest.mark.parametrize("payer", PAYERS)
def test_the_first_day_of_every_payer_is_that_of_a_decision_on_every_day(payer: str) -> None:
    """The same holds for claims made of the payer's own fixtures, with all of its rules."""
    rulebook = book(payer)
    for (chance, drawn), _ in zip(drawn_for(payer), range(CLAIMS), strict=False):
        line = chance.choice(drawn.claim.lines)
        first = line.date_from - timedelta(days=chance.choice((0, 3)))
        compare(rulebook, drawn, line, first, first + timedelta(days=DAYS))


def crowded(chance: random.Random, drawn: Drawn, rule: FrequencyLimit) -> Drawn:
    """Return a claim of one line with the code of the limit, and earlier lines around it."""
    line = attrs.evolve(drawn.claim.lines[0], number=1, code=code_of(rule.codes), modifiers=())
    line = attrs.evolve(line, date_to=line.date_from)
    claim = attrs.evolve(drawn.claim, id="C", lines=[line])
    reach = min(rule.window.days, 400) + 2
    earlier = [
        HistoryLine.of(
            attrs.evolve(claim, id=f"H{at}"),
            attrs.evolve(line, date_from=day, date_to=day),
            status=chance.choice(("paid", "paid", "paid", "denied", "pending")),
        )
        for at in range(chance.randint(1, min(12, int(rule.limit or 0) + 2)))
        for day in [line.date_from + timedelta(days=chance.randint(-reach, 5))]
    ]
    return Drawn(claim, History(lines=earlier))


@pytest.mark.parametrize("payer", PAYERS)
def test_the_limits_of_every_payer_are_passed_on_the_day_of_the_oracle(payer: str) -> None:
    """With earlier lines around each limit of the payer, every day gives the same answer."""
    rulebook = book(payer)
    limits = [r for r in rulebook.rules if isinstance(r, FrequencyLimit) and not r.is_permission]
    chance = random.Random(payer)
    if not DEEP:
        limits = chance.sample(limits, min(3, len(limits)))
    for rule in limits:
        drawn = crowded(chance, chance.choice(bases(payer)), rule)
        line = drawn.claim.lines[0]
        compare(rulebook, drawn, line, line.date_from, line.date_from + timedelta(days=DAYS))


@pytest.mark.parametrize("is_moved", [True, False])
def test_no_day_pays_because_a_text_is_too_old_there(is_moved: bool) -> None:
    """The search ends with the last day that the text carries to, unless a limit leaves room before."""
    text = CITED["citations"][0]
    rule = limit(
        1,
        30 if is_moved else 9999,
        "90853",
        verified=DateRange(None, DAY),
        citations=(attrs.evolve(text, confidence="secondary"),),
    )
    billed = claim(line(1, "90853"))
    drawn = Drawn(billed, known(billed, [paid("90853", DAY - timedelta(days=3))]))
    rulebook = RuleBook.build(PAYER, [rule])
    last = DAY.replace(year=DAY.year + 3)
    answer = compare(rulebook, drawn, billed.lines[0], DAY, last)
    assert answer.day == (DAY + timedelta(days=27) if is_moved else None)
    assert answer.last == (last if is_moved else DAY.replace(year=DAY.year + 2))
    assert [period.last for period in answer.blocked][-1] == (
        answer.day or answer.last + ONE_DAY
    ) - ONE_DAY


def test_a_line_that_the_claim_does_not_have_is_rejected() -> None:
    """The error lists the numbers of the lines that there are."""
    drawn = bases("medicare")[0]
    with pytest.raises(InvalidValueError, match="the claim has no line 99"):
        book("medicare").next_payable(drawn.claim, line=99)
