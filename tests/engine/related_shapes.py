"""Lines that are related by provider, time and modifier, and a search of all pairs of them.

The search shares no code with the engine.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import product
from typing import Any

import attrs
from hypothesis import strategies as st
from shapes import DAY, PAYER, claim

from payer_rules.claims import Claim, KnownNone, Provider, ServiceLine, Session
from payer_rules.history import History, HistoryLine
from payer_rules.rules import DaysAround, Nearness, OtherLine, Payer

PEOPLE = (
    Provider(npi="1234567893", specialty="68"),
    Provider(npi="1234567802", specialty="68"),
    Provider(npi="1000000004", specialty="80"),
)
SCOPES = (
    *("member", "rendering", "billing", "specialty", "provider", "another-rendering"),
    "another-member",
)
PAYERS = tuple(
    attrs.evolve(PAYER, same_provider=same)
    for same in ("rendering", "billing", "billing-and-specialty")
)

#: Sessions of 9 to 10, 9:30 to 11, 10 to 11 and 23 to 1 o'clock.
CLOCKS = tuple(
    Session(start=time(*start), end=time(*end))
    for start, end in (((9,), (10,)), ((9, 30), (11,)), ((10,), (11,)), ((23,), (1,)))
)
SESSIONS: tuple[Session | KnownNone | None, ...] = (*CLOCKS, "none")

people = st.sampled_from(PEOPLE)
clocks: st.SearchStrategy[Session | KnownNone | None] = st.sampled_from(SESSIONS)
days = st.integers(-4, 4).map(lambda n: DAY + timedelta(days=n))


@st.composite
def own_lines(draw: st.DrawFn, number: int) -> ServiceLine:
    """A line of one day by one of the people."""
    return ServiceLine(
        number=number,
        code=draw(st.sampled_from(["90853", "90834"])),
        modifiers=draw(st.sampled_from([(), ("GT",), ("59",)])),
        date_from=draw(days),
        rendering_provider=draw(people),
        place_of_service="11",
        session=draw(clocks),
    )


@st.composite
def earlier_lines(draw: st.DrawFn, known: bool, codes: tuple[str, ...]) -> HistoryLine:
    """A line of one day that was decided, whose providers and session may not be known."""
    unknown = st.nothing() if known else st.none()
    line: ServiceLine = draw(own_lines(number=1))
    return HistoryLine(
        claim=f"H{draw(st.integers(1, 99))}",
        member=draw(st.sampled_from(["M", "M", "N"])),
        code=draw(st.sampled_from(codes)),
        modifiers=line.modifiers,
        date_from=line.date_from,
        billing_provider=draw(unknown | people),
        rendering_provider=draw(unknown | people),
        session=draw(unknown | clocks),
        status=draw(st.sampled_from(["paid", "paid", "denied"])),
    )


@st.composite
def claims_with_history(
    draw: st.DrawFn, codes: tuple[str, ...] = ("90834",)
) -> tuple[Claim, list[HistoryLine]]:
    """A claim of one to three lines, and up to two earlier lines."""
    lines = [draw(own_lines(number=n)) for n in range(1, draw(st.integers(1, 3)) + 1)]
    billed = claim(*lines, billing_provider=draw(people))
    earlier = [draw(earlier_lines(n > 0, codes)) for n in range(draw(st.integers(0, 2)))]
    return billed, earlier


def completions(earlier: list[HistoryLine]) -> Iterator[list[HistoryLine]]:
    """Yield the earlier lines with every combination of the facts that are not known."""
    options = [
        [
            attrs.evolve(
                line, billing_provider=billing, rendering_provider=rendering, session=session
            )
            for billing in ([line.billing_provider] if line.billing_provider else PEOPLE)
            for rendering in ([line.rendering_provider] if line.rendering_provider else PEOPLE)
            for session in ([line.session] if line.session else SESSIONS)
        ]
        for line in earlier
    ]
    yield from (list(lines) for lines in product(*options))


def is_one_provider(scope: str, payer: Payer, one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Return True if two lines are of one provider; a line is billing and rendering provider."""
    scope = payer.same_provider if scope == "provider" else scope
    same_biller = bool(one[0].npi == other[0].npi)
    same_renderer = bool(one[1].npi == other[1].npi)
    same_specialty = bool(one[1].specialty == other[1].specialty)
    return {
        "member": True,
        "rendering": same_renderer,
        "another-rendering": not same_renderer,
        "another-member": same_renderer,
        "billing": same_biller,
        "specialty": same_specialty,
        "billing-and-specialty": same_biller and same_specialty,
    }[scope]


