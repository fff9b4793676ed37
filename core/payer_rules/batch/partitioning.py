"""The rows of Parquet files in partitions on disk, each with all lines of some members.

Claim ids that rows of several members have, or rows without a member, are found here: no partition
sees all rows of such a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from payer_rules.batch.line_files import LineFile
from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW
from payer_rules.batch.text_hashes import Hashes, hash_texts
from payer_rules.errors import InputError
from payer_rules.readers.line_tables.parquet import unreadable_parquet

if TYPE_CHECKING:
    import pyarrow as pa

#: The lines of a partition where there are few, so that several processes have some of them, and
#: where there are many: what partitions repeat is done once for more lines.
ROWS_OF_PARTITION: Final = 50_000
_ROWS_OF_LARGE: Final = 200_000
#: As many partitions of few lines before they become larger.
_SMALL_PARTITIONS: Final = 8
#: The most partitions, for each has an open file.
MOST_PARTITIONS: Final = 512
_ROWS_AT_ONCE: Final = 1 << 18
#: The rows that are divided among the partitions together.
_ROWS_DIVIDED: Final = 1 << 20
#: The files of claim ids with the members of their rows.
_BUCKETS: Final = 16


def partition_count(rows: int) -> int:
    """Return the number of partitions for so many rows."""
    small = min(_SMALL_PARTITIONS, -(-rows // ROWS_OF_PARTITION))
    return max(1, min(MOST_PARTITIONS, max(small, -(-rows // _ROWS_OF_LARGE))))


def partition_lines(
    files: Sequence[LineFile],
    folder: Path,
    count: int,
    mapping: Mapping[str, str] | None = None,
    watch: Callable[[int], object] = lambda _rows: None,
) -> Hashes:
    """Write the rows of the files to partitions in the folder; return the claims that are split.

    These are the hashes of claim ids that rows of several members have. Raises `InputError` if a
    file is broken.
    """
    import pyarrow as pa

    names = tuple((mapping or {}).get(name, name) for name in ("member", "claim"))
    writer, ids = _PartitionWriter(folder, count), _ClaimIds(folder)
    done = 0
    try:
        for number, file in enumerate(files):
            try:
                for batch in _located_batches(file, number, names):
                    members, claims = (hash_texts(batch.column(name)) for name in names)
                    ids.add(claims, members)
                    writer.add(batch, _partitions(members, done, count))
                    done += batch.num_rows
                    watch(done)
            except (pa.ArrowException, OSError, ValueError) as error:
                raise InputError([unreadable_parquet(file.name, error)]) from error
        return ids.split()
    finally:
        writer.close()
        ids.close()


def partition_tables(folder: Path, number: int, files: Sequence[str]) -> list[pa.Table]:
    """Return the rows of a partition, with the names of their files: a table for each schema."""
    import pyarrow as pa

    names = pa.array(files, pa.string())
    tables = []
    for path in sorted(folder.glob(f"{number:05}-*.arrow")):
        with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as stream:
            table = stream.read_all().unify_dictionaries()
        at = table.schema.get_field_index(SOURCE_FILE)
        tables.append(table.set_column(at, SOURCE_FILE, names.take(table[SOURCE_FILE])))
    return tables


def _located_batches(file: LineFile, number: int, ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file, with its number and theirs.

    Texts are coded by a dictionary, but for those of ``ids``, which hardly repeat.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = 1
    with pq.ParquetFile(file.path) as source:
        texts = [
            field.name
            for field in source.schema_arrow
            if pa.types.is_string(field.type) and field.name not in ids
        ]
    with pq.ParquetFile(file.path, read_dictionary=texts) as source:
        for batch in source.iter_batches(_ROWS_AT_ONCE, columns=[*file.columns]):
            rows = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
            files = pa.array(np.full(batch.num_rows, number, np.int32))
            columns = {SOURCE_FILE: files, SOURCE_ROW: rows}
            for name in file.columns:
                column = batch.column(name)
                if pa.types.is_dictionary(column.type) and name not in texts:
                    column = column.cast(column.type.value_type)
                columns[name] = column
            yield pa.RecordBatch.from_pydict(columns)
            first += batch.num_rows


def _partitions(members: Hashes, first: int, count: int) -> Hashes:
    """Return the partition of each row: by its member, or by its place where it has none."""
    import numpy as np

    rows: Hashes = np.arange(first, first + len(members), dtype=np.uint64)
    by: Hashes = np.where(members == 0, rows, members >> np.uint64(8))
    partitions: Hashes = (by % np.uint64(count)).astype(np.int32)
    return partitions


class _PartitionWriter:
    """The open files of the partitions; one for each partition and schema that it has rows of."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count
        self._schemas: dict[pa.Schema, int] = {}
        self._writers: dict[tuple[int, int], Any] = {}
        self._waiting: list[tuple[pa.RecordBatch, Hashes]] = []
        self._rows = 0

    def add(self, batch: pa.RecordBatch, partitions: Hashes) -> None:
        """Add rows with their partitions."""
        if self._waiting and self._waiting[0][0].schema != batch.schema:
            self._write()
        self._waiting.append((batch, partitions))
        self._rows += batch.num_rows
        if self._rows >= _ROWS_DIVIDED:
            self._write()

    def _write(self) -> None:
        """Divide the rows that wait among their partitions."""
        import numpy as np
        import pyarrow as pa

        if not self._waiting:
            return
        table = pa.Table.from_batches([batch for batch, _ in self._waiting]).unify_dictionaries()
        partitions = np.concatenate([each for _, each in self._waiting])
        self._waiting.clear()
        self._rows = 0
        order = np.argsort(partitions, kind="stable")
        ends: Any = np.searchsorted(partitions[order], np.arange(self._count + 1))
        table = table.take(order).combine_chunks()
        for partition in range(self._count):
            first, end = int(ends[partition]), int(ends[partition + 1])
            if first < end:
                self._writer(table.schema, partition).write_table(table.slice(first, end - first))

    def _writer(self, schema: pa.Schema, partition: int) -> Any:  # noqa: ANN401
        import pyarrow as pa

        key = (self._schemas.setdefault(schema, len(self._schemas)), partition)
        if key not in self._writers:
            path = self._folder / f"{partition:05}-{key[0]:03}.arrow"
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._writers[key] = pa.ipc.new_stream(str(path), schema, options=options)
        return self._writers[key]

    def close(self) -> None:
        """Write the rows that wait, and close the files."""
        self._write()
        for writer in self._writers.values():
            writer.close()


