"""Counting services in windows of days.

An item is a service with its first and last day and how much it counts; over several days it is
spread evenly. A window is ``days`` consecutive days; every window that holds a day of the item
can be broken by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.missing import SURE, Doubt


@attrs.frozen(kw_only=True)
class Item:
    """A service line as a limit counts it: from ``least`` to ``most``; days are ordinals.

    ``spread`` tells whether the count is divided over the days of the line. ``doubt`` is what
    keeps it open whether the line counts; a line that counts for certain has none.
    """

    line: ServiceLine
    first: int
    last: int
    count: Decimal
    spread: bool
    doubt: Doubt = SURE

    def within(self, start: int, end: int) -> Decimal:
        """How much of the item falls into the days from start to end, both included."""
        if self.last < start or end < self.first:
            return Decimal(0)
        if not self.spread or (start <= self.first and self.last <= end):
            return self.count
        overlap = min(self.last, end) - max(self.first, start) + 1
        return self.count * overlap / (self.last - self.first + 1)


@attrs.frozen
class Tally:
    """The fullest window that holds the item: its first and last day and the total in it."""

    start: int
    end: int
    total: Decimal


def fullest(item: Item, others: Iterable[Item], days: int) -> Tally:
    """The window of so many days around the item that holds most; the earliest of equals.

    With ``days`` 0 the item stands alone, on its own days.
    """
    if days == 0:
        return Tally(item.first, item.last, item.count)
    near = [o for o in others if o.last > item.first - days and o.first < item.last + days]
    best: Tally | None = None
    for start in sorted(set(_starts(item, near, days))):
        end = start + days - 1
        total = item.within(start, end) + sum(o.within(start, end) for o in near)
        if best is None or total > best.total:
            best = Tally(start, end, total)
    assert best is not None  # the item's own window is always among the starts
    return best


def _starts(item: Item, near: list[Item], days: int) -> Iterator[int]:
    """First days of the windows worth trying.

    As a window slides over evenly spread items its total changes only where it begins at a first
    day or ends at a last day, so the fullest is among those.
    """
    earliest, latest = item.first - days + 1, item.last
    yield earliest
    yield latest
    for other in (item, *near):
        for start in (other.first, other.last - days + 1):
            if earliest <= start <= latest:
                yield start
