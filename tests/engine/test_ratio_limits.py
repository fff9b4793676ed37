"""Limits by the number of other services, compared with a count of every line in order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from related_shapes import PAYERS, completions, is_one_provider, people
from shapes import CITED, PAYER, claim, line, outcomes, paid

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import RatioLimit, SessionRequirement
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Bounds, Payer, RelatedLine

DAY = date(2024, 8, 30)
LIMITED, EACH = frozenset(["97110"]), frozenset(["90791"])


def ratio(times: str = "2", **fields: Any) -> RatioLimit:
    """A limit of so many 97110 for each 90791."""
    each = RelatedLine(codes=EACH, **{"within": "month", **fields})
    return RatioLimit(id="p/ratio", codes=LIMITED, times=Decimal(times), each=each, **CITED)


@st.composite
def own_lines(draw: st.DrawFn, number: int) -> ServiceLine:
    """A line of one day around the end of a month."""
    return ServiceLine(
        number=number,
        code=draw(st.sampled_from(["97110", "97110", "90791"])),
        units=Decimal(draw(st.integers(1, 3))),
        date_from=DAY + timedelta(days=draw(st.integers(-1, 3))),
        rendering_provider=draw(people),
    )


@st.composite
def earlier_lines(draw: st.DrawFn, known: bool) -> HistoryLine:
    """A line of another claim, whose rendering provider may not be known."""
    unknown = st.nothing() if known else st.none()
    return HistoryLine(
        claim="H1",
        member="M",
        code=draw(st.sampled_from(["97110", "90791"])),
        units=Decimal(draw(st.integers(1, 3))),
        date_from=DAY + timedelta(days=draw(st.integers(-1, 3))),
        billing_provider=draw(people),
        rendering_provider=draw(unknown | people),
        session="none",
        status=draw(st.sampled_from(["paid", "denied"])),
    )


def window(rule: RatioLimit, day: date) -> object:
    """Return the window of the day."""
    return day if rule.each.within == "day" else (day.year, day.month)


def denied(rule: RatioLimit, payer: Payer, billed: Claim, earlier: list[HistoryLine]) -> set[int]:
    """Return the numbers of the lines beyond the ratio, by a count of all lines in order."""
    everything: list[tuple[ServiceLine, tuple[Any, Any]]] = [
        (item, (item.billing_provider, item.rendering_provider))
        for item in earlier
        if item.status == "paid"
    ]
    own = sorted(billed.lines, key=lambda item: (item.date_from, item.number))
    beyond: set[int] = set()
    everything += [(item, (billed.billing_provider, item.rendering_provider)) for item in own]
    for item in own:
        if item.code not in LIMITED:
            continue
        mine = (billed.billing_provider, item.rendering_provider)
        near = [
            other
            for other, theirs in everything
            if window(rule, other.date_from) == window(rule, item.date_from)
            and is_one_provider(rule.each.scope, payer, mine, theirs)
        ]
        allowed = rule.times * sum(other.units for other in near if other.code in EACH)
        before = [other for other in near if other.code in LIMITED and other is not item]
        kept = sum(
            other.units
            for other in before
            if isinstance(other, HistoryLine)
            or (own.index(other) < own.index(item) and other.number not in beyond)
        )
        if kept + item.units > allowed:
            beyond.add(item.number)
    return beyond


@settings(max_examples=examples(400, times=10))
@given(
    st.data(),
    st.sampled_from(["0.5", "1", "2.5"]),
    st.sampled_from(["day", "month"]),
    st.sampled_from(["member", "rendering", "specialty"]),
    st.sampled_from(PAYERS),
)
def test_a_ratio_is_a_count_of_all_lines_in_order(
    data: st.DataObject, times: str, within: str, scope: str, payer: Payer
) -> None:
    """A line is beyond the ratio if the count says so, whoever the unknown providers are."""
    rule = ratio(times, within=within, scope=scope)
    lines = [data.draw(own_lines(n)) for n in range(1, data.draw(st.integers(1, 4)) + 1)]
    earlier = [data.draw(earlier_lines(n > 0)) for n in range(data.draw(st.integers(0, 3)))]
    billed = claim(*lines, billing_provider=data.draw(people))
    book, history = RuleBook.build(payer, [rule]), History(lines=earlier)
    decided = outcomes(book.decide(billed, history))
    assert decided == outcomes(book.decide(billed, history.select(book.queries([billed]))))
    answers = [denied(rule, payer, billed, known) for known in completions(earlier)]
    worst = "review" if within == "month" else "deny"
    for item, outcome in zip(lines, decided, strict=True):
        found = {worst if item.number in beyond else "pay" for beyond in answers}
        assert outcome == "unknown" or {outcome} == found
        if len(answers) == 1:
            assert {outcome} == found


def test_what_may_be_missing_leaves_a_ratio_open() -> None:
    """Without the history both sides may be more than they seem."""
    billed = claim(line(1, "97110", DAY), line(2, "90791", DAY))
    assert outcomes(RuleBook.build(PAYER, [ratio()]).decide(billed, None)) == ["unknown", "pay"]
    assert outcomes(RuleBook.build(PAYER, [ratio()]).decide(billed, History())) == ["pay", "pay"]


def test_the_next_date_is_in_a_window_with_room() -> None:
    """The first day of a month with the other service is the next date of a limited one."""
    history = History(lines=[paid("90791", date(2024, 9, 20))])
    billed = claim(line(1, "97110", DAY))
    found = RuleBook.build(PAYER, [ratio()]).next_payable(
        billed, history, line=1, first=DAY, last=DAY + timedelta(days=40)
    )
    assert found.day == date(2024, 9, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"within": "overlapping-clock"},
        {"codes": frozenset(["97110"])},
        {"scope": "another-member"},
    ],
)
def test_a_ratio_that_cannot_be_meant_is_refused(fields: dict[str, Any]) -> None:
    """A ratio counts in a day or month, and of other codes than its own."""
    about: dict[str, Any] = {"codes": EACH, "within": "day", **fields}
    with pytest.raises(InvalidValueError):
        RatioLimit(id="p/x", codes=LIMITED, times=Decimal(1), each=RelatedLine(**about), **CITED)


@pytest.mark.parametrize(
    ("size", "leaders", "outcome"),
    [
        (6, 1, "pay"),
        (7, 1, "deny"),
        (12, 2, "pay"),
        (13, 2, "deny"),
        (6, None, "pay"),
        (7, None, "unknown"),
        (None, 2, "unknown"),
    ],
)
def test_a_group_has_so_many_participants_for_each_leader(
    size: int | None, leaders: int | None, outcome: str
) -> None:
    """Seven participants need a second leader; with six or fewer, one is enough."""
    rule = SessionRequirement(
        id="p/size",
        codes=LIMITED,
        participants_per_leader=Bounds(at_most=6),
        detected_in="claim",
        **CITED,
    )
    session = Session(group_size=size, leaders=leaders)
    billed = claim(line(1, "97110", DAY, session=session))
    assert outcomes(RuleBook.build(PAYER, [rule]).decide(billed, History())) == [outcome]
