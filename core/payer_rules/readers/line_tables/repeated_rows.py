"""Rows of a history table that repeat an earlier one, except for ids, days and amounts.

In a table of a million lines the same few services come again and again. The first row of each is
read and checked like any other. Later ones become copies of its line, with their own ids, days and
amounts, each of which is parsed once. What is not sound is left to the reader of rows, which finds
everything that is wrong: both ways give the same lines and the same problems.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from operator import call, itemgetter
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.history import HistoryLine
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.line_tables.columns import Column
from payer_rules.readers.line_tables.layout import is_empty, value_of
from payer_rules.unchecked import replacer
from payer_rules.values.checked_fields import fields_of
from payer_rules.values.type_checks import INVALID

#: The cells of a row, in the order of the columns.
_Cells: TypeAlias = Sequence[object]

#: The columns that differ from row to row; the fields of a line have the same names.
_OWN: Final = (
    *("date_from", "date_to", "claim", "member", "payer_claim", "charge", "allowed", "paid"),
)
_IDS: Final = ("claim", "member", "payer_claim")
_NEEDED: Final = ("date_from", "claim", "member")
_CHECKS: Final = {field.name: field.check for field in fields_of(HistoryLine)[0]}
#: The most rows that are remembered.
_MOST: Final = 20_000


class _UnsoundCellError(Exception):
    """A cell that the reader of rows judges."""


@attrs.frozen(eq=False)
class RepeatedRows:
    """The lines that were read of a table, by the cells that their repetitions have as well.

    ``own`` returns the ids, days and amounts of a row, ``read`` are functions that return the value
    of each, and ``copy`` makes a line of another one with these values.
    """

    shared: Callable[[_Cells], Hashable]
    own: Callable[[_Cells], tuple[object, ...]]
    read: tuple[Callable[[Any], Any], ...]
    copy: Callable[..., HistoryLine]
    _lines: dict[Hashable, HistoryLine] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, columns: Sequence[Column]) -> RepeatedRows | None:
        """Return the rows of a table with these columns, of which none was read.

        Tables with two columns for the first day are read row by row.
        """
        places = {column.name: at for at, column in enumerate(columns)}
        if "date" in places:
            if "date_from" in places or "date_to" in places:
                return None
            places["date_from"] = places.pop("date")
        places.setdefault("date_to", places["date_from"])
        own = {name: places[name] for name in _OWN if name in places}
        return cls(
            shared=itemgetter(*(at for at in range(len(columns)) if at not in own.values())),
            own=itemgetter(*own.values()),
            read=tuple(_reader(columns[at], name) for name, at in own.items()),
            copy=replacer(HistoryLine, *own),
        )

    def line(self, cells: _Cells) -> HistoryLine | None:
        """Return the line of a row that repeats an earlier one, and is sound; else ``None``."""
        try:
            known = self._lines.get(self.shared(cells))
            if known is None:
                return None
            values = [*map(call, self.read, self.own(cells))]
        except (_UnsoundCellError, TypeError):
            # NOTE: not every cell of a Parquet file can be looked up.
            return None
        first, last = values[:2]
        if last is None:
            values[1] = first
        elif first > last:
            return None
        return self.copy(known, *values)

    def add(self, cells: _Cells, line: HistoryLine) -> None:
        """Remember the line of the row for its repetitions."""
        try:
            if len(self._lines) >= _MOST:
                self._lines.clear()
            self._lines[self.shared(cells)] = line
        except TypeError:
            return


def _reader(column: Column, field: str) -> Callable[[Any], Any]:
    """Return the function that returns the value of a cell of the column."""
    value_of_cell = partial(_value, column, field)
    if field not in _IDS:
        return ParseCache(value_of_cell).__getitem__

    def identity(cell: object) -> object:
        # NOTE: most ids are such texts, and few come again.
        given = cell.strip() if isinstance(cell, str) and cell.isascii() else ""
        return given or value_of_cell(cell)

    return identity


def _value(column: Column, field: str, cell: object) -> object:
    """Return the value of an id, a day or an amount, ``None`` for an empty cell."""
    given = cell.strip() if isinstance(cell, str) else cell
    if is_empty(given):
        if field in _NEEDED:
            raise _UnsoundCellError
        return None
    try:
        value = _CHECKS[field](value_of(column, given))
    except ValueError:
        raise _UnsoundCellError from None
    if value is INVALID:
        raise _UnsoundCellError
    return value
