"""An index of earlier lines by member, code and day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, chain
from typing import Final, NamedTuple, TypeAlias

import attrs

from payer_rules.history.lines import HistoryLine, ReviewedLine, sort_key

#: Member, code, and whether only lines that may count are asked for.
_Key: TypeAlias = tuple[str | None, str | None, bool]
_NOTHING: Final = Decimal(0)
#: Lines of these statuses never count.
_OUT: Final = ("denied", "void")


@attrs.frozen
class _SortedLines:
    """Lines sorted by their first day, these days, and the most days that a line covers."""

    lines: tuple[HistoryLine, ...]
    firsts: tuple[date, ...]
    longest: timedelta

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> _SortedLines:
        """Return the lines, which are sorted already, with their days."""
        firsts = tuple([line.date_from for line in lines])
        return cls(tuple(lines), firsts, max(line.date_to - line.date_from for line in lines))

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Return the range of lines that may share a day with the span."""
        earliest = first - self.longest if first - date.min > self.longest else date.min
        return bisect_left(self.firsts, earliest), bisect_right(self.firsts, last)


class MostCounted(NamedTuple):
    """The most units, and days, that some earlier lines can count."""

    units: Decimal
    days: int


@attrs.frozen(eq=False)
class RunningTotals:
    """The units and days of earlier lines that may count, added up in the order of their days.

    ``firsts`` are the first days of the lines as ordinals; no line has its last day more than
    ``longest`` days later. At each position of ``units`` and ``days`` is the total of all lines
    before it.
    """

    firsts: tuple[int, ...]
    longest: int
    units: tuple[Decimal, ...]
    days: tuple[int, ...]
    in_all: MostCounted

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> RunningTotals:
        """Return the totals of the lines, which are sorted by their first day."""
        units = tuple(accumulate([line.units for line in lines], initial=_NOTHING))
        days = tuple(accumulate([line.days for line in lines], initial=0))
        firsts = tuple([line.date_from.toordinal() for line in lines])
        longest = max([line.days for line in lines]) - 1
        return cls(firsts, longest, units, days, MostCounted(units[-1], days[-1]))

    def within(self, first: int, last: int) -> MostCounted:
        """Return the most that lines can count of which a day is in the span of ordinals."""
        start = bisect_left(self.firsts, first - self.longest)
        end = bisect_right(self.firsts, last)
        return MostCounted(self.units[end] - self.units[start], self.days[end] - self.days[start])


class HistoryIndex:
    """An index of earlier lines by member, code and day.

    The lines are kept in segments, each at least twice as long as the next. So a history that grows
    line by line is sorted a few times and not at each step.
    """

    __slots__ = ("_last_day", "_segments")

    def __init__(self, segments: tuple[_IndexSegment, ...], last_day: date | None = None) -> None:
        self._segments = segments
        self._last_day = last_day

    @property
    def last_day(self) -> date:
        """The last day of a line; `date.min` if there is none."""
        day = self._last_day
        if day is None:
            lines = chain.from_iterable(segment.lines for segment in self._segments)
            day = self._last_day = max((line.date_to for line in lines), default=date.min)
        return day

    @classmethod
    def of_lines(cls, lines: tuple[HistoryLine, ...]) -> HistoryIndex:
        """Return the index of the lines."""
        return cls((_IndexSegment(lines),))

    def extended(self, lines: tuple[HistoryLine, ...]) -> HistoryIndex:
        """Return the index with more lines."""
        if not lines:
            return self
        last_day = max(self.last_day, *[line.date_to for line in lines])
        segments = self._segments
        kept = len(segments)
        while kept and len(segments[kept - 1].lines) < 2 * len(lines):
            kept -= 1
            lines = (*segments[kept].lines, *lines)
        return HistoryIndex((*segments[:kept], _IndexSegment(lines)), last_day)

    @property
    def has_reviewed_lines(self) -> bool:
        """Whether a line is one that the payer is expected to review."""
        return any(segment.has_reviewed_lines for segment in self._segments)

    def joined(self, other: HistoryIndex) -> HistoryIndex:
        """Return the index of the lines of both."""
        return HistoryIndex((*self._segments, *other._segments))

    def lines_between(
        self,
        first: date,
        last: date,
        member: str | None,
        code: str | None,
        *,
        may_count: bool = False,
    ) -> Iterator[HistoryLine]:
        """Yield the lines that share a day with the span, by date, claim, number and code.

        ``may_count`` leaves out those that were denied or voided.
        """
        key = (member, code, may_count)
        found = [segment.lines_between(first, last, key) for segment in self._segments]
        # NOTE: sorting sorted runs is faster than merging them.
        return found[0] if len(found) == 1 else iter(sorted(chain(*found), key=sort_key))

    def has_line(self, first: date, last: date, member: str) -> bool:
        """Return whether a line of the member shares a day with the span."""
        # NOTE: most claims of a member come one after another.
        if self.last_day < first:
            return False
        return any(True for _ in self.lines_between(first, last, member, None))

    def of_member(self, member: str) -> Iterator[HistoryLine]:
        """Yield all lines of the member."""
        return chain.from_iterable(segment.of_member(member) for segment in self._segments)

    def has_other_code(self, first: date, last: date, member: str, code: str) -> bool:
        """Return whether a line of the member with another code shares a day with the span."""
        return any(
            any(True for _ in segment.lines_between(first, last, (member, other, False)))
            for segment in self._segments
            for other in segment.codes(member)
            if other != code
        )

    def running_totals(self, member: str) -> list[Mapping[str | None, RunningTotals]]:
        """Return the totals of the member's lines by code; those of each segment add to them."""
        found = [segment.running_totals(member) for segment in self._segments]
        return [by_code for by_code in found if by_code]


