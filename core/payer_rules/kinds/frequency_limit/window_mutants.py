"""The mutants of a window: similar windows that a case must distinguish from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.rules import Course, Window, WindowShape

#: The window in place of one that has no number.
_SIMILAR: Final[dict[WindowShape, Window]] = {
    "line": Window("day"),
    "session": Window("day"),
    "day": Window("line"),
    "month": Window("rolling", 31),
    "calendar-year": Window("fiscal-year", None, "07-01"),
    "fiscal-year": Window("calendar-year"),
    "benefit-year": Window("lifetime"),
    "episode": Window("lifetime"),
    "authorization": Window("lifetime"),
    "course": Window("lifetime"),
    "lifetime": Window("calendar-year"),
}
#: The shape in place of one that has a number.
_SIMILAR_SHAPES: Final[dict[WindowShape, WindowShape]] = {
    "rolling": "anchored",
    "rolling-months": "gap-full-months",
    "anchored": "rolling",
    "gap-full-months": "rolling-months",
}


def similar_windows(window: Window) -> Iterator[Window]:
    """Yield windows of a similar shape, and of one day or month more and less."""
    if window.course is not None:
        yield from _similar_courses(window.course)
    if window.early_by_days:
        for days in (window.early_by_days - 1, window.early_by_days + 1):
            yield attrs.evolve(window, early_by_days=days)
    elif window.number is not None:
        yield Window(_SIMILAR_SHAPES[window.shape], window.number)
        for number in (window.number - 1, window.number + 1):
            if number:
                yield Window(window.shape, number)
    elif window.shape == "week":
        yield Window("week", None, "sunday" if window.begins == "monday" else "monday")
        yield Window("rolling", 7)
    else:
        yield _SIMILAR[window.shape]


def _similar_courses(course: Course) -> Iterator[Window]:
    """Yield the windows of the course with each number of its end one more and one less."""
    for name in ("days_without", "months_without", "days", "months"):
        number = getattr(course.ends, name)
        for other in () if number is None else (number - 1, number + 1):
            if other:
                ends = attrs.evolve(course.ends, **{name: other})
                yield Window("course", course=attrs.evolve(course, closes=ends))


def _opening(course: Course) -> str:
    return f"{course.name} {course.opens_on}" if course.opens_on else course.name


def window_label(window: Window) -> str:
    """Return the shape, the number and the first day of the window, if it has them."""
    early = window.early_by_days and f"{window.early_by_days} days early"
    course = window.course and f"{_opening(window.course)} {window.course.ends}"
    stated = (window.shape, window.number, window.begins, early, course)
    return " ".join(str(part) for part in stated if part)
