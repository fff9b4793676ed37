"""The days of a line, and what is not known about them.

A line of several days does not state on which of them its services were. Units of NCCI's MUEs are
an exception: CMS divides them by the number of days (`mue.daily_units`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_line
from payer_rules.engine.truth import Truth

_ONE: Final = timedelta(days=1)
_YEAR: Final = 365


def missing_day(line: ServiceLine) -> MissingFacts:
    """Return what is missing to know the day of the line; nothing if it has only one."""
    if line.date_from == line.date_to:
        return NONE_MISSING
    return of_line(line, "date")


def on_same_days(
    lines: tuple[ServiceLine, ...], numbers: Container[int]
) -> tuple[ServiceLine, ...]:
    """Return the lines on the days of those with the numbers: all, if one has several days."""
    if any(line.date_from != line.date_to for line in lines):
        return lines
    days = {line.date_from for line in lines if line.number in numbers}
    return tuple([line for line in lines if line.date_from in days])


def same_day(one: ServiceLine, other: ServiceLine) -> bool:
    """Return True if two lines share a day."""
    return one.date_from <= other.date_to and other.date_from <= one.date_to


def missing_shared_day(one: ServiceLine, other: ServiceLine) -> MissingFacts:
    """Return what is missing to know that two lines with a common day were on the same day."""
    return (*missing_day(one), *missing_day(other))


def is_within(line: ServiceLine, first: date | None, last: date | None) -> Truth:
    """Return whether the line was in a span of days; a bound that is ``None`` is open."""
    starts_within = first is None or first <= line.date_from
    if starts_within and (last is None or line.date_to <= last):
        return True
    is_before = first is not None and line.date_to < first
    is_after = last is not None and last < line.date_from
    return False if is_before or is_after else missing_day(line)


def same_on_all_days(line: ServiceLine, answer: Callable[[date], Truth]) -> Truth:
    """Return the answer if it is the same on all days of the line, else what is missing.

    Use it for answers that change at most once a year, such as an age.
    """
    first = answer(line.date_from)
    if line.date_from == line.date_to:
        return first
    days = range(line.date_from.toordinal(), line.date_to.toordinal(), _YEAR)
    others = (answer(day) for day in (*map(date.fromordinal, days), line.date_to))
    return first if all(other == first for other in others) else missing_day(line)


def days_of_change(first: date, last: date, changes: Iterable[date]) -> list[date]:
    """Return the first day of the span and those on which the answer may change."""
    if first == last:
        return [first]
    return [first, *sorted({day for day in changes if first < day <= last})]


def day_after(day: date | None) -> date:
    """Return the next day, or `date.max` for an open end."""
    return date.max if day is None or day == date.max else day + _ONE
