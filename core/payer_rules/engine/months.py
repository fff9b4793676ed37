"""Calendar months added to a day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

_YEAR = 12
_FIRST_DAY = date.min.toordinal()
#: In a month with fewer days the same day may be up to three days earlier.
_SHORTER = 3


def months_on(day: date, months: int) -> date:
    """Return the same day of the month, so many months later, or earlier if negative.

    In a month with too few days it is the last day.
    """
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4096)
def first_day_within(day: date, months: int) -> date:
    """Return the earliest day from which so many months end on the day or later."""
    earliest = max(_FIRST_DAY, months_on(day, -months).toordinal() - _SHORTER)
    while months_on(date.fromordinal(earliest), months) < day:
        earliest += 1
    return date.fromordinal(earliest)


def full_months(born: date, day: date) -> int:
    """Return the age in full months; a person born on the 31st ages on the 1st after a short month.

    So twelve full months are one full year for everybody.
    """
    return (day.year - born.year) * _YEAR + day.month - born.month - (day.day < born.day)
