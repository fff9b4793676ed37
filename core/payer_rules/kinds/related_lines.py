"""Other lines in the rules of all kinds: their words, and examples of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.nearness import days_near
from payer_rules.history import HistoryLine
from payer_rules.kinds.claim_changes import OTHER_PROVIDER
from payer_rules.kinds.provider_scopes import ANOTHER, OF_ANOTHER_MEMBER, PROVIDERS
from payer_rules.rules import DaysAround, Nearness, OtherLine
from payer_rules.text.lists import listed

_WORDS: Final = {
    "day": "on the same day",
    "month": "in the same calendar month",
    "overlapping-clock": "in a session that overlaps",
    "any-earlier-day": "on any earlier day",
}


def other_line_text(other: OtherLine) -> str:
    """Return the other line: its codes, modality, place of service, modifiers and provider."""
    text = listed(other.codes)
    if other.modality:
        text += f" by {listed(other.modality)}"
    if other.place_of_service:
        text += f" at place of service {listed(other.place_of_service)}"
    if other.modifier:
        text += f" with modifier {listed(other.modifier)}"
    if other.scope == "member":
        return text
    if other.scope == "another-member":
        return f"{text} {OF_ANOTHER_MEMBER}"
    provider = ANOTHER if other.scope == "another-rendering" else PROVIDERS[other.scope]
    return f"{text} by {provider}"


#: So many days before are any time in a life.
_EVER: Final = 36500


def near_text(near: Nearness) -> str:
    """Return where the other line is: ``at most 3 days earlier or at most 1 day later``."""
    if not isinstance(near, DaysAround):
        return _WORDS[near]
    *others, last = (*(["on the same day"] if near.same_day else []), *_sides(near))
    return f"{', '.join(others)} or {last}" if others else last


def _sides(near: DaysAround) -> Iterator[str]:
    before = _length(near.days_before, near.months_before)
    after = _length(near.days_after, near.months_after)
    if near.looks_back and (near.days_before or 0) >= _EVER:
        yield "on any earlier day"
    elif near.looks_back:
        yield f"at most {before} earlier"
    if near.looks_ahead:
        yield f"at most {after} later"


def _length(days: int | None, months: int | None) -> str:
    number, unit = (months, "month") if months else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


#: The member of a line that has to be of another one than the example's.
_OTHER_MEMBER: Final = "OTHER-MEMBER"
#: A day long before another, where any earlier day is near.
_FAR: Final = timedelta(days=800)


def like(line: ServiceLine, other: OtherLine) -> ServiceLine:
    """Return the line with what the criteria of another line ask for."""
    places, modalities = other.place_of_service, other.modality
    rendering = OTHER_PROVIDER if other.scope == "another-rendering" else line.rendering_provider
    return line.recoded(
        min(other.codes),
        rendering_provider=rendering,
        place_of_service=min(places) if places else line.place_of_service,
        modality=min(modalities) if modalities else line.modality,
        modifiers=tuple(sorted(other.modifier or ())[:1]),
    )


def of_member_asked(line: HistoryLine, other: OtherLine) -> HistoryLine:
    """Return the earlier line as one of another member if the criteria ask for that."""
    if other.scope != "another-member":
        return line
    return attrs.evolve(line, member=_OTHER_MEMBER)


def near_days(near: Nearness, day: date) -> Iterator[date]:
    """Yield the last days that are near the day, and the first ones that are not: nearest first."""
    one, (first, last) = timedelta(days=1), days_near(near, day, day)
    ends = (first, first - one) if first > date.min else (day - one, day - _FAR)
    days = (*ends, last, last + one, day)
    yield from sorted(set(days), key=lambda other: (abs(other - day), other))
