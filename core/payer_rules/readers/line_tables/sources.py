"""The rows of a CSV or Parquet file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path as FilePath
from typing import IO, Final, Protocol, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS
from payer_rules.readers.size_limits import LONGEST_ROW
from payer_rules.system.files import open_regular, read_problem
from payer_rules.text.escaping import from_csv_text

#: The number by which a person finds a row, and its cells.
Row: TypeAlias = "tuple[int, Sequence[object]]"

PARQUET: Final = b"PAR1"
DELIMITERS: Final = ",;\t|"
_ENDS: Final = ("\n", "\r")
_STEP: Final = 1 << 16


class CsvReader(Protocol):
    """The part of `csv.reader` that is used here."""

    @property
    def line_num(self) -> int:
        """The number of lines read so far."""

    def __iter__(self) -> Iterator[list[str]]:
        """Return the iterator over the rows."""

    def __next__(self) -> list[str]:
        """Return the next row."""


@attrs.define
class _CsvLines:
    """The lines of a CSV file; a line without an end is a `csv.Error`, like any bad row."""

    file: IO[str]
    #: The number of lines without an end, which the reader did not count.
    left_out: int = 0
    #: Whether a line since the last row has an apostrophe.
    has_apostrophe: bool = False

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        line = self.file.readline(LONGEST_ROW)
        if not line:
            raise StopIteration
        if len(line) < LONGEST_ROW or line.endswith(_ENDS):
            if "'" in line:
                self.has_apostrophe = True
            return line
        while line and not line.endswith(_ENDS):
            line = self.file.readline(_STEP)
        self.left_out += 1
        raise csv.Error


class TableSource(Protocol):
    """A table: the names of its columns, and its rows."""

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns."""

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Problem]:
        """Yield the rows with the cells at the wanted positions, and the problems of other rows."""

    def place(self, number: int) -> str:
        """Return the file and the row of the number."""


def open_table(path: FilePath, name: str) -> TableSource:
    """Return the table in the file; raises `InputError` if there is none."""
    try:
        with open_regular(path, name) as file:
            start = file.read(len(PARQUET))
        if start == PARQUET:
            from payer_rules.readers.line_tables.parquet import parquet_table

            return parquet_table(path, name)
        return _csv(path, name)
    except OSError as error:
        raise InputError([read_problem(name, error)]) from error


@attrs.frozen
class _CsvTable:
    """A CSV file; a row is identified by the line of the file on which it begins."""

    path: FilePath
    name: str
    header: tuple[str, ...]
    delimiter: str

    def place(self, number: int) -> str:
        return f"{self.name}:{number}"

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Problem]:
        pick = (
            itemgetter(*wanted) if len(wanted) > 1 else lambda row: tuple(row[at] for at in wanted)
        )
        width = len(self.header)
        with _text(self.path) as file:
            lines = _CsvLines(file)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            for number, row in _numbered(reader, lines):
                if row is None:
                    remedy = "Close every quotation mark on the line on which it is opened."
                    message = "this is not a row of CSV"
                    yield Problem(self.place(number), message, remedy, ErrorCode.TABLE_ROW)
                elif len(row) == width or (len(row) > width and not any(row[width:])):
                    # NOTE: some programs write empty cells after the last; they mean nothing.
                    if lines.has_apostrophe:
                        row = [from_csv_text(cell) for cell in row]
                        lines.has_apostrophe = False
                    yield number, pick(row)
                elif row:
                    message = f"the row has {len(row)} cells, and the header {width}"
                    remedy = "Put cells that hold the delimiter into quotation marks."
                    yield Problem(self.place(number), message, remedy, ErrorCode.TABLE_ROW)


def _numbered(reader: CsvReader, lines: _CsvLines) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the rows after the header, each with its line; ``None`` for a malformed row."""
    is_header = True
    while True:
        number = reader.line_num + lines.left_out + 1
        try:
            row = next(reader, None)
        except csv.Error:
            yield number, None
            continue
        if row is None:
            return
        if is_header and row:
            is_header = False
        else:
            yield number, row


def _text(path: FilePath) -> IO[str]:
    # NOTE: a byte that is not UTF-8 costs its row, not the file.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _csv(path: FilePath, name: str) -> _CsvTable:
    with _text(path) as file:
        first = _first(file, name)
    delimiter = max(DELIMITERS, key=lambda each: (_known(first, each), first.count(each)))
    header = names_in(first, delimiter)
    if not any(header):
        message, remedy = "the table is empty", "Write the names of the columns first."
        raise InputError([Problem(f"{name}:1", message, remedy, ErrorCode.UNKNOWN_FORMAT)])
    return _CsvTable(path, name, header, delimiter)


def _first(file: IO[str], name: str) -> str:
    """Return the first line that is not blank; raises `InputError` if it has no end."""
    read = iter(partial(file.readline, LONGEST_ROW), "")
    first = next((line for line in read if line.strip()), "")
    if len(first) >= LONGEST_ROW:
        message = f"the first line has more than {LONGEST_ROW} characters"
        remedy = "Write the names of the columns into a line of their own."
        raise InputError([Problem(f"{name}:1", message, remedy, ErrorCode.TOO_LARGE)])
    return first


def names_in(line: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of the line; none if it is not CSV."""
    try:
        return tuple(each.strip() for each in next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return ()


def _known(line: str, delimiter: str) -> int:
    return sum(each in CLAIM_COLUMNS for each in names_in(line, delimiter))
