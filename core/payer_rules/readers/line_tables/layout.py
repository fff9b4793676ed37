"""The layout of a table: which cell of a row holds which fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark, is_guess, nearest
from payer_rules.readers.line_tables.columns import Column, Part
from payer_rules.readers.line_tables.sources import Row, TableSource
from payer_rules.text.quoting import REDACTED, quoted, redacted

_FIRST_DAYS: Final = ("date", "date_from")
#: The similarity of a column name to one of ours that makes it a typing error: "modifier", "unit".
_SLIP: Final = 0.85
#: CMS's research files of claims, the widest known, have about two hundred.
_MOST_COLUMNS: Final = 2_000


@attrs.frozen
class TableLayout:
    """The columns of a table that are read, each with its name in the table and its position."""

    source: TableSource
    known: Mapping[str, Column]
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    places: tuple[int, ...]

    def rows(self) -> Iterator[TableRow | Problem]:
        """Yield the rows, each with its values."""
        for row in self.source.rows(self.places):
            yield row if isinstance(row, Problem) else self.row(row)

    def row(self, row: Row) -> TableRow:
        """Return the row with the values of its cells."""
        number, cells = row
        values: dict[str, object] = {}
        parts: dict[Part, dict[str, object]] = {}
        problems: list[Problem] = []
        for column, cell in zip(self.columns, cells, strict=True):
            given = cell.strip() if isinstance(cell, str) else cell
            if is_empty(given):
                continue
            try:
                value = value_of(column, given)
            except ValueError as error:
                message = _problem(column, given, str(error))
                problems.append(self.problem(number, column.name, message, str(error)))
            else:
                values[column.name] = value
                parts.setdefault(column.part, {})[column.field] = value
        return TableRow(number, values, parts, problems)

    def problem(
        self,
        number: int,
        column_name: str | None,
        message: str,
        remedy: str,
        code: ErrorCode = ErrorCode.TABLE_CELL,
    ) -> Problem:
        """Return a problem of the row, at the column if one is given."""
        names = {column.name: name for column, name in zip(self.columns, self.names, strict=True)}
        where = self.source.place(number)
        if column_name in names:
            where += f" ({names[column_name]})"
        return Problem(where, message, _sentence(remedy), code)


@attrs.frozen
class TableRow:
    """A row: its number, the values of its cells, and the problems of its cells."""

    number: int
    values: dict[str, object]
    parts: dict[Part, dict[str, object]]
    problems: list[Problem]

    def value(self, name: str) -> object:
        """Return the value of the column; ``None`` if the cell is empty or missing."""
        return self.values.get(name)

    def of(self, part: Part) -> dict[str, object]:
        """Return the fields of a part of the claim."""
        return self.parts.get(part, {})


def layout_of(
    source: TableSource,
    known: Mapping[str, Column],
    needed: Collection[str],
    mapping: Mapping[str, str] | None,
) -> tuple[TableLayout, tuple[Problem, ...]]:
    """Return the layout of the table, and the problems of its header.

    Raises `InputError` if two columns have one name. With a mapping, columns that neither it nor we
    name are ignored. Without one they are remarks, or a problem if the name looks like a typo: the
    facts in the column would be lost.
    """
    header_name = {
        column_name: (mapping or {}).get(column_name, column_name) for column_name in known
    }
    header = source.header
    if len(header) > _MOST_COLUMNS:
        message = f"the table has {len(header)} columns, and at most {_MOST_COLUMNS} are read"
        remedy = "Leave out those that are not read."
        raise InputError([_column_problem(source, message, remedy)])
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        message = f"two columns have the name {REDACTED.key(twice[0])}"
        raise InputError([_column_problem(source, message, "Give each column a name of its own.")])
    found = [column_name for column_name in known if header_name[column_name] in header]
    problems = [*_missing(source, found, header_name, needed)]
    for column_name, name in (mapping or {}).items():
        if column_name in known and name not in header:
            message = f"the mapping has {column_name} = {name!r}, and the table has no such column"
            problems.append(_column_problem(source, message, "Name a column that is there."))
    if mapping is None:
        problems += _unknown_columns(source, known)
    columns = tuple(known[column_name] for column_name in found)
    names = tuple(header_name[column_name] for column_name in found)
    places = tuple(map(header.index, names))
    return TableLayout(source, known, columns, names, places), tuple(problems)


def _column_problem(source: TableSource, message: str, remedy: str) -> Problem:
    """Return a problem of the header."""
    return Problem(source.place(1), message, remedy, ErrorCode.TABLE_COLUMN)


def _missing(
    source: TableSource,
    found: Collection[str],
    header_name: Mapping[str, str],
    needed: Collection[str],
) -> Iterator[Problem]:
    for column_name in needed:
        if column_name not in found:
            message = f"the table has no column {header_name[column_name]!r}"
            remedy = f'Add it, or name it in a mapping file: {column_name} = "THEIR NAME".'
            yield _column_problem(source, message, remedy)
    if not any(each in found for each in _FIRST_DAYS):
        remedy = "Add it, or date_from and date_to, or name them in a mapping file."
        yield _column_problem(source, "the table has no column 'date'", remedy)


def _unknown_columns(source: TableSource, known: Collection[str]) -> Iterator[Problem]:
    missing = [name for name in known if name not in source.header]
    for at, name in enumerate(source.header, start=1):
        if name in known:
            continue
        # NOTE: without a header, the first row is somebody's data.
        message = f"column {at} is not one of ours, its name {REDACTED.key(name)}: it is not read"
        if get_close_matches(name.lower(), missing, n=1, cutoff=_SLIP):
            yield _column_problem(source, message, nearest(name, missing))
        else:
            remedy = "If it is one of ours by another name, map it in a mapping file (--columns)."
            yield Remark(source.place(1), message, remedy, ErrorCode.TABLE_COLUMN)


def is_missing_columns(layout: TableLayout, needed: Sequence[str]) -> bool:
    """Return True if the table has no column for something that every row needs."""
    names = {column.name for column in layout.columns}
    return not names.issuperset(needed) or names.isdisjoint(_FIRST_DAYS)


def is_empty(cell: object) -> bool:
    """Return True if the cell, without blanks around it, contains nothing."""
    # NOTE: many programs write NaN for a gap in a column of numbers; it does not equal itself.
    return cell is None or cell == "" or cell != cell


def value_of(column: Column, cell: object) -> object:
    """Return the value of a cell that is not empty; raises `ValueError` with what belongs there."""
    return column.read(_utf8(cell))


def _utf8(cell: object) -> object:
    if isinstance(cell, str) and not cell.isascii():
        try:
            cell.encode()
        except UnicodeEncodeError:
            raise ValueError("text in UTF-8 belongs here") from None
    return cell


def _problem(column: Column, cell: object, remedy: str) -> str:
    if column.is_private:
        return f"{column.name} cannot be read"
    if is_guess(remedy):
        # NOTE: a misspelt word of a vocabulary is not the name of a person.
        return f"{column.name} is {quoted(cell)}"
    return f"{column.name} is {redacted(cell)}"


def _sentence(remedy: str) -> str:
    sentence = remedy[0].upper() + remedy[1:]
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."
