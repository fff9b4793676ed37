"""The rows of a CSV or Parquet file, one after another."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path as FilePath
from typing import IO, Final, Protocol, TypeAlias

import attrs

from payer_rules.errors import Fault, FaultError
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS

#: The number that a person finds a row by, and its cells.
Row: TypeAlias = "tuple[int, Sequence[object]]"

PARQUET: Final = b"PAR1"
_DELIMITERS: Final = ",;\t|"
_ROWS_AT_ONCE: Final = 4096


class Reader(Protocol):
    """What the standard library reads CSV with."""

    @property
    def line_num(self) -> int:
        """How many lines were read."""

    def __iter__(self) -> Iterator[list[str]]:
        """The rows."""

    def __next__(self) -> list[str]:
        """The next row."""


class Source(Protocol):
    """A table: the names of its columns, and its rows."""

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns."""

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Fault]:
        """The rows, each with the cells at the wanted places; a fault for one without them."""

    def place(self, number: int) -> str:
        """The file and the row of the number."""


def open_table(path: FilePath, name: str) -> Source:
    """The table in the file; raises `FaultError` where there is none."""
    try:
        with path.open("rb") as file:
            start = file.read(len(PARQUET))
        return _parquet(path, name) if start == PARQUET else _csv(path, name)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror or error}"
        raise FaultError([Fault(name, problem, "Name a file that is there.")]) from error


@attrs.frozen
class _Csv:
    """A CSV file; rows are found by the line of the file that they begin on."""

    path: FilePath
    name: str
    header: tuple[str, ...]
    delimiter: str

    def place(self, number: int) -> str:
        return f"{self.name}:{number}"

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Fault]:
        pick = (
            itemgetter(*wanted) if len(wanted) > 1 else lambda row: tuple(row[at] for at in wanted)
        )
        with _text(self.path) as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            for number, row in _numbered(reader):
                if row is None:
                    remedy = "Close every quotation mark on the line on which it is opened."
                    yield Fault(self.place(number), "this is no row of CSV", remedy)
                elif len(row) == len(self.header):
                    yield number, pick(row)
                elif row:
                    problem = f"the row has {len(row)} cells, and the header {len(self.header)}"
                    remedy = "Put cells that hold the delimiter into quotation marks."
                    yield Fault(self.place(number), problem, remedy)


def _numbered(reader: Reader) -> Iterator[tuple[int, list[str] | None]]:
    """The rows behind the header, each with its line; ``None`` for what is no row."""
    is_header = True
    while True:
        number = reader.line_num + 1
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
    # NOTE: a byte that is no UTF-8 costs its row, and not the file.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _csv(path: FilePath, name: str) -> _Csv:
    with _text(path) as file:
        first = next((line for line in file if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda each: (_known(first, each), first.count(each)))
    header = _names(first, delimiter)
    if not any(header):
        problem = "the table is empty"
        raise FaultError([Fault(f"{name}:1", problem, "Write the names of the columns first.")])
    return _Csv(path, name, header, delimiter)


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(each.strip() for each in next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return ()


def _known(line: str, delimiter: str) -> int:
    return sum(each in CLAIM_COLUMNS for each in _names(line, delimiter))


@attrs.frozen
class _Parquet:
    """A Parquet file; rows are counted from 1."""

    path: FilePath
    name: str
    header: tuple[str, ...]

    def place(self, number: int) -> str:
        return f"{self.name}, row {number}"

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Fault]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        number = 0
        names = [self.header[at] for at in wanted]
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(_ROWS_AT_ONCE, columns=sorted(set(names))):
                    columns = [batch.column(each).to_pylist() for each in names]
                    for cells in zip(*columns, strict=True):
                        number += 1
                        yield number, cells
        except (pa.ArrowException, OSError, ValueError) as error:
            yield _unreadable(self.place(number + 1), error)


def _parquet(path: FilePath, name: str) -> _Parquet:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        problem = "Parquet is read with pyarrow, which is not installed"
        remedy = "Run pip install 'payer-rules[parquet]', or write the table as CSV."
        raise FaultError([Fault(name, problem, remedy)]) from error
    try:
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FaultError([_unreadable(name, error)]) from error
    return _Parquet(path, name, header)


def _unreadable(where: str, error: Exception) -> Fault:
    # NOTE: what pyarrow says of a broken file may hold bytes of it.
    problem = f"the Parquet file is broken ({type(error).__name__})"
    return Fault(where, problem, "Write the file anew.")
