"""Calendars: where the windows of a limit lie, as spans of days.

A span is a first and a last day, both included, as ordinals. `PeriodCalendar` lays windows end to
end, such as months; `SlidingCalendar` lets a window begin on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple, Protocol


class DaySpan(NamedTuple):
    """A first and a last day, both included, as ordinals."""

    first: int
    last: int

    @property
    def is_one_day(self) -> bool:
        """Return True if the first day is the last."""
        return self.first == self.last

    def overlaps(self, other: DaySpan) -> bool:
        """Return True if the two spans share a day."""
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: DaySpan) -> bool:
        """Return True if all days of the other span are in this one."""
        return self.first <= other.first and other.last <= self.last


class Calendar(Protocol):
    """The windows of one shape, for one claim."""

    def windows_around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """Yield the windows that overlap the span and may hold the most.

        ``starts`` and ``ends`` are the first and last days of the lines counted.
        """

    def related_days(self, span: DaySpan) -> DaySpan:
        """Return the days on which a line may share a window with a line on the span."""

    def keeps_together(self, span: DaySpan) -> bool:
        """Return True if every window that overlaps the span contains all of it."""

    def windows_needed(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many windows in a row cover the span, or can hold the total, if fewer."""

    @property
    def is_fixed(self) -> bool:
        """Return True if each day is in exactly one window."""

    @property
    def longest(self) -> int:
        """Return the most days that a window can have."""


class PeriodCalendar:
    """Windows laid end to end: each day is in exactly one of them."""

    is_fixed = True

    def __init__(self, period_of: Callable[[int], DaySpan], longest: int) -> None:
        self._period_of = period_of
        self.longest = longest

    def windows_around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """Yield, in order, the first and last period and those in which a line begins.

        A period between two of them holds no more than the earlier one.
        """
        days = {span.first, span.last, *(day for day in starts if span.first <= day <= span.last)}
        yield from sorted({self._period_of(day) for day in days})

    def related_days(self, span: DaySpan) -> DaySpan:
        """Return the days from the start of the first period to the end of the last."""
        return DaySpan(self._period_of(span.first).first, self._period_of(span.last).last)

    def keeps_together(self, span: DaySpan) -> bool:
        """Return True if the span lies in one period."""
        return span.last <= self._period_of(span.first).last

    def windows_needed(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many periods the span overlaps, or can hold the total, if fewer."""
        return _windows_needed(span, total, limit, lambda day: self._period_of(day).last)


class SlidingCalendar:
    """Windows that may begin on any day; a window that begins later does not end earlier."""

    is_fixed = False

    def __init__(
        self, end_of: Callable[[int], int], start_of: Callable[[int], int], longest: int
    ) -> None:
        self.end_of = end_of
        self.start_of = start_of
        self.longest = longest

    def windows_around(
        self, span: DaySpan, starts: Iterable[int], ends: Iterable[int]
    ) -> Iterator[DaySpan]:
        """Yield the windows that begin with a line or end with one.

        As a window slides, the amount that it holds changes only at these days.
        """
        earliest, latest = self.start_of(span.first), span.last
        days = {*starts}
        tried = {earliest, latest, *days, *map(self.start_of, days.union(ends))}
        for start in sorted(tried):
            if earliest <= start <= latest:
                yield DaySpan(start, self.end_of(start))

    def related_days(self, span: DaySpan) -> DaySpan:
        """Return the days from the start of the earliest window to the end of the latest."""
        return DaySpan(self.start_of(span.first), self.end_of(span.last))

    def keeps_together(self, span: DaySpan) -> bool:
        """Return True if the span is one day: some window ends within any longer span."""
        return span.is_one_day

    def windows_needed(self, span: DaySpan, total: Decimal, limit: Decimal) -> int:
        """Return how many windows end to end cover the span, or can hold the total, if fewer."""
        return _windows_needed(span, total, limit, self.end_of)


def _windows_needed(
    span: DaySpan, total: Decimal, limit: Decimal, end_of: Callable[[int], int]
) -> int:
    day, windows = span.first, 0
    while day <= span.last and (not windows or limit * windows < total) and limit:
        day = end_of(day) + 1
        windows += 1
    return max(1, windows)
