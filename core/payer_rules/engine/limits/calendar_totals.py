"""The totals of windows that a calendar lays out: none depends on the lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

import attrs

from payer_rules.engine.limits.calendars import Calendar, DaySpan
from payer_rules.engine.limits.counted_lines import (
    Aggregation,
    CountedLine,
    MostByDay,
    least_total,
    most_total,
)
from payer_rules.engine.limits.window_totals import WindowTotal

_total = attrgetter("total")


@attrs.frozen
class CalendarTotals:
    """The totals of the windows of a calendar; the fullest window around a line decides."""

    calendar: Calendar
    how: Aggregation

    def least(
        self, line: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return the fullest window around the line; of equals the earliest."""
        near = self._near(line, others)
        if line.has_several_days and not self.calendar.keeps_together(line.days):
            return self._least_over_several_windows(line, near, limit)
        totals = [WindowTotal(w, least_total(self.how, near, w)) for w in self._windows(line, near)]
        return max(totals, key=_total)

    def most(self, line: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the fullest of the windows that may hold the line."""
        near = self._near(line, others)
        windows, by_day = self._windows(line, near), MostByDay.of(self.how, near)
        if by_day is not None:
            return max([WindowTotal(w, by_day.within(w)) for w in windows], key=_total)
        totals = [WindowTotal(w, most_total(self.how, near, w)) for w in windows]
        if self.how == "distinct" and line.has_several_days:
            totals.append(self._most_days(line, near))
        return max(totals, key=_total)

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days that share a window with one of the given days."""
        return self.calendar.related_days(days)

    def depends_on_day(self, line: CountedLine) -> bool:
        """Return True if a window may hold a part of the line, or some of its days."""
        if not line.has_several_days:
            return False
        return self.how == "distinct" or not self.calendar.keeps_together(line.days)

    def adds_up(self, line: CountedLine, other: CountedLine) -> bool:
        """Return True if one fixed window holds both lines, and amounts are added."""
        if self.how != "sum":
            # NOTE: two lines that count once together leave no more room if one is not kept.
            return False
        first = min(line.days.first, other.days.first)
        last = max(line.days.last, other.days.last)
        return self.calendar.is_fixed and self.calendar.keeps_together(DaySpan(first, last))

    def _near(self, line: CountedLine, others: Sequence[CountedLine]) -> list[CountedLine]:
        """Return the line and those others that can share a window with it."""
        days = self.calendar.related_days(line.days)
        return [line, *(other for other in others if other.days.overlaps(days))]

    def _windows(self, line: CountedLine, near: Sequence[CountedLine]) -> Iterable[DaySpan]:
        starts = [other.days.first for other in near]
        ends = [other.days.last for other in near]
        return self.calendar.windows_around(line.days, starts, ends)

    def _most_days(self, line: CountedLine, near: Sequence[CountedLine]) -> WindowTotal:
        """Return the most days that any window within the days of the line can hold."""
        # NOTE: a window in the middle of the line's days may hold more of them than its first.
        days = (other.days.last - other.days.first + 1 for other in near)
        total = sum(min(number, self.calendar.longest) for number in days)
        return WindowTotal(line.days, Decimal(total))

    def _least_over_several_windows(
        self, line: CountedLine, near: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return a window that contains the line and exceeds the limit, or several in a row.

        The windows in a row cover all days of the line, so that one of them holds at least its
        share of the total.
        """
        for window in self._windows(line, near):
            if window.contains(line.days):
                total = WindowTotal(window, least_total(self.how, near, window))
                if total.exceeds(limit):
                    return total
        lines = [line, *self._within(line, near, limit)]
        sum_of_lines = least_total(self.how, lines, line.days)
        windows = self.calendar.windows_needed(line.days, sum_of_lines, limit)
        return WindowTotal(line.days, sum_of_lines, windows)

    def _within(
        self, line: CountedLine, near: Sequence[CountedLine], limit: Decimal
    ) -> list[CountedLine]:
        """Return the other lines on the days of the line, if these fit without it."""
        if self.how != "sum":
            return []
        lines = [other for other in near[1:] if other.least_in(line.days)]
        windows = self._windows(line, near) if lines else ()
        fits = all(most_total(self.how, lines, window) <= limit for window in windows)
        return lines if fits else []
