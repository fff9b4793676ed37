"""Conditions on the place of a line in a course of treatment."""

from __future__ import annotations

from datetime import date

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.course_states import CourseState
from payer_rules.engine.courses import CourseTimeline
from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.windows import FIRST_DAY
from payer_rules.engine.months import months_on
from payer_rules.engine.truth import Truth
from payer_rules.rules import Bounds, CoursePosition


def is_in_place(position: CoursePosition, state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether the line is in the place of the course."""
    if missing_day(line):
        return missing_day(line)
    timeline = CourseTimeline.of(position.course, state)
    day = line.date_from.toordinal()
    truths = {_holds(position, known, day) for known in timeline.states_of(line)}
    if len(truths) > 1 or None in truths:
        return timeline.missing
    return truths == {True}


def _holds(position: CoursePosition, state: CourseState, day: int) -> bool | None:
    """Return whether the place holds in the state; ``None`` if that is not known."""
    if state.opened is None:
        return False
    first, last = state.opened
    days = (day - last + 1, day - first + 1)
    months = None if position.month is None else (_month(last, day), _month(first, day))
    answers = (
        _allows(position.ordinal, state.ordinals),
        _allows(position.day, days),
        months is None or _allows(position.month, months),
        _allows(position.number, state.numbers),
    )
    if False in answers:
        return False
    return None if None in answers else True


def _month(opened: int, day: int) -> int:
    """Return the month of a course that was opened on a day, or before the first day there is."""
    first, on = date.fromordinal(max(opened, FIRST_DAY)), date.fromordinal(day)
    months = (on.year - first.year) * 12 + on.month - first.month
    return months + 1 if months_on(first, months) <= on else months


def _allows(bounds: Bounds | None, numbers: tuple[int, int]) -> bool | None:
    """Return whether the bounds allow all of the numbers, or none: ``None`` if some."""
    if bounds is None:
        return True
    least, most = numbers
    if bounds.allows(least) and bounds.allows(most):
        return True
    low = 0 if bounds.at_least is None else bounds.at_least
    high = most if bounds.at_most is None else bounds.at_most
    return None if max(low, least) <= min(high, most) else False
