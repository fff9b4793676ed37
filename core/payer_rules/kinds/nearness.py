"""The words for where in time another line is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.rules import DaysAround, Nearness

_WORDS: Final = {
    "day": "on the same day",
    "month": "in the same calendar month",
    "overlapping-clock": "in a session that overlaps",
}


def near_text(near: Nearness) -> str:
    """Return where the other line is: ``from 3 days before to 1 day after``."""
    if not isinstance(near, DaysAround):
        return _WORDS[near]
    *others, last = (*(["on the same day"] if near.same_day else []), *_sides(near))
    return f"{', '.join(others)} or {last}" if others else last


def _sides(near: DaysAround) -> Iterator[str]:
    before = _length(near.days_before, near.months_before)
    after = _length(near.days_after, near.months_after)
    if near.looks_back:
        yield f"up to {before} before"
    if near.looks_ahead:
        yield f"up to {after} after"


def _length(days: int | None, months: int | None) -> str:
    number, unit = (months, "month") if months else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
