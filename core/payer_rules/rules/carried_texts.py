"""How long a text that was read for earlier dates is taken to hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from payer_rules.rules.facts import Citation, DateRange

#: ``certain``: its findings have their own outcome; ``review``: they are for review; ``expired``:
#: the text is too old to judge by.
CarriedText: TypeAlias = Literal["certain", "review", "expired"]

_CERTAIN_YEARS: Final = 2
_REVIEW_YEARS: Final = 5


def carried_text(
    verified: DateRange, citations: Iterable[Citation], day: date
) -> CarriedText | None:
    """Return how far a text that was read for some dates holds on a later day.

    Return None if the day is not later than those dates: a text is never carried backward.
    """
    if verified.last is None or day <= verified.last:
        return None
    is_primary = all(citation.confidence == "primary" for citation in citations)
    if _is_within_years(verified.last, day, _CERTAIN_YEARS):
        return "certain" if is_primary else "review"
    if is_primary and _is_within_years(verified.last, day, _REVIEW_YEARS):
        return "review"
    return "expired"


def last_day_carried(last: date, citations: Iterable[Citation]) -> date:
    """Return the last day on which a text, read for days up to ``last``, is certain to hold."""
    if any(citation.confidence != "primary" for citation in citations):
        return last
    if last.year + _CERTAIN_YEARS > date.max.year:
        return date.max
    is_leap_day = (last.month, last.day) == (2, 29)
    day = last - timedelta(days=1) if is_leap_day else last
    return day.replace(year=last.year + _CERTAIN_YEARS)


def _is_within_years(last: date, day: date, years: int) -> bool:
    return (day.year - years, day.month, day.day) <= (last.year, last.month, last.day)