def months_later(day: date, months: int) -> date:
    """Return the day so many months later, counted month by month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def are_near_days(near: Nearness, day: date, other: date) -> bool:
    """Return True if a service on the other day is near one on the day."""
    if near == "month":
        return (day.year, day.month) == (other.year, other.month)
    if near == "any-earlier-day":
        return other < day
    if not isinstance(near, DaysAround):
        return day == other if near == "day" else abs(day - other) <= timedelta(days=1)
    if day == other:
        return near.same_day
    if other < day:
        latest = months_later(other, near.months_before or 0)
        return day <= latest + timedelta(days=near.days_before or 0)
    latest = months_later(day, near.months_after or 0)
    return other <= latest + timedelta(days=near.days_after or 0)


def minutes(line: ServiceLine) -> set[int]:
    """Return every minute of the session of the line, counted from the first day of all."""
    session: Session | KnownNone | None = line.session
    if not isinstance(session, Session):
        return set()
    assert session.start is not None
    assert session.end is not None
    begin = session.start.hour * 60 + session.start.minute
    end = session.end.hour * 60 + session.end.minute
    end += 1440 if end < begin else 0
    return {line.date_from.toordinal() * 1440 + at for at in range(begin, end)}


def are_near(near: Nearness, line: ServiceLine, other: ServiceLine) -> bool:
    """Return True if the other line, of one day, is near the line, of one day."""
    if near == "overlapping-clock":
        return not minutes(line).isdisjoint(minutes(other))
    return are_near_days(near, line.date_from, other.date_from)


def others_of(
    billed: Claim, earlier: list[HistoryLine], line: ServiceLine
) -> Iterator[tuple[ServiceLine, tuple[Any, Any]]]:
    """Yield the other lines that were not denied, each with its billing and rendering provider."""
    for other in billed.lines:
        if other is not line:
            yield other, (billed.billing_provider, other.rendering_provider)
    for other in earlier:
        if other.status != "denied":
            yield other, (other.billing_provider, other.rendering_provider)


criteria: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "codes": st.just(frozenset(["90834"])),
        "scope": st.sampled_from(SCOPES),
        "modifier": st.sampled_from([None, frozenset(["GT"])]),
    }
)
numbers = st.none() | st.integers(0, 3)
sides = st.tuples(numbers, numbers).filter(lambda pair: None in pair)


@st.composite
def days_around(draw: st.DrawFn) -> DaysAround:
    """A few days or months before and after a line."""
    before = draw(sides)
    after = draw(sides.filter(lambda pair: any(pair) or any(before)))
    return DaysAround(
        days_before=before[0],
        months_before=before[1],
        days_after=after[0],
        months_after=after[1],
        same_day=draw(st.booleans()),
    )


words: st.SearchStrategy[Nearness] = st.sampled_from(
    ["day", "month", "overlapping-clock", "any-earlier-day"]
)


def member_of(billed: Claim, line: ServiceLine) -> str:
    """Return the member whose line it is."""
    return line.member if isinstance(line, HistoryLine) else billed.member.id


def known_history(billed: Claim, earlier: list[HistoryLine]) -> History:
    """Return the earlier lines, all of the member and of the clinician of the claim, if it is one."""
    npis = {line.rendering_provider.npi for line in billed.lines if line.rendering_provider}
    return History(lines=earlier, covers_rendering=npis.pop() if len(npis) == 1 else None)


def others_that_meet(
    asked: OtherLine,
    near: Nearness,
    payer: Payer,
    billed: Claim,
    earlier: list[HistoryLine],
    line: ServiceLine,
) -> list[ServiceLine]:
    """Return the other lines that meet the criteria and are near, by a look at every line."""
    mine = (billed.billing_provider, line.rendering_provider)
    is_of_two_members = asked.scope == "another-member"
    return [
        other
        for other, theirs in others_of(billed, earlier, line)
        if other.code in asked.codes
        and (member_of(billed, line) != member_of(billed, other)) is is_of_two_members
        and are_near(near, line, other)
        and (asked.modifier is None or asked.modifier & set(other.modifiers))
        and is_one_provider(asked.scope, payer, mine, theirs)
    ]
