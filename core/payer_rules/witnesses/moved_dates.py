"""Claims on other days: every date of a claim and of its history moved by the same number of days.

The birth date moves, too, so that the member has the same age on the other day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs

from payer_rules.claims import Claim
from payer_rules.history import History


def moved_to(
    claim: Claim, history: History | None, day: date | None
) -> tuple[Claim, History | None]:
    """Return the claim with its last day of service on the day; as it is if there is no day."""
    last = max(line.date_to for line in claim.lines)
    if day is None or day == last:
        return claim, history
    by = day - last
    if history is None:
        return _moved(claim, by), None
    covers = history.covers_from
    return _moved(claim, by), attrs.evolve(
        history,
        lines=[_moved(line, by) for line in history.lines],
        covers_from=covers if covers in (date.min, date.max) else covers + by,
    )


def _moved(value: Any, by: timedelta) -> Any:  # noqa: ANN401
    """Return the value with each date in it moved."""
    if isinstance(value, date):
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(entry, by) for entry in value)
    if not attrs.has(type(value)):
        return value
    dated = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    moved = {name: _moved(held, by) for name, held in dated.items()}
    changed = {name: held for name, held in moved.items() if held != dated[name]}
    return attrs.evolve(value, **changed) if changed else value
