"""Where the windows of a limit lie for one claim."""

from __future__ import annotations

import attrs

from payer_rules.claims import Claim
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.courses import CourseTimeline
from payer_rules.engine.limits.anchored_totals import AnchoredTotals
from payer_rules.engine.limits.calendar_totals import CalendarTotals
from payer_rules.engine.limits.calendars import Calendar, DaySpan
from payer_rules.engine.limits.counted_lines import Aggregation
from payer_rules.engine.limits.course_totals import CourseTotals
from payer_rules.engine.limits.window_totals import LineTotals, WindowTotals
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY, calendar_of, widest_calendar
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.rules import Window


@attrs.frozen
class Layout:
    """The windows of a limit, laid out for one claim.

    ``calendar`` is ``None`` where no calendar decides: the window is one line, or it opens at a
    line, or is a course, whose days ``courses`` has. With ``missing`` facts the place of the
    windows is not known; the calendar then has windows that hold at least as much, so that lines
    that fit into them fit into the real ones.
    """

    window: Window
    calendar: Calendar | None = None
    missing: MissingFacts = NONE_MISSING
    courses: CourseTimeline | None = None

    @classmethod
    def of(cls, window: Window, claim: Claim) -> Layout:
        """Return the layout of the window for the claim; that of a course without its days."""
        if window.shape in ("line", "anchored", "course"):
            return cls(window)
        calendar = calendar_of(window, claim)
        if isinstance(calendar, tuple):
            return cls(window, widest_calendar(window), calendar)
        return cls(window, calendar)

    @classmethod
    def within(cls, window: Window, state: ClaimState) -> Layout:
        """Return the layout of the window for the claim and its history."""
        if window.course is not None:
            return cls(window, courses=CourseTimeline.of(window.course, state))
        return cls.of(window, state.claim)

    @property
    def is_one_line(self) -> bool:
        """Return True if each line is a window of its own."""
        return self.window.shape == "line"

    @property
    def is_anchored(self) -> bool:
        """Return True if a window opens at a line."""
        return self.window.shape == "anchored"

    def related_days(self, days: DaySpan) -> DaySpan:
        """Return the days on which another line can matter to a line on the given days."""
        if self.window.shape == "course":
            return DaySpan(FIRST_DAY, LAST_DAY)
        return self.totals("sum").related_days(days)

    def totals(self, how: Aggregation, known_from: int = 1) -> WindowTotals:
        """Return what adds up the lines of a window.

        ``known_from`` is the day from which all lines are known.
        """
        if self.calendar is not None:
            return CalendarTotals(self.calendar, how)
        if self.courses is not None:
            return CourseTotals(self.courses, how)
        if self.is_one_line:
            return LineTotals(how)
        return AnchoredTotals(self.window.number or 1, how, known_from)
