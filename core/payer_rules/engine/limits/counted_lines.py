"""Lines as a limit counts them, and how much of them is in a window.

A line of several days does not state on which of these days its services were. A window that
contains all of its days contains its whole amount; a window that contains some of them contains
anything from nothing to the whole amount. So there is a least and a most for every window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Final, Literal, TypeAlias, assert_never

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.missing import NONE_MISSING, MissingFacts

#: How the lines of a window become a number: the sum of their amounts, the number of distinct
#: marks, or the minutes of the clock that at least one of them covers.
Aggregation: TypeAlias = Literal["sum", "distinct", "clock"]

_ZERO: Final = Decimal(0)
#: The least of an amount that is not known: a cent.
LEAST_AMOUNT: Final = Decimal("0.01")


@attrs.frozen(kw_only=True)
class CountedLine:
    """A line of the claim or of the history as a limit counts it; days are ordinals.

    ``amount`` is ``None`` where it is not known. ``mark`` distinguishes the line from others on the
    same day, where only distinct ones count. ``clock`` is the first and last minute of the session,
    counted from the first day of the calendar. ``missing`` are the facts without which it is open
    whether the line counts. ``amount_unless`` are those without which it is open how much of it
    counts: something, and at most the amount. ``payable_unless`` are those without which it is open
    whether earlier stages left a line of the claim payable. A line with ``is_denied`` was denied by
    an earlier stage: it uses up nothing, and its result does not affect other lines.
    """

    line: ServiceLine
    days: DaySpan
    amount: Decimal | None = Decimal(1)
    mark: Hashable = None
    clock: tuple[int, int] | None = None
    missing: MissingFacts = NONE_MISSING
    amount_unless: MissingFacts = NONE_MISSING
    payable_unless: MissingFacts = NONE_MISSING
    is_denied: bool = False

    @property
    def number(self) -> int:
        """Return the number of the line."""
        return self.line.number

    @property
    def is_countable(self) -> bool:
        """Return True if the limit applies to the line and no earlier stage denied it."""
        return not (self.missing or self.is_denied)

    @property
    def is_certain(self) -> bool:
        """Return True if the line counts for all values of the missing facts."""
        return not (self.missing or self.payable_unless or self.is_denied)

    @property
    def has_several_days(self) -> bool:
        """Return True if the line has more than one day."""
        return not self.days.is_one_day

    def least_in(self, window: DaySpan) -> Decimal:
        """Return the amount that is certainly in the window."""
        if self.amount_unless and window.contains(self.days):
            return LEAST_AMOUNT if self.amount is None else min(LEAST_AMOUNT, self.amount)
        if self.amount is None or not window.contains(self.days):
            return _ZERO
        return self.amount

    def most_in(self, window: DaySpan) -> Decimal:
        """Return the amount that may be in the window; zero if the amount is not known."""
        if self.amount is None or not self.days.overlaps(window):
            return _ZERO
        return self.amount


def least_total(how: Aggregation, lines: Iterable[CountedLine], window: DaySpan) -> Decimal:
    """Return the least that the lines can add up to in the window."""
    if how == "sum":
        return sum((line.least_in(window) for line in lines), _ZERO)
    if how == "distinct":
        return Decimal(_fewest_marks(line for line in lines if window.contains(line.days)))
    if how == "clock":
        return _clock_minutes(lines, window)
    assert_never(how)


def most_total(how: Aggregation, lines: Iterable[CountedLine], window: DaySpan) -> Decimal:
    """Return the most that the lines can add up to in the window."""
    if how == "sum":
        return sum((line.most_in(window) for line in lines), _ZERO)
    if how == "distinct":
        return Decimal(_most_marks(lines, window))
    if how == "clock":
        return _clock_minutes(lines, window)
    assert_never(how)


@attrs.frozen
class MostByDay:
    """The most that lines of one day each can add up to, in the order of their days.

    ``days`` are ordinals. At each position of ``totals`` is the total of all days before it.
    """

    days: tuple[int, ...]
    totals: tuple[Decimal, ...]

    @classmethod
    def of(cls, how: Aggregation, lines: Sequence[CountedLine]) -> MostByDay | None:
        """Return the totals; ``None`` if a line has several days, or if minutes may overlap."""
        if how == "clock" or any(line.has_several_days for line in lines):
            return None
        by_day: dict[int, list[CountedLine]] = {}
        for line in lines:
            by_day.setdefault(line.days.first, []).append(line)
        days = tuple(sorted(by_day))
        most = [most_total(how, by_day[day], DaySpan(day, day)) for day in days]
        return cls(days, tuple(accumulate(most, initial=_ZERO)))

    def within(self, window: DaySpan) -> Decimal:
        """Return the most that the window can hold."""
        start, end = bisect_left(self.days, window.first), bisect_right(self.days, window.last)
        return self.totals[end] - self.totals[start]


def _fewest_marks(lines: Iterable[CountedLine]) -> int:
    """Return the fewest distinct pairs of day and mark.

    Lines with one mark that share a day may all have been on that day.
    """
    last_counted: dict[Hashable, int] = {}
    total = 0
    for line in sorted(lines, key=_last_day):
        if line.days.first > last_counted.get(line.mark, 0):
            total += 1
            last_counted[line.mark] = line.days.last
    return total


def _last_day(line: CountedLine) -> int:
    return line.days.last


def _most_marks(lines: Iterable[CountedLine], window: DaySpan) -> int:
    """Return the most distinct pairs of day and mark in the window."""
    last_counted: dict[Hashable, int] = {}
    total = 0
    for line in sorted(lines, key=_first_day):
        first = max(line.days.first, window.first, last_counted.get(line.mark, 0) + 1)
        last = min(line.days.last, window.last)
        if first <= last:
            total += last - first + 1
            last_counted[line.mark] = last
    return total


def _first_day(line: CountedLine) -> int:
    return line.days.first


def _clock_minutes(lines: Iterable[CountedLine], window: DaySpan) -> Decimal:
    clocks = [line.clock for line in lines if line.clock and line.days.overlaps(window)]
    return Decimal(_minutes_covered(clocks))


def _minutes_covered(clocks: Iterable[tuple[int, int]]) -> int:
    """Return the minutes that at least one of the intervals covers."""
    covered = end = 0
    for first, last in sorted(clocks):
        covered += max(0, last - max(first, end))
        end = max(end, last)
    return covered
