"""The totals of anchored windows, each of which opens at a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

import attrs

from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import (
    Aggregation,
    CountedLine,
    least_total,
    most_total,
)
from payer_rules.engine.limits.window_totals import WindowTotal

_total = attrgetter("total")


@attrs.frozen
class AnchoredTotals:
    """The totals of windows of ``length`` days.

    A window opens at the first line after the last window ended. Lines before ``known_from`` may be
    missing, and with them the windows that they opened.
    """

    length: int
    how: Aggregation
    known_from: int = 1

    def least(
        self, line: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return, of the windows that may hold the line, the one with the smallest total."""
        if line.has_several_days:
            total = least_total(self.how, [line], line.days)
            return WindowTotal(
                line.days, total, (line.days.last - line.days.first) // self.length + 2
            )
        lines = [line, *others]
        totals = [
            WindowTotal(w, least_total(self.how, lines, w)) for w in self._windows(line, others)
        ]
        return min(reversed(totals), key=_total)

    def most(self, line: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return, of the windows that may hold the line, the one with the largest total."""
        lines = [line, *others]
        if line.has_several_days:
            days = line.days
            widest = DaySpan(days.first - self.length + 1, days.last + self.length - 1)
            return WindowTotal(widest, most_total(self.how, lines, widest))
        totals = [
            WindowTotal(w, most_total(self.how, lines, w)) for w in self._windows(line, others)
        ]
        return max(totals, key=_total)

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return all earlier days too: a line long ago moves every window that follows."""
        return DaySpan(1, days.last + self.length - 1)

    def depends_on_day(self, line: CountedLine) -> bool:
        """Return True if the line may have opened a window on several days."""
        return line.has_several_days

    def adds_up(self, line: CountedLine, other: CountedLine) -> bool:
        """Return False: the lines themselves decide where the windows are."""
        return False

    def _windows(self, line: CountedLine, others: Sequence[CountedLine]) -> list[DaySpan]:
        """Return the windows that may hold the day of the line, the earliest first."""
        return [DaySpan(first, first + self.length - 1) for first in self._openings(line, others)]

    def _openings(self, line: CountedLine, others: Sequence[CountedLine]) -> Iterable[int]:
        """Return the days on which the window that holds the line may have opened."""
        day = line.days.first
        # NOTE: a line that follows opens no window that holds the day.
        is_open = any(
            (other.missing or other.has_several_days) and other.days.first <= day
            for other in others
        )
        if is_open or self.known_from > day:
            return range(max(1, day - self.length + 1), day + 1)
        days = sorted({day, *(o.days.first for o in others if o.days.first >= self.known_from)})
        return sorted({self._opening(day, days, ended) for ended in self._last_unknown_days()})

    def _last_unknown_days(self) -> range:
        """Return the days on which a window that opened before ``known_from`` may have ended."""
        if self.known_from <= 1:
            return range(1)
        return range(self.known_from - 1, self.known_from + self.length - 1)

    def _opening(self, day: int, days: Iterable[int], ended: int) -> int:
        """Return the first day of the window that holds the day, if an earlier one ended."""
        first = ended - self.length + 1
        for candidate in days:
            if candidate > day:
                break
            if candidate > first + self.length - 1:
                first = candidate
        return first
