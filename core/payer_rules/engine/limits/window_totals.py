"""The totals of the windows around a line: the protocol, and the limit on a single line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import (
    Aggregation,
    CountedLine,
    least_total,
    most_total,
)


@attrs.frozen
class WindowTotal:
    """A window and its total.

    With ``windows`` above one, the total is that of so many windows in a row.
    """

    window: DaySpan
    total: Decimal
    windows: int = 1

    def exceeds(self, limit: Decimal) -> bool:
        """Return True if the window, or at least one of the windows, exceeds the limit."""
        return self.total > limit * self.windows


class WindowTotals(Protocol):
    """The totals of the windows around a line, together with other lines."""

    def least(
        self, line: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return the fullest window, with the least that it can hold."""

    def most(self, line: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the fullest window, with the most that it can hold."""

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days on which another line can matter to a line on the given days."""

    def depends_on_day(self, line: CountedLine) -> bool:
        """Return True if the totals depend on which of its days the line was."""

    def adds_up(self, line: CountedLine, other: CountedLine) -> bool:
        """Return True if one window always holds both lines, and the sum of their amounts."""


@attrs.frozen
class LineTotals:
    """The totals of a limit on one line: no other line counts."""

    how: Aggregation

    def least(
        self, line: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return the least amount of the line."""
        return WindowTotal(line.days, least_total(self.how, [line], line.days))

    def most(self, line: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the most that the line may count."""
        return WindowTotal(line.days, most_total(self.how, [line], line.days))

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days of the line."""
        return days

    def depends_on_day(self, line: CountedLine) -> bool:
        """Return True if days are counted: the services may have been on fewer days."""
        return line.has_several_days and self.how == "distinct"

    def adds_up(self, line: CountedLine, other: CountedLine) -> bool:
        """Return False: each line is a window of its own."""
        return False
