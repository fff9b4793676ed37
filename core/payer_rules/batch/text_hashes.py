"""Hashes of the texts of a column, equal for cells that readers read as equal texts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

#: Numbers of 64 bits, one for each cell.
Hashes: TypeAlias = "np.ndarray[Any, Any]"
#: The constants of FNV-1a, of 64 bits.
_START: Final = 0xCBF29CE484222325
_PRIME: Final = 0x100000001B3


def hash_texts(column: pa.Array | pa.ChunkedArray) -> Hashes:
    """Return a hash of each text of the column; 0 for an empty cell, and for one that is no text.

    Whole numbers are texts, too, as in an id.
    """
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            parts = [hash_texts(chunk) for chunk in column.chunks]
            return np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    if pa.types.is_dictionary(column.type):
        words: Hashes = np.append(hash_texts(column.dictionary), np.uint64(0))
        indices = column.indices.cast(pa.int64()).fill_null(len(words) - 1)
        taken: Hashes = words[indices.to_numpy(zero_copy_only=False)]
        return taken
    texts = _texts(column)
    if texts is None:
        return np.zeros(len(column), np.uint64)
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    data = texts.buffers()[2]
    bytes_ = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    return _hashed(offsets, bytes_)


def _texts(column: pa.Array) -> pa.Array | None:
    """Return the cells as readers take them: without spaces around, whole numbers as digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_floating(kind):
        is_whole = pc.equal(column, pc.floor(column))
        column = pc.if_else(is_whole, column, None).cast(pa.int64(), safe=False)
    elif not (pa.types.is_integer(kind) or _is_text(kind)):
        return None
    return pc.utf8_trim(column.cast(pa.large_string()), blanks()).fill_null("")


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in tests)


@cache
def blanks() -> str:
    """Return the characters that `str.strip` removes."""
    return "".join(each for each in map(chr, range(0x3100)) if each.isspace())


def _hashed(offsets: Hashes, data: Hashes) -> Hashes:
    """Return the hash of each text between two offsets; 0 for an empty one.

    The texts are hashed together, byte by byte: those that are longer go on.
    """
    import numpy as np

    starts, lengths = offsets[:-1], np.diff(offsets)
    found: Hashes = np.zeros(len(starts), np.uint64)
    rest = np.flatnonzero(lengths)
    found[rest] = np.uint64(_START)
    prime, shift = np.uint64(_PRIME), np.uint64(32)
    place = 0
    while len(rest):
        found[rest] = (found[rest] ^ data[starts[rest] + place]) * prime
        place += 1
        rest = rest[lengths[rest] > place]
    filled = np.flatnonzero(lengths)
    mixed = found[filled]
    mixed = (mixed ^ (mixed >> shift)) * prime
    found[filled] = (mixed ^ (mixed >> shift)) | np.uint64(1)
    return found
