"""Periods in which what was read for a code, or for a pair of codes, is the same on all days.

Lines of one period share what was found for the first of them: a run has a few periods for each
code, and many days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

import attrs

from payer_rules.engine.condition_days import text_days
from payer_rules.rulebook.table_readings import TableReadings
from payer_rules.rulebook.topic_reader import ReadStatus
from payer_rules.rules import DateRange

#: The number of codes, and of pairs, that are kept.
_CACHE_SIZE: Final = 1 << 14
_Span = tuple[date, date]


@attrs.frozen(eq=False)
class ReadingPeriods:
    """The periods of the texts and tables of a payer.

    ``texts_of`` returns the days for which each text about a code was read.
    """

    tables: TableReadings
    texts_of: Callable[[str], Iterable[DateRange | None]]
    _days: Callable[[str, str | None], tuple[date, ...]] = attrs.field(init=False)
    _days_of_pair: Callable[[str, str, str | None], tuple[date, ...]] = attrs.field(init=False)
    _status_of_pair: Callable[[str, str, str | None, date, date], ReadStatus | None] = attrs.field(
        init=False
    )

    @_days.default
    def _cached_days(self) -> Callable[[str, str | None], tuple[date, ...]]:
        return lru_cache(_CACHE_SIZE)(self._change_days)

    @_days_of_pair.default
    def _cached_days_of_pair(self) -> Callable[[str, str, str | None], tuple[date, ...]]:
        return lru_cache(_CACHE_SIZE)(
            lambda code, other, setting: _in_order(
                self.tables.change_days_of_pair(code, other, setting)
            )
        )

    @_status_of_pair.default
    def _cached_status(
        self,
    ) -> Callable[[str, str, str | None, date, date], ReadStatus | None]:
        return lru_cache(_CACHE_SIZE)(self.tables.pair)

    def change_days(self, code: str, setting: str | None) -> tuple[date, ...]:
        """Return the first days of the periods of a code."""
        return self._days(code, setting)

    def of_code(self, code: str, setting: str | None, first: date, last: date) -> _Span:
        """Return days that stand for the days of a line: equal ones have equal readings."""
        # NOTE: a line of several days may share them with two periods.
        return _within(self._days(code, setting), first) if first == last else (first, last)

    def pair(
        self, code: str, other: str, setting: str | None, first: date, last: date
    ) -> ReadStatus | None:
        """Return how the tables read a pair of codes on the days of a line."""
        days = (first, last)
        if first == last:
            days = _within(self._days_of_pair(code, other, setting), first)
        return self._status_of_pair(code, other, setting, *days)

    def _change_days(self, code: str, setting: str | None) -> tuple[date, ...]:
        return _in_order(self._all_change_days(code, setting))

    def _all_change_days(self, code: str, setting: str | None) -> Iterator[date]:
        for dates in self.texts_of(code):
            yield from text_days(dates)
        yield from self.tables.change_days(code, setting)


def _in_order(days: Iterable[date]) -> tuple[date, ...]:
    return (date.min, *sorted({*days} - {date.min}))


def _within(days: tuple[date, ...], day: date) -> _Span:
    """Return the first day of the period of a day, as a span."""
    first = days[bisect_right(days, day) - 1]
    return first, first
