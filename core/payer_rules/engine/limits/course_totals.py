"""The totals of courses of treatment, each of which is a window."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

import attrs

from payer_rules.engine.courses import CoursePlace, CourseTimeline
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import (
    Aggregation,
    CountedLine,
    least_total,
    most_total,
)
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY

_total = attrgetter("total")
_ALL_DAYS = DaySpan(FIRST_DAY, LAST_DAY)


@attrs.frozen
class CourseTotals:
    """The totals of the courses of a timeline."""

    timeline: CourseTimeline
    how: Aggregation

    def least(
        self, line: CountedLine, others: Sequence[CountedLine], limit: Decimal
    ) -> WindowTotal:
        """Return, of the courses that the line may be in, the one with the smallest total."""
        if line.has_several_days:
            # NOTE: each day of the line may be in a course of its own.
            total = least_total(self.how, [line], line.days)
            return WindowTotal(line.days, total, line.days.last - line.days.first + 1)
        lines = [line, *others]
        spans = (line.days if place is None else place.least for place in self._places(line))
        totals = (WindowTotal(span, least_total(self.how, lines, span)) for span in spans)
        return min(totals, key=_total)

    def most(self, line: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return, of the courses that the line may be in, the one with the largest total."""
        lines = [line, *others]
        spans = [place.most for place in self._places(line) if place is not None]
        if line.has_several_days or not spans:
            spans = [_ALL_DAYS]
        totals = (WindowTotal(span, most_total(self.how, lines, span)) for span in spans)
        return max(totals, key=_total)

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return all days: a course may have opened long ago."""
        return _ALL_DAYS

    def depends_on_day(self, line: CountedLine) -> bool:
        """Return True if the line may be in several courses, or a course is not known in full."""
        if line.has_several_days:
            return True
        places = self._places(line)
        return len(places) > 1 or any(place and place.least != place.most for place in places)

    def adds_up(self, line: CountedLine, other: CountedLine) -> bool:
        """Return False: it may be open whether a course holds both lines."""
        return False

    def _places(self, line: CountedLine) -> list[CoursePlace | None]:
        return self.timeline.places_of(line.line)
