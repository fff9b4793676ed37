"""The cells of columns as numbers: one for each different cell, the same in all partitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.text_hashes import Hashes
from payer_rules.readers.line_tables.parquet import python_values

if TYPE_CHECKING:
    import pyarrow as pa

#: Odd numbers by which two hashes of 64 bits are multiplied, one for each lane.
_LANES: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_SHIFT: Final = 29


@attrs.define(eq=False, slots=False)
class CodedColumn:
    """A column as numbers: ``codes`` of the rows, 0 for an empty cell, and the ``cells`` of these.

    ``cells[0]`` is ``None``.
    """

    codes: Hashes
    _dictionary: pa.Array

    @property
    def size(self) -> int:
        """The number of different cells, with the empty one."""
        return len(self._dictionary) + 1

    @cached_property
    def cells(self) -> list[Any]:
        """The different cells."""
        return [None, *python_values(self._dictionary)]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> CodedColumn:
        """Return the column as numbers."""
        import numpy as np
        import pyarrow as pa

        coded = column.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = pa.concat_arrays(coded.chunks) if coded.chunks else pa.array([], column.type)
        if pa.types.is_nested(coded.type):
            texts = pa.array([None if each is None else repr(each) for each in coded.to_pylist()])
            coded = texts
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        indices = coded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
        codes: Hashes = np.asarray(indices) + 1
        return cls(codes, coded.dictionary)

    def hashes(self, describe: Callable[[Any], object] = lambda cell: cell) -> Hashes:
        """Return a hash of 64 bits for each row, of what describes its cell."""
        import numpy as np

        words: Hashes = np.fromiter(
            (digest(describe(cell)) for cell in self.cells), np.uint64, len(self.cells)
        )
        taken: Hashes = words[self.codes]
        return taken


def digest(value: object) -> int:
    """Return a hash of 64 bits of a value, the same in all processes."""
    text = f"{type(value).__name__}:{value!r}"
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


@attrs.define(eq=False)
class RowKeys:
    """Hashes of rows, of 128 bits in two lanes, to which columns are added one after another."""

    first: Hashes
    second: Hashes

    @classmethod
    def empty(cls, rows: int) -> RowKeys:
        """Return the keys of so many rows without a column."""
        import numpy as np

        return cls(np.zeros(rows, np.uint64), np.ones(rows, np.uint64))

    def add(self, hashes: Hashes) -> None:
        """Add a column."""
        import numpy as np

        one, two = (np.uint64(lane) for lane in _LANES)
        shift = np.uint64(_SHIFT)
        self.first = (self.first ^ hashes) * one
        self.first ^= self.first >> shift
        self.second = (self.second + hashes) * two
        self.second ^= self.second >> shift

    def with_column(self, hashes: Hashes) -> RowKeys:
        """Return the keys with a column more."""
        import numpy as np

        keys = self.copied()
        keys.add(hashes.astype(np.uint64))
        return keys

    def joined(self, starts: Hashes, places: Hashes) -> RowKeys:
        """Return the keys of groups of rows: each begins at a start, ``places`` count in it."""
        import numpy as np

        placed = RowKeys(self.first.copy(), self.second.copy())
        placed.add(places.astype(np.uint64))
        placed.add(placed.second ^ placed.first)
        return RowKeys(
            np.add.reduceat(placed.first, starts), np.add.reduceat(placed.second, starts)
        )

    def replaced(self, rows: Hashes, other: RowKeys) -> RowKeys:
        """Return the keys with those of the other in the rows for which ``rows`` is true."""
        import numpy as np

        return RowKeys(
            np.where(rows, other.first, self.first), np.where(rows, other.second, self.second)
        )

    def copied(self) -> RowKeys:
        """Return the keys, to which further columns can be added."""
        return RowKeys(self.first.copy(), self.second.copy())

    def taken(self, rows: Hashes) -> RowKeys:
        """Return the keys of some rows."""
        return RowKeys(self.first[rows], self.second[rows])

    def different(self) -> tuple[list[tuple[int, int]], Hashes, Hashes]:
        """Return each different key, a row that has it, and the place of each row's key."""
        import numpy as np
        import pyarrow as pa

        coded = pa.array(self.first.view(np.int64)).dictionary_encode()
        places: Hashes = coded.indices.to_numpy()
        # NOTE: different values are numbered in the order in which they come first.
        before = np.maximum.accumulate(places)[:-1]
        rows: Hashes = np.flatnonzero(np.r_[[True] * bool(len(places)), places[1:] > before])
        if (self.second[rows][places] != self.second).any():
            return self._different_in_both_lanes()
        keys = list(zip(self.first[rows].tolist(), self.second[rows].tolist(), strict=True))
        return keys, rows, places

    def _different_in_both_lanes(self) -> tuple[list[tuple[int, int]], Hashes, Hashes]:
        import numpy as np

        pairs: Any = np.empty(len(self.first), dtype=[("one", np.uint64), ("two", np.uint64)])
        pairs["one"], pairs["two"] = self.first, self.second
        found, rows, places = np.unique(pairs, return_index=True, return_inverse=True)
        keys = list(zip(found["one"].tolist(), found["two"].tolist(), strict=True))
        return keys, rows, places