class _IndexSegment:
    """Some lines of a history.

    Lines are sorted when they are first asked for: most histories are asked for few of them.
    """

    __slots__ = ("_by_member", "_codes", "_has_reviewed", "_sorted", "_totals", "lines")

    def __init__(self, lines: tuple[HistoryLine, ...]) -> None:
        self.lines = lines
        self._has_reviewed: bool | None = None
        self._by_member: dict[str | None, list[HistoryLine]] | None = None
        self._sorted: dict[_Key, _SortedLines] = {}
        self._codes: dict[str | None, frozenset[str]] = {}
        self._totals: dict[str, Mapping[str | None, RunningTotals]] = {}

    @property
    def has_reviewed_lines(self) -> bool:
        """Whether a line is one that the payer is expected to review."""
        if self._has_reviewed is None:
            self._has_reviewed = any(isinstance(line, ReviewedLine) for line in self.lines)
        return self._has_reviewed

    def codes(self, member: str | None) -> frozenset[str]:
        """Return the codes of the member's lines, or of all lines."""
        codes = self._codes.get(member)
        if codes is None:
            lines = self.of_member(member)
            codes = frozenset(line.code for line in lines)
            # NOTE: members without lines are not cached, since there is no end to them.
            if lines:
                self._codes[member] = codes
        return codes

    def lines_between(self, first: date, last: date, key: _Key) -> Iterator[HistoryLine]:
        """Yield the lines that share a day with the span, by date, claim, number and code."""
        lines_by_day = self._sorted_lines(key)
        if lines_by_day is None:
            return
        start, end = lines_by_day.between(first, last)
        for line in lines_by_day.lines[start:end]:
            if line.date_to >= first:
                yield line

    def running_totals(self, member: str) -> Mapping[str | None, RunningTotals]:
        """Return the totals of the member's lines by code, and under ``None`` of all codes."""
        by_code = self._totals.get(member)
        if by_code is None:
            by_code = _totals_by_code(self.of_member(member))
            # NOTE: members without lines are not cached, since there is no end to them.
            if by_code:
                self._totals[member] = by_code
        return by_code

    def of_member(self, member: str | None) -> Sequence[HistoryLine]:
        """Return the lines of the member in order, or all lines."""
        if self._by_member is None:
            self._by_member = _by_member(self.lines)
        return self._by_member.get(member, ())

    def _sorted_lines(self, key: _Key) -> _SortedLines | None:
        lines_by_day = self._sorted.get(key)
        if lines_by_day is None:
            member, code, may_count = key
            # NOTE: rules often ask for codes that a member does not have.
            if code is not None and code not in self.codes(member):
                return None
            found = [
                line
                for line in self.of_member(member)
                if (code is None or line.code == code) and not (may_count and line.status in _OUT)
            ]
            # NOTE: misses are not cached, since the key space is unbounded.
            if found:
                lines_by_day = self._sorted[key] = _SortedLines.of(found)
        return lines_by_day


def _totals_by_code(lines: Iterable[HistoryLine]) -> dict[str | None, RunningTotals]:
    """Return the totals of the lines of each code that may count, and of all under ``None``."""
    by_code: dict[str | None, list[HistoryLine]] = {}
    for line in lines:
        if line.status not in _OUT:
            by_code.setdefault(line.code, []).append(line)
            by_code.setdefault(None, []).append(line)
    return {code: RunningTotals.of(counted) for code, counted in by_code.items()}


def _by_member(lines: Iterable[HistoryLine]) -> dict[str | None, list[HistoryLine]]:
    """Return the lines of each member in order, and under ``None`` those of all members."""
    ordered = sorted(lines, key=sort_key)
    found: dict[str | None, list[HistoryLine]] = {}
    for line in ordered:
        found.setdefault(line.member, []).append(line)
    found[None] = ordered
    return found
