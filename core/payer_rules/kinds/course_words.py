"""Courses of treatment in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.kinds.code_lists import codes_text
from payer_rules.rules import Course
from payer_rules.rules.courses import OpeningDate

#: The dates of a claim on which a course may open.
DATES: Final[dict[OpeningDate, str]] = {
    "onset": "the date of onset",
    "initial_treatment": "the date of initial treatment",
    "last_seen": "the date last seen",
    "accident": "the date of the accident",
    "last_menstrual_period": "the date of the last menstrual period",
    "discharge": "the date of discharge",
    "order": "the date of the order",
}


def course_text(course: Course) -> str:
    """Return what opens and what ends the course: ``ivf: opened by S4011, for life``."""
    if course.opens_on is not None:
        opened = f"opened on {DATES[course.opens_on]} of the claim"
        ends = " or ".join(_ends(course)) or "never ended"
        return f"{course.name}: {opened}, with {codes_text(course.codes)}, {ends}"
    services = "" if course.opens is None else f", with {codes_text(course.codes)}"
    ends = " or ".join(_ends(course)) or "never ended"
    return f"{course.name}: opened by {codes_text(course.openers)}{services}, {ends}"


def _ends(course: Course) -> Iterator[str]:
    ends = course.ends
    if ends.days or ends.months:
        start = "it opens" if course.opens_on else "its first service"
        yield f"ended {_length(ends.days, ends.months)} after {start}"
    if ends.days_without or ends.months_without:
        yield f"ended by {_length(ends.days_without, ends.months_without)} without a service"
    if ends.codes:
        yield f"ended by {codes_text(ends.codes)}"


def _length(days: int | None, months: int | None) -> str:
    number, unit = (days, "day") if days else (months, "month")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
