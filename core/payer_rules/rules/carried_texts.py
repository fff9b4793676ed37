"""How long a text that was read for earlier dates is taken to hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, TypeAlias

from payer_rules.rules.facts import Citation, DateRange
from payer_rules.rules.outcomes import Outcome

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


def last_day_carried(last: date, citations: Iterable[Citation], outcome: Outcome) -> date:
    """Return the last day to which a text, read for days up to ``last``, carries the outcome."""
    is_primary = all(citation.confidence == "primary" for citation in citations)
    if outcome != "review":
        years = _CERTAIN_YEARS if is_primary else 0
    else:
        years = _REVIEW_YEARS if is_primary else _CERTAIN_YEARS
    if last.year + years > date.max.year:
        return date.max
    return _in_year(last, last.year + years)


def _in_year(day: date, year: int) -> date:
    """Return the day in another year; of 29 February the day before, if the year has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=day.day - 1)


def _is_within_years(last: date, day: date, years: int) -> bool:
    return (day.year - years, day.month, day.day) <= (last.year, last.month, last.day)
