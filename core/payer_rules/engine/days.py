"""On which day a line's service was: known of a line of one day, and not of one of several.

A line of several days does not say on which of them its services were. Units of NCCI's MUEs are an
exception: CMS divides them by the days (`mue.daily_units`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field, of_history
from payer_rules.engine.truth import Truth
from payer_rules.history import HistoryLine

_ONE: Final = timedelta(days=1)
_YEAR: Final = 365


def missing_day(line: ServiceLine) -> MissingFacts:
    """Return what is missing to know the day of the line; nothing where it has only one."""
    if line.date_from == line.date_to:
        return NONE_MISSING
    return of_history("date") if isinstance(line, HistoryLine) else field("date")


def same_day(one: ServiceLine, other: ServiceLine) -> bool:
    """Return whether two lines share a day, on which both may have been."""
    return one.date_from <= other.date_to and other.date_from <= one.date_to


def missing_shared_day(one: ServiceLine, other: ServiceLine) -> MissingFacts:
    """Return what is missing to know that two lines that share a day were on one day."""
    return (*missing_day(one), *missing_day(other))


def is_within(line: ServiceLine, first: date | None, last: date | None) -> Truth:
    """Return whether the line was in a span of days; ``None`` is open."""
    after = first is None or first <= line.date_from
    if after and (last is None or line.date_to <= last):
        return True
    apart = (first is not None and line.date_to < first) or (
        last is not None and last < line.date_from
    )
    return False if apart else missing_day(line)


def same_on_all_days(line: ServiceLine, answer: Callable[[date], Truth]) -> Truth:
    """Return the answer on all days of the line, where they agree.

    It is for answers that hold for a year at the least, such as an age.
    """
    first = answer(line.date_from)
    if line.date_from == line.date_to:
        return first
    days = range(line.date_from.toordinal(), line.date_to.toordinal(), _YEAR)
    others = (answer(day) for day in (*map(date.fromordinal, days), line.date_to))
    return first if all(other == first for other in others) else missing_day(line)


def days_of_change(first: date, last: date, changes: Iterable[date]) -> list[date]:
    """Return the days of a span on which an answer may be another than on the day before."""
    if first == last:
        return [first]
    return [first, *sorted({day for day in changes if first < day <= last})]


def day_after(day: date | None) -> date:
    """Return the next day; of an open end, or of the last day that there is, that one itself."""
    return date.max if day is None or day == date.max else day + _ONE
