"""The lines of a history, found without looking at the others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from heapq import merge
from itertools import accumulate, islice
from typing import Final, TypeAlias

import attrs

from payer_rules.history.lines import HistoryLine, age

_Key: TypeAlias = tuple[str | None, str | None]
_NOTHING: Final = Decimal(0)


@attrs.frozen
class _Shelf:
    """Lines by their first day, those days, and the most days that a line covers."""

    lines: tuple[HistoryLine, ...]
    firsts: tuple[date, ...]
    longest: timedelta

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> _Shelf:
        """The lines, which are sorted already."""
        firsts = tuple([line.date_from for line in lines])
        return cls(tuple(lines), firsts, max(line.date_to - line.date_from for line in lines))

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Where the lines are that may share a day with the span."""
        earliest = first - self.longest if first - date.min > self.longest else date.min
        return bisect_left(self.firsts, earliest), bisect_right(self.firsts, last)


@attrs.frozen
class _Sums:
    """Units and days of the lines of a shelf: at each place, of all lines before it."""

    units: tuple[Decimal, ...]
    days: tuple[int, ...]

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> _Sums:
        """The sums over the lines, in their order."""
        return cls(
            tuple(accumulate((line.units for line in lines), initial=_NOTHING)),
            tuple(accumulate((line.days for line in lines), initial=0)),
        )


class HistoryIndex:
    """The lines of a history, found by member, code and day without looking at the others.

    They lie in stretches, each at least twice as long as the next, so that a history to which
    lines are added again and again is put in order a few times and not each time.
    """

    __slots__ = ("_stretches",)

    def __init__(self, stretches: tuple[_Stretch, ...]) -> None:
        self._stretches = stretches

    @classmethod
    def over(cls, lines: tuple[HistoryLine, ...]) -> HistoryIndex:
        """The index of the lines."""
        return cls((_Stretch(lines),))

    def extended(self, lines: tuple[HistoryLine, ...]) -> HistoryIndex:
        """The index with more lines."""
        if not lines:
            return self
        stretches = list(self._stretches)
        while stretches and len(stretches[-1].lines) < 2 * len(lines):
            lines = (*stretches.pop().lines, *lines)
        return HistoryIndex((*stretches, _Stretch(lines)))

    def within(
        self, first: date, last: date, member: str | None, code: str | None
    ) -> Iterator[HistoryLine]:
        """The lines that share a day with the span, by date, claim, number and code."""
        found = [stretch.within(first, last, member, code) for stretch in self._stretches]
        return found[0] if len(found) == 1 else merge(*found, key=age)

    def at_most(self, first: date, last: date, member: str, code: str) -> tuple[Decimal, int]:
        """The units, and the days, that there are at the most in the span."""
        found = [stretch.at_most(first, last, member, code) for stretch in self._stretches]
        return sum((units for units, _ in found), _NOTHING), sum(days for _, days in found)


class _Stretch:
    """Some lines of a history.

    What is asked for is put in order when it is asked for first: of most histories little ever is.
    """

    __slots__ = ("_by_member", "_shelves", "_sums", "lines")

    def __init__(self, lines: tuple[HistoryLine, ...]) -> None:
        self.lines = lines
        self._by_member: dict[str | None, list[HistoryLine]] | None = None
        self._shelves: dict[_Key, _Shelf] = {}
        self._sums: dict[_Key, _Sums] = {}

    def within(
        self, first: date, last: date, member: str | None, code: str | None
    ) -> Iterator[HistoryLine]:
        """The lines that share a day with the span, by date, claim, number and code."""
        shelf = self._shelf(member, code)
        if shelf is None:
            return
        for line in islice(shelf.lines, *shelf.between(first, last)):
            if line.date_to >= first:
                yield line

    def at_most(self, first: date, last: date, member: str, code: str) -> tuple[Decimal, int]:
        """The units, and the days, that there are at the most in the span."""
        shelf = self._shelf(member, code)
        if shelf is None:
            return _NOTHING, 0
        start, end = shelf.between(first, last)
        sums = self._sums.get((member, code))
        if sums is None:
            sums = self._sums[member, code] = _Sums.of(shelf.lines)
        return sums.units[end] - sums.units[start], sums.days[end] - sums.days[start]

    def _shelf(self, member: str | None, code: str | None) -> _Shelf | None:
        shelf = self._shelves.get((member, code))
        if shelf is None:
            if self._by_member is None:
                self._by_member = _by_member(self.lines)
            lines = self._by_member.get(member, [])
            found = lines if code is None else [line for line in lines if line.code == code]
            # NOTE: what is not there is not remembered, for there is no end to it.
            if found:
                shelf = self._shelves[member, code] = _Shelf.of(found)
        return shelf


def _by_member(lines: Iterable[HistoryLine]) -> dict[str | None, list[HistoryLine]]:
    """The lines of each member in order, and under ``None`` those of all."""
    ordered = sorted(lines, key=age)
    found: dict[str | None, list[HistoryLine]] = {}
    for line in ordered:
        found.setdefault(line.member, []).append(line)
    found[None] = ordered
    return found
