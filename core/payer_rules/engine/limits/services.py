"""Services as a limit counts them, and how much of them falls into a window."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.limits.frames import Span
from payer_rules.engine.missing import SURE, Doubt

#: How the services of a window become a number: their amounts are added, different marks are
#: counted, or the minutes of the clock are that at least one of them covers.
How: TypeAlias = Literal["added", "different", "clock"]

_ZERO: Final = Decimal(0)


@attrs.frozen(kw_only=True)
class Service:
    """A service line as a limit counts it; days are ordinals.

    ``amount`` is how much it counts; ``None``: not known. ``spread`` tells whether the amount is
    divided over the days of the line. ``marks`` are what is counted where only different ones
    count, each with its day; ``clock`` is its first and last minute since the first of all days.
    ``doubt`` keeps it open whether the line counts.
    """

    line: ServiceLine
    days: Span
    amount: Decimal | None = Decimal(1)
    spread: bool = False
    marks: frozenset[tuple[int, Hashable]] = frozenset()
    clock: tuple[int, int] | None = None
    doubt: Doubt = SURE

    def within(self, window: Span) -> Decimal:
        """How much of the amount falls into the window; of one not known nothing for certain."""
        if self.amount is None or self.days.last < window.first or window.last < self.days.first:
            return _ZERO
        if not self.spread or (window.first <= self.days.first and self.days.last <= window.last):
            return self.amount
        shared = min(self.days.last, window.last) - max(self.days.first, window.first) + 1
        return self.amount * shared / (self.days.last - self.days.first + 1)


def total(how: How, services: Iterable[Service], window: Span) -> Decimal:
    """What the services come to in the window, at the least."""
    if how == "added":
        return sum((service.within(window) for service in services), _ZERO)
    if how == "different":
        marks = {mark for service in services for mark in service.marks}
        return Decimal(sum(window.first <= day <= window.last for day, _ in marks))
    clocks = [s.clock for s in services if s.clock and touches(s.days, window)]
    return Decimal(_covered(clocks))


def touches(one: Span, other: Span) -> bool:
    """Whether two spans share a day."""
    return one.first <= other.last and other.first <= one.last


def _covered(clocks: Iterable[tuple[int, int]]) -> int:
    """The minutes that at least one of the intervals covers."""
    covered = end = 0
    for first, last in sorted(clocks):
        covered += max(0, last - max(first, end))
        end = max(end, last)
    return covered
