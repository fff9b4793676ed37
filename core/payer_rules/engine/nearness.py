"""Whether another line is as near in time as a rule asks.

A line of several days does not state on which of them the service was: the answer is known if it
is the same for all days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from typing import Final

from payer_rules.claims import ServiceLine, Session
from payer_rules.engine.days import missing_shared_day
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY
from payer_rules.engine.missing import MissingFacts, of_history, of_record
from payer_rules.engine.months import first_day_within, months_on
from payer_rules.engine.truth import Truth
from payer_rules.history import HistoryLine
from payer_rules.rules import DaysAround, Nearness

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
#: The number of days whose nearness is kept.
_CACHE_SIZE: Final = 1 << 12


def is_near(near: Nearness, line: ServiceLine, other: ServiceLine) -> Truth:
    """Return whether the other line is near the line."""
    day, other_day = line.date_from, other.date_from
    if near == "day" and line.date_to == day and other.date_to == other_day:
        return day == other_day
    is_possible = False
    days = DaySpan(other.date_from.toordinal(), other.date_to.toordinal())
    early, late = _spans(near, line.date_from), _spans(near, line.date_to)
    for first, last in zip(early, late, strict=True):
        if DaySpan(last.first, first.last).contains(days):
            return overlap(line, other) if near == "overlapping-clock" else True
        is_possible |= DaySpan(first.first, last.last).overlaps(days)
    return missing_shared_day(line, other) if is_possible else False


def days_near(near: Nearness, first: date, last: date) -> tuple[date, date]:
    """Return the first and last day that are near a line on some day of the span."""
    if near == "day":
        return first, last
    low, high = _spans(near, first)[0].first, _spans(near, last)[-1].last
    return _as_date(low), _as_date(high)


def _as_date(day: int) -> date:
    """Return the day, or the nearest one that Python has."""
    return date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY))


def days_whose_near(near: Nearness, first: date, last: date) -> tuple[date, date]:
    """Return the first and last day to which some day of the span is near."""
    if near == "any-earlier-day":
        return _as_date(first.toordinal() + 1), date.max
    if isinstance(near, DaysAround):
        near = DaysAround(
            days_before=near.days_after,
            days_after=near.days_before,
            months_before=near.months_after,
            months_after=near.months_before,
            same_day=near.same_day,
        )
    return days_near(near, first, last)


def days_related(near: Nearness, line: ServiceLine) -> tuple[date, date]:
    """Return the first and last day that are near the line, or to which it is near."""
    days = (line.date_from, line.date_to)
    if near == "day":
        return days
    before, after = zip(days_near(near, *days), days_whose_near(near, *days), strict=True)
    return min(before), max(after)


def window_days(near: Nearness, day: int) -> Iterator[int]:
    """Yield the days from which on a moved line may be near the day, or the day near it."""
    at = date.fromordinal(day)
    first, last = days_near(near, at, at)
    yield from (first.toordinal(), last.toordinal() + 1, *change_days(near, day))


def change_days(near: Nearness, day: int) -> Iterator[int]:
    """Yield the days from which on a line may be, or not be, one to which the day is near."""
    at = date.fromordinal(day)
    first, last = days_whose_near(near, at, at)
    yield from (first.toordinal(), day, day + 1, last.toordinal() + 1)


@lru_cache(_CACHE_SIZE)
def _spans(near: Nearness, day: date) -> tuple[DaySpan, ...]:
    """Return the days that are near a line on the day: one span, or those before and after it."""
    at = day.toordinal()
    if near == "day":
        return (DaySpan(at, at),)
    if near == "overlapping-clock":
        return (DaySpan(at - 1, at + 1),)
    if near == "any-earlier-day":
        return (DaySpan(FIRST_DAY, at - 1),)
    if near == "month":
        first = day.replace(day=1).toordinal()
        return (DaySpan(first, first + monthrange(day.year, day.month)[1] - 1),)
    first = first_day_within(day, near.months_before or 0).toordinal() - (near.days_before or 0)
    last = months_on(day, near.months_after or 0).toordinal() + (near.days_after or 0)
    if near.same_day:
        return (DaySpan(first, last),)
    before = (DaySpan(first, at - 1),) if near.looks_back else ()
    return (*before, DaySpan(at + 1, last)) if near.looks_ahead else before


def overlap(one: ServiceLine, other: ServiceLine) -> Truth:
    """Return whether the sessions of two lines of one day each overlap."""
    if "none" in (one.session, other.session):
        return False
    mine, theirs = _clock(one), _clock(other)
    if mine is None or theirs is None:
        missing: MissingFacts = ()
        for line, clock in ((one, mine), (other, theirs)):
            missing = (*missing, *(_missing_clock(line) if clock is None else ()))
        return missing
    return mine[0] < theirs[1] and theirs[0] < mine[1]


def _missing_clock(line: ServiceLine) -> MissingFacts:
    """Return what is missing to know when the session of the line began and ended."""
    session = line.session
    name = "session.end" if isinstance(session, Session) and session.start else "session.start"
    return of_history(name) if isinstance(line, HistoryLine) else of_record(name)


def _clock(line: ServiceLine) -> tuple[int, int] | None:
    """Return when the session began and ended, in seconds.

    A session that ends before it starts ended on the next day.
    """
    session = line.session
    if not isinstance(session, Session) or session.start is None or session.end is None:
        return None
    start, end = _seconds(session.start), _seconds(session.end)
    midnight = line.date_from.toordinal() * _DAY
    return midnight + start, midnight + end + (_DAY if end < start else 0)


def _seconds(at: time) -> int:
    return at.hour * _HOUR + at.minute * 60 + at.second
