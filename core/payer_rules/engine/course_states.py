"""The state of a member's courses at a service, and the ends of a course by time."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY
from payer_rules.engine.months import first_day_within, months_on
from payer_rules.rules import CourseEnd

#: More services, or courses, than anybody has.
MANY: Final = 10**9


@attrs.frozen
class CourseState:
    """The courses up to a service, as far as they are known.

    ``opened`` are the days on which the open course may have opened; ``None`` if none is open.
    ``served`` is the day of its last service. ``ordinals`` and ``numbers`` are the least and the
    most that the number of its services, and that of the courses so far, can be.
    """

    opened: DaySpan | None = None
    served: int = 0
    ordinals: tuple[int, int] = (0, 0)
    numbers: tuple[int, int] = (0, 0)

    def opening(self, day: int) -> CourseState:
        """Return the state after a service that opens a course on the day."""
        least, most = self.numbers
        return CourseState(DaySpan(day, day), day, (1, 1), (least + 1, most + 1))

    def served_on(self, day: int) -> CourseState:
        """Return the state after one more service of the open course."""
        least, most = self.ordinals
        return CourseState(self.opened, day, (least + 1, most + 1), self.numbers)

    def opened_in(self, days: DaySpan) -> CourseState:
        """Return the state if the course opened on one of the days."""
        return CourseState(days, self.served, self.ordinals, self.numbers)

    @property
    def closed(self) -> CourseState:
        """Return the state in which the course is closed."""
        return CourseState(numbers=self.numbers)


#: The state before the first service that anybody has.
NO_COURSE: Final = CourseState()


def end_without_services(ends: CourseEnd, served: int) -> int:
    """Return the last day on which the course is open after a service, without another one."""
    if ends.days_without is not None:
        return served + ends.days_without
    if ends.months_without is not None:
        return months_on(date.fromordinal(served), ends.months_without).toordinal()
    return LAST_DAY


def end_of_length(ends: CourseEnd, opened: int) -> int:
    """Return the last day of a course that opened on the day, for any services that it has."""
    if ends.days is not None:
        return opened + ends.days - 1
    if ends.months is not None:
        return months_on(date.fromordinal(opened), ends.months).toordinal() - 1
    return LAST_DAY


def earliest_opening(ends: CourseEnd, day: int) -> int:
    """Return the earliest day on which a course can have opened that is open on the day."""
    if ends.days is not None:
        return max(FIRST_DAY, day - ends.days + 1)
    if ends.months is not None:
        after = date.fromordinal(min(LAST_DAY, day + 1))
        return first_day_within(after, ends.months).toordinal()
    return FIRST_DAY
