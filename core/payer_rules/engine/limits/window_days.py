"""The days on which a line that is moved enters or leaves a window that holds another line."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.engine.limits.calendars import Calendar, DaySpan
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.windows import FIRST_DAY, LAST_DAY


def window_days(layout: Layout, day: int) -> Iterator[int]:
    """Yield every day from which on a moved line may share other windows with a line on the day.

    There may be more days than necessary, and never fewer.
    """
    if layout.is_one_line or not FIRST_DAY < day < LAST_DAY:
        return
    if layout.window.shape == "course":
        # NOTE: where a rule depends on a course, every day is decided.
        return
    if layout.calendar is None:
        length = layout.window.number or 1
        yield from (day - length, day - length + 1, day, day + 1, day + length, day + length + 1)
        return
    # NOTE: a window around the moved line may begin with the other line, end with it, or lie
    # between two such windows; the totals change at the ends of all of these.
    for edge in (_related(layout.calendar, day).first, day, day + 1):
        yield edge
        for other in (edge - 1, edge):
            if FIRST_DAY <= other <= LAST_DAY:
                related = _related(layout.calendar, other)
                yield related.first
                yield related.last + 1


def _related(calendar: Calendar, day: int) -> DaySpan:
    return calendar.related_days(DaySpan(day, day))
