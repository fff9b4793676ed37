"""The windows that hold a day: every shape of window as spans of days.

A span is a first and a last day, both included, as ordinals. Of a shape that slides there are many
around a service, of one that is laid out in the calendar there is one for each of its days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, assert_never

from payer_rules.claims import Claim
from payer_rules.engine.limits.months import months_on
from payer_rules.engine.missing import MissingFacts, field
from payer_rules.rules import WEEKDAYS, Window

_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal()
_WEEK: Final = 7
_MONTH: Final = 31
_YEAR: Final = 366


class DaySpan(NamedTuple):
    """First and last day, both included."""

    first: int
    last: int


class Calendar(Protocol):
    """What a shape of window is on the calendar of one claim."""

    def around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """The windows that share a day with the span and may hold most.

        ``starts`` and ``ends`` are the first and last days of the services counted.
        """

    def related_days(self, span: DaySpan) -> DaySpan:
        """The days on which a service may share a window with one on the days of the span."""

    def holds_whole(self, span: DaySpan) -> bool:
        """Return whether every window that shares a day with the span holds all of it."""

    def count(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many windows in a row cover the span, or so many as can hold the total."""

    @property
    def is_laid_out(self) -> bool:
        """Return whether each day is in one window, whatever the services are."""

    @property
    def longest(self) -> int:
        """Return how many days a window has at most."""