class _ClaimIds:
    """The claim ids of all rows with their members, as hashes, in files by claim."""

    def __init__(self, folder: Path) -> None:
        self._files = [(folder / f"ids-{at:02}").open("w+b") for at in range(_BUCKETS)]

    def add(self, claims: Hashes, members: Hashes) -> None:
        """Add the ids of rows; rows that follow one another mostly have one claim."""
        import numpy as np

        is_new: Hashes = np.ones(len(claims), bool)
        is_new[1:] = (claims[1:] != claims[:-1]) | (members[1:] != members[:-1])
        is_new &= claims != 0
        pairs = np.stack([claims[is_new], members[is_new]], axis=1)
        buckets = (pairs[:, 0] >> np.uint64(8)) % np.uint64(_BUCKETS)
        for at, file in enumerate(self._files):
            file.write(pairs[buckets == at].tobytes())

    def split(self) -> Hashes:
        """Return the claims of several members, sorted; a row without a member is another."""
        import numpy as np

        found: list[Hashes] = [np.zeros(0, np.uint64)]
        for file in self._files:
            file.seek(0)
            pairs = np.frombuffer(file.read(), np.uint64).reshape(-1, 2)
            pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
            is_split = (pairs[1:, 0] == pairs[:-1, 0]) & (pairs[1:, 1] != pairs[:-1, 1])
            found.append(pairs[1:][is_split, 0])
        split: Hashes = np.unique(np.concatenate(found))
        return split

    def close(self) -> None:
        """Close and delete the files."""
        for file in self._files:
            file.close()
            Path(file.name).unlink(missing_ok=True)
