"""The window around a service that holds most, or, where windows are anchored, may hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from payer_rules.engine.limits.counted_lines import (
    Aggregation,
    CountedLine,
    at_least,
    at_most,
    overlap,
)
from payer_rules.engine.limits.windows import Calendar, DaySpan


@attrs.frozen
class WindowTotal:
    """A window and what it holds; or several in a row, of which one holds a part at the least."""

    window: DaySpan
    total: Decimal
    windows: int = 1

    def is_over(self, limit: Decimal) -> bool:
        """Return whether the window, or one of them, holds more than the limit."""
        return self.total > limit * self.windows


class WindowTotals(Protocol):
    """How full the windows around a service are, beside others."""

    def least(
        self, service: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return the window that decides, whatever is not known."""

    def most(self, service: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the fullest window that there may be."""

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days on which another service may matter to one on the days."""

    def is_loose(self, service: CountedLine) -> bool:
        """Return whether it is not known how much of the service a window around it holds."""

    def is_one(self, one: CountedLine, other: CountedLine) -> bool:
        """Return whether both services are in one window, and neither counts less beside others."""


@attrs.frozen
class LineTotals:
    """The line by itself: nothing stands beside it."""

    how: Aggregation

    def least(
        self, service: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return what the line counts."""
        return WindowTotal(service.days, at_least(self.how, [service], service.days))

    def most(self, service: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the most that the line may count."""
        return WindowTotal(service.days, at_most(self.how, [service], service.days))

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the line's own days."""
        return days

    def is_loose(self, service: CountedLine) -> bool:
        """Return whether the line may be one of fewer days than it covers."""
        return service.is_span and self.how == "different"

    def is_one(self, one: CountedLine, other: CountedLine) -> bool:
        """Return False: each line is a window of its own."""
        return False


@attrs.frozen
class CalendarTotals:
    """Windows that are laid out in the calendar or slide over it: the fullest decides."""

    frame: Calendar
    how: Aggregation

    def least(
        self, service: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return the fullest window around the service; the earliest of equals."""
        near = self._near(service, others)
        if service.is_span and not self.frame.holds_whole(service.days):
            return self._spread(service, near, limit)
        best: WindowTotal | None = None
        for window in self._windows(service, near):
            found = WindowTotal(window, at_least(self.how, near, window))
            if best is None or found.total > best.total:
                best = found
        assert best is not None  # every frame has a window for every day
        return best

    def most(self, service: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the fullest window of those that may hold the service."""
        near = self._near(service, others)
        found = [WindowTotal(w, at_most(self.how, near, w)) for w in self._windows(service, near)]
        if self.how == "different" and service.is_span:
            # NOTE: a window in the midst of the line's days may hold more of them than its first.
            days = (each.days.last - each.days.first + 1 for each in near)
            total = sum(min(number, self.frame.longest) for number in days)
            found.append(WindowTotal(service.days, Decimal(total)))
        return max(found, key=lambda tally: tally.total)

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days as far as the frame reaches."""
        return self.frame.related_days(days)

    def is_loose(self, service: CountedLine) -> bool:
        """Return whether a window may hold a part of the service, or of its days."""
        if not service.is_span:
            return False
        return self.how == "different" or not self.frame.holds_whole(service.days)

    def is_one(self, one: CountedLine, other: CountedLine) -> bool:
        """Return whether one window of the calendar holds both, and adds what they count."""
        if self.how != "added":
            # NOTE: a line that counts as one with another makes no room for a third.
            return False
        both = DaySpan(min(one.days.first, other.days.first), max(one.days.last, other.days.last))
        return self.frame.is_laid_out and self.frame.holds_whole(both)

    def _near(self, service: CountedLine, others: Sequence[CountedLine]) -> list[CountedLine]:
        related_days = self.frame.related_days(service.days)
        return [service, *(other for other in others if overlap(other.days, related_days))]

    def _windows(self, service: CountedLine, near: Sequence[CountedLine]) -> Iterable[DaySpan]:
        starts = [each.days.first for each in near]
        ends = [each.days.last for each in near]
        return self.frame.around(service.days, starts, ends)

    def _spread(
        self, service: CountedLine, near: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return a window that holds all days of the service, or as many as it takes to hold them.

        What is in these days is in one of the windows in a row that cover them; so one of them
        holds a part at the least. Other services count if they fit without this one.
        """
        days, whole = service.days, [service]
        for window in self._windows(service, near):
            if window.first <= days.first and days.last <= window.last:
                found = WindowTotal(window, at_least(self.how, near, window))
                if found.is_over(limit):
                    return found
        inside = [each for each in near[1:] if self.how == "added" and each.at_least(days)]
        if inside and all(
            at_most(self.how, inside, window) <= limit for window in self._windows(service, near)
        ):
            whole += inside
        total = at_least(self.how, whole, days)
        return WindowTotal(days, total, self.frame.count(days, total, limit))


@attrs.frozen
class AnchoredTotals:
    """Windows of ``length`` days that open at the first service after the last one ended.

    Services before ``known_from`` may be missing, and with them the anchors they set.
    """

    length: int
    how: Aggregation
    known_from: int = 1

    def least(
        self, service: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return, of the windows that may hold the service, the one that holds least."""
        if service.is_span:
            total = at_least(self.how, [service], service.days)
            days = service.days.last - service.days.first
            return WindowTotal(service.days, total, days // self.length + 2)
        found = [
            WindowTotal(window, at_least(self.how, [service, *others], window))
            for window in self._windows(service, others)
        ]
        return min(reversed(found), key=lambda tally: tally.total)

    def most(self, service: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return, of the windows that may hold the service, the one that holds most."""
        if service.is_span:
            wide = DaySpan(
                service.days.first - self.length + 1, service.days.last + self.length - 1
            )
            return WindowTotal(wide, at_most(self.how, [service, *others], wide))
        found = [
            WindowTotal(window, at_most(self.how, [service, *others], window))
            for window in self._windows(service, others)
        ]
        return max(found, key=lambda tally: tally.total)

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return all days before: an anchor long ago moves all that follow."""
        return DaySpan(1, days.last + self.length - 1)

    def is_loose(self, service: CountedLine) -> bool:
        """Return whether the service may have opened a window on several days."""
        return service.is_span

    def is_one(self, one: CountedLine, other: CountedLine) -> bool:
        """Return False: where windows lie hangs on the services themselves."""
        return False

    def _windows(self, service: CountedLine, others: Sequence[CountedLine]) -> list[DaySpan]:
        """Return the windows that may hold the service's day, by their first day."""
        day = service.days.first
        if any(other.doubt or other.is_span for other in others) or self.known_from > day:
            return [DaySpan(first, first + self.length - 1) for first in self._all(day)]
        days = sorted({day, *(o.days.first for o in others if o.days.first >= self.known_from)})
        found = {self._holding(day, days, ended) for ended in self._carried()}
        return [DaySpan(first, first + self.length - 1) for first in sorted(found)]

    def _all(self, day: int) -> range:
        return range(max(1, day - self.length + 1), day + 1)

    def _carried(self) -> range:
        """Return the last days that a window opened before the known days may have."""
        if self.known_from <= 1:
            return range(1)
        return range(self.known_from - 1, self.known_from + self.length - 1)

    def _holding(self, day: int, days: Iterable[int], ended: int) -> int:
        """Return the first day of the window that holds the day, after unknown ones that ended."""
        first = ended - self.length + 1
        for each in days:
            if each > day:
                break
            if each > first + self.length - 1:
                first = each
        return first