class PeriodCalendar:
    """Windows laid end to end: each day is in one of them."""

    is_laid_out = True

    def __init__(self, period: Callable[[int], DaySpan], longest: int) -> None:
        self._period = period
        self.longest = longest

    def around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """Return the first and the last period, and those in which a service begins, in order.

        Of periods between two beginnings none holds more than that of the first.
        """
        days = {span.first, span.last, *(day for day in starts if span.first <= day <= span.last)}
        yield from sorted({self._period(day) for day in days})

    def related_days(self, span: DaySpan) -> DaySpan:
        """From the first day of the first period to the last of the last."""
        return DaySpan(self._period(span.first).first, self._period(span.last).last)

    def holds_whole(self, span: DaySpan) -> bool:
        """Return whether the span lies in one period."""
        return span.last <= self._period(span.first).last

    def count(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many periods the span touches, or so many as can hold the total."""
        return _count(span, total, limit, lambda day: self._period(day).last)


class SlidingCalendar:
    """Windows that may begin on any day; the later they begin, the later they end."""

    is_laid_out = False

    def __init__(
        self, end_of: Callable[[int], int], start_of: Callable[[int], int], longest: int
    ) -> None:
        self._end_of = end_of
        self._start_of = start_of
        self.longest = longest

    def around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """The windows that begin with a service or end with one.

        As a window slides over services, what it holds, or may hold, changes only there.
        """
        earliest, latest = self._start_of(span.first), span.last
        tried = {earliest, latest, *starts, *(self._start_of(day) for day in (*starts, *ends))}
        for start in sorted(tried):
            if earliest <= start <= latest:
                yield DaySpan(start, self._end_of(start))

    def related_days(self, span: DaySpan) -> DaySpan:
        """From the start of the earliest window to the end of the latest."""
        return DaySpan(self._start_of(span.first), self._end_of(span.last))

    def holds_whole(self, span: DaySpan) -> bool:
        """Return whether the span is one day: another window ends within any other."""
        return span.first == span.last

    def count(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many windows end to end cover the span, or so many as can hold the total."""
        return _count(span, total, limit, self._end_of)


def _count(span: DaySpan, total: Decimal, limit: Decimal, end_of: Callable[[int], int]) -> int:
    day, windows = span.first, 0
    while day <= span.last and (not windows or limit * windows < total) and limit:
        day = end_of(day) + 1
        windows += 1
    return max(1, windows)


def calendar_of(window: Window, claim: Claim) -> Calendar | MissingFacts:
    """The frame of the window for the claim's member, or what is missing to lay it out."""
    if window.shape == "benefit-year":
        start = claim.member.benefit_year_start
        return _years(start) if start else field("member.benefit_year_start")
    if window.shape == "episode":
        return _episode(claim)
    return _laid_out(window)


def widest_calendar(window: Window) -> Calendar:
    """Windows that hold at least what those of the shape hold, wherever they lie."""
    number = _YEAR if window.shape == "benefit-year" else 0
    return _laid_out(Window("rolling", number) if number else Window("lifetime"))


def _laid_out(window: Window) -> Calendar:
    number, shape, days = window.number or 0, window.shape, window.days
    if shape == "rolling":
        return SlidingCalendar(lambda start: start + number - 1, lambda end: end - number + 1, days)
    if shape == "gap-months":
        return SlidingCalendar(
            lambda start: _due(start, number) - 1, lambda end: _since(end, number), days
        )
    if shape == "gap-full-months":
        return SlidingCalendar(
            lambda start: _month(_due(_month(start).first, number)).last,
            lambda end: _due(_month(end).first, -number),
            days + _MONTH,
        )
    if shape == "week":
        begins = WEEKDAYS.index(window.begins or "monday")
        return PeriodCalendar(lambda day: _week(day, begins), days)
    if shape == "fiscal-year":
        return _years(window.begins or "01-01")
    if shape == "calendar-year":
        return _years("01-01")
    if shape == "month":
        return PeriodCalendar(_month, days)
    if shape == "lifetime":
        return PeriodCalendar(lambda day: DaySpan(_FIRST, _LAST), _LAST)
    if shape == "day" or shape == "session":
        return PeriodCalendar(lambda day: DaySpan(day, day), 1)
    if shape == "line" or shape == "anchored" or shape == "benefit-year" or shape == "episode":
        raise AssertionError(f"a window of shape {shape} does not lie in the calendar")
    assert_never(shape)


def _episode(claim: Claim) -> Calendar | MissingFacts:
    start = claim.episode_start
    if start is None:
        return field("episode_start")
    if start == "none":
        return PeriodCalendar(lambda day: DaySpan(_FIRST, _LAST), _LAST)
    opened = start.toordinal()
    return PeriodCalendar(
        lambda day: DaySpan(opened, _LAST) if day >= opened else DaySpan(_FIRST, opened - 1), _LAST
    )


def _week(day: int, begins: int) -> DaySpan:
    # NOTE: ordinal 1 is a Monday.
    first = day - (day - 1 - begins) % _WEEK
    return DaySpan(max(_FIRST, first), first + _WEEK - 1)


def _month(day: int) -> DaySpan:
    first = date.fromordinal(day).replace(day=1)
    return DaySpan(first.toordinal(), months_on(first, 1).toordinal() - 1)


def _years(begins: str) -> PeriodCalendar:
    month, day = map(int, begins.split("-"))

    def year(ordinal: int) -> DaySpan:
        of = date.fromordinal(ordinal).year
        years = (each for each in (of - 1, of, of + 1) if date.min.year <= each <= date.max.year)
        starts = [_start(each, month, day) for each in years]
        first = max((start for start in starts if start <= ordinal), default=_FIRST)
        return DaySpan(
            first, min((start for start in starts if start > ordinal), default=_LAST) - 1
        )

    return PeriodCalendar(year, _YEAR)


def _start(year: int, month: int, day: int) -> int:
    """The first day of the year; one that starts on 29 February starts on 1 March in most years."""
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return date(year, month + 1, 1).toordinal()


@lru_cache(maxsize=4096)
def _due(day: int, months: int) -> int:
    return months_on(date.fromordinal(day), months).toordinal()


@lru_cache(maxsize=4096)
def _since(day: int, months: int) -> int:
    """The earliest day from which the next service would be due only after the day."""
    # NOTE: the day of a month that has too few may be up to three days later in another.
    start = max(_FIRST, _due(day, -months) - 3)
    while _due(start, months) <= day:
        start += 1
    return start
