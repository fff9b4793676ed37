"""Services as a limit counts them, and how much of them falls into a window.

A line of several days does not say how its services lie on them: a window that holds all of its
days holds all of its amount, and one that holds some of them anything from nothing to all of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Final, Literal, TypeAlias, assert_never

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.limits.windows import DaySpan
from payer_rules.engine.missing import NONE_MISSING, MissingFacts

#: How the services of a window become a number: their amounts are added, different marks are
#: counted, or the minutes of the clock are that at least one of them covers.
Aggregation: TypeAlias = Literal["added", "different", "clock"]

_ZERO: Final = Decimal(0)


@attrs.frozen(kw_only=True)
class CountedLine:
    """A service line as a limit counts it; days are ordinals.

    ``amount`` is how much it counts; ``None``: not known. ``mark`` is what makes it different from
    another on the same day, where only different ones count; ``clock`` is its first and last minute
    since the first of all days. ``doubt`` keeps it open whether the line counts.
    """

    line: ServiceLine
    days: DaySpan
    amount: Decimal | None = Decimal(1)
    mark: Hashable = None
    clock: tuple[int, int] | None = None
    doubt: MissingFacts = NONE_MISSING

    @property
    def is_span(self) -> bool:
        """Return True if the line is of several days."""
        return self.days.first != self.days.last

    def at_least(self, window: DaySpan) -> Decimal:
        """Return how much of the amount is in the window in any case."""
        if self.amount is None or self.days.first < window.first or window.last < self.days.last:
            return _ZERO
        return self.amount

    def at_most(self, window: DaySpan) -> Decimal:
        """Return how much of the amount may be in the window; of one not known nothing."""
        if self.amount is None or not overlap(self.days, window):
            return _ZERO
        return self.amount


def at_least(how: Aggregation, services: Iterable[CountedLine], window: DaySpan) -> Decimal:
    """Return what the services come to in the window, however those of several days lie."""
    if how == "added":
        return sum((service.at_least(window) for service in services), _ZERO)
    if how == "different":
        return Decimal(_fewest(service for service in services if _is_inside(service, window)))
    if how == "clock":
        return _by_the_clock(services, window)
    assert_never(how)


def at_most(how: Aggregation, services: Iterable[CountedLine], window: DaySpan) -> Decimal:
    """Return the most to which the services may come in the window."""
    if how == "added":
        return sum((service.at_most(window) for service in services), _ZERO)
    if how == "different":
        return Decimal(_most(services, window))
    if how == "clock":
        return _by_the_clock(services, window)
    assert_never(how)


def overlap(one: DaySpan, other: DaySpan) -> bool:
    """Return whether two spans share a day."""
    return one.first <= other.last and other.first <= one.last


def _is_inside(service: CountedLine, window: DaySpan) -> bool:
    return window.first <= service.days.first and service.days.last <= window.last


def _fewest(services: Iterable[CountedLine]) -> int:
    """Return how many different days there are at the least, each with its mark.

    Spans of one mark that share a day may all have been on it.
    """
    ended: dict[Hashable, int] = {}
    found = 0
    for service in sorted(services, key=_last_day):
        if service.days.first > ended.get(service.mark, 0):
            found += 1
            ended[service.mark] = service.days.last
    return found


def _last_day(service: CountedLine) -> int:
    return service.days.last


def _most(services: Iterable[CountedLine], window: DaySpan) -> int:
    """Return how many different days there may be in the window, each with its mark."""
    ended: dict[Hashable, int] = {}
    found = 0
    for service in sorted(services, key=_first_day):
        first = max(service.days.first, window.first, ended.get(service.mark, 0) + 1)
        last = min(service.days.last, window.last)
        if first <= last:
            found += last - first + 1
            ended[service.mark] = last
    return found


def _first_day(service: CountedLine) -> int:
    return service.days.first


def _by_the_clock(services: Iterable[CountedLine], window: DaySpan) -> Decimal:
    clocks = [s.clock for s in services if s.clock and overlap(s.days, window)]
    return Decimal(_covered(clocks))


def _covered(clocks: Iterable[tuple[int, int]]) -> int:
    """Return the minutes that at least one of the intervals covers."""
    covered = end = 0
    for first, last in sorted(clocks):
        covered += max(0, last - max(first, end))
        end = max(end, last)
    return covered
