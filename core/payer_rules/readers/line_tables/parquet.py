"""The rows of a Parquet file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.readers.line_tables.sources import Row
from payer_rules.system.packages import require_packages

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROWS_AT_ONCE: Final = 4096
#: The average bytes of a row in its group, far more than our columns have: four thousand such rows
#: are unpacked at once. A small group may have few rows and much overhead.
_LONGEST_IN_GROUP: Final = 1 << 16
_SMALLEST_GROUP: Final = 1 << 24
#: Takes the place of a value that Python has no type for, such as a day after the year 9999.
_UNREADABLE: Final = "unreadable"


@attrs.frozen
class _ParquetTable:
    """A Parquet file; rows are counted from 1."""

    path: FilePath
    name: str
    header: tuple[str, ...]

    def place(self, number: int) -> str:
        return f"{self.name}, row {number}"

    def rows(self, wanted: Sequence[int]) -> Iterator[Row | Problem]:
        import pyarrow as pa

        number = 0
        names = [self.header[at] for at in wanted]
        try:
            for batch in _batches(self.path, {*names}):
                columns = [python_values(batch.column(each)) for each in names]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield number, cells
        except (pa.ArrowException, OSError, ValueError) as error:
            yield unreadable_parquet(self.place(number + 1), error)


def parquet_table(path: FilePath, name: str) -> _ParquetTable:
    """Return the table in the file; raises `InputError` if it cannot be read."""
    require_packages(
        name, "parquet", "which reads Parquet", "pyarrow", otherwise="write the table as CSV"
    )
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([unreadable_parquet(name, error)]) from error
    return _ParquetTable(path, name, header)


def _batches(path: FilePath, names: Collection[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    _refuse_long_rows(metadata, names)
    leaves = (metadata.schema.column(at).path for at in range(metadata.num_columns))
    # NOTE: a text of many rows is kept once, as the file has it.
    once = [each for each in leaves if each in names]
    with pq.ParquetFile(path, read_dictionary=once) as file:
        yield from file.iter_batches(_ROWS_AT_ONCE, columns=sorted(names))


def _refuse_long_rows(metadata: pq.FileMetaData, names: Collection[str]) -> None:
    """Raise `ValueError` if rows that are unpacked together would fill the memory."""
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        parts = (group.column(each) for each in range(group.num_columns))
        size = sum(
            part.total_uncompressed_size
            for part in parts
            if part.path_in_schema.partition(".")[0] in names
        )
        if size > max(_SMALLEST_GROUP, _LONGEST_IN_GROUP * group.num_rows):
            raise ValueError


def python_values(column: pa.Array) -> list[object]:
    """Return the values; a word takes the place of each value that Python has no type for."""
    import pyarrow as pa

    try:
        if hasattr(column, "dictionary"):
            words = column.dictionary.to_pylist()
            return [None if at is None else words[at] for at in column.indices.to_pylist()]
        if pa.types.is_temporal(column.type):
            # NOTE: pyarrow makes days one by one, and the same few come again and again.
            return python_values(column.dictionary_encode())
        values: list[object] = column.to_pylist()
        if pa.types.is_nested(column.type):
            # NOTE: a tuple can be looked up among the rows before.
            values = [tuple(each) if isinstance(each, list) else each for each in values]
        elif pa.types.is_floating(column.type):
            # NOTE: NaN stands for an empty cell, and equals nothing.
            values = [each if each == each else None for each in values]
        return values
    except (ValueError, ArithmeticError):
        return [*map(_value, column)]


def _value(cell: pa.Scalar) -> object:
    try:
        value: object = cell.as_py()
    except (ValueError, ArithmeticError):
        return _UNREADABLE
    return value


def unreadable_parquet(where: str, error: Exception) -> Problem:
    """Return the problem of a file that cannot be read as Parquet."""
    # NOTE: pyarrow's message on a broken file may quote bytes of it.
    message = f"the Parquet file is broken ({type(error).__name__})"
    return Problem(where, message, "Write the file anew.", ErrorCode.PARQUET_FILE)
