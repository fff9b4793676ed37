"""Calendar months added to a day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

_YEAR = 12


def months_on(day: date, months: int) -> date:
    """Return the same day of the month, so many months later, or earlier if negative.

    In a month with too few days it is the last day.
    """
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
