"""Partitions on disk, each with all claims of some members, or of some providers.

An earlier claim of a member is history of the later ones, and they may be in any of the files. So
the claims of a large run are written to partitions first, and each partition is then evaluated.
"""

from __future__ import annotations

import io
import pickle
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs

from payer_rules.checking.fast_pickle import dump
from payer_rules.system.atomic_files import write_error

#: With ten million claims a partition has about forty thousand.
PARTITIONS: Final = 256
_BATCH: Final = 32
#: The number of owners whose partition is kept.
_OWNERS: Final = 1 << 14
#: The most bytes of batches that wait in memory.
_WAITING: Final = 1 << 23


@attrs.define(eq=False)
class DiskPartitions:
    """The partitions of a run, in a folder that no other process uses.

    Their items wait in memory, in batches that are packed like files, until there are many.
    """

    folder: Path
    _waiting: list[list[object]] = attrs.field(
        factory=lambda: [[] for _ in range(PARTITIONS)], init=False
    )
    _packed: dict[int, io.BytesIO] = attrs.field(factory=dict, init=False)
    _size: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)

    def put(self, partition: int, item: object) -> None:
        """Add an item to the partition."""
        waiting = self._waiting[partition]
        waiting.append(item)
        if len(waiting) >= _BATCH:
            self._pack(partition)
            if self._size >= _WAITING:
                self._write()

    def close(self) -> None:
        """Write the items that are still in memory; an empty partition has no file."""
        for partition in range(PARTITIONS):
            if self._waiting[partition]:
                self._pack(partition)
        self._write()

    def _pack(self, partition: int) -> None:
        """Add the waiting items of the partition to its batches."""
        packed = self._packed.get(partition)
        if packed is None:
            packed = self._packed[partition] = io.BytesIO()
        before = packed.tell()
        dump(self._waiting[partition], packed)
        self._size += packed.tell() - before
        self._waiting[partition].clear()

    def _write(self) -> None:
        """Write the batches of all partitions to their files."""
        for partition, packed in self._packed.items():
            with _opened(self.folder / f"{partition:03}") as file:
                file.write(packed.getbuffer())
        self._packed.clear()
        self._size = 0


def append_batch(path: Path, batch: object) -> None:
    """Append a batch of items to the file."""
    with _opened(path) as file:
        dump(batch, file)


def append_batches(path: Path, items: Iterable[object]) -> None:
    """Append the items to the file, in batches of as many as a merge reads at a time."""
    rest = iter(items)
    with _opened(path) as file:
        while batch := list(islice(rest, _BATCH)):
            dump(batch, file)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file to append to it; raises `InputError` if it cannot be written."""
    try:
        with path.open("ab") as file:
            yield file
    except OSError as error:
        raise write_error("TMPDIR", "the folder of temporary files", error) from error


def stored_items(path: Path) -> Iterator[Any]:
    """Yield the items of all batches in the file."""
    return chain.from_iterable(_stored_batches(path))


def _stored_batches(path: Path) -> Iterator[Sequence[Any]]:
    """Yield the batches in the file.

    The file is open only while a batch is read, because a merge reads many files and few may be
    open at a time.
    """
    at = 0
    while True:
        with path.open("rb") as file:
            file.seek(at)
            try:
                # NOTE: this run wrote the file, into its own folder.
                batch: Sequence[Any] = pickle.load(file)
            except EOFError:
                return
            at = file.tell()
        yield batch


@attrs.define(eq=False)
class _MergedFile:
    """The items of a file that a merge has read and not yielded, and the batches after them."""

    items: Sequence[Any]
    following: Iterator[Sequence[Any]]

    @classmethod
    def first_of(cls, path: Path) -> _MergedFile | None:
        """Return the first batch of the file; ``None`` if it has no item."""
        batch = cls((), _stored_batches(path))
        return batch if batch.read() else None

    def read(self) -> bool:
        """Read the next items; return False if there are none."""
        self.items = next((batch for batch in self.following if batch), ())
        return bool(self.items)

    def taken(self, last: object) -> Sequence[Any]:
        """Return the items up to the last one, which are no longer items of the batch."""
        end = bisect_right(self.items, last)
        taken, self.items = self.items[:end], self.items[end:]
        return taken


def merged_items(files: Iterable[Path]) -> Iterator[Any]:
    """Yield the items of all files in order; those of each file are in order.

    What is up to the first of the last items of the batches in memory is complete: it is sorted at
    once, which is faster than to compare the items of all files one by one.
    """
    batches = [batch for batch in map(_MergedFile.first_of, files) if batch]
    while batches:
        last = min(batch.items[-1] for batch in batches)
        yield from sorted(chain.from_iterable([batch.taken(last) for batch in batches]))
        batches = [batch for batch in batches if batch.items or batch.read()]


@lru_cache(_OWNERS)
def partition_of(owner: str) -> int:
    """Return the partition of all items of one member, or of one provider."""
    return _digest_of(owner)[1] % PARTITIONS


def part_of(owner: str) -> int:
    """Return the part in which all items of one member are if their partition is divided."""
    return _digest_of(owner)[0] % PARTITIONS


def _digest_of(owner: str) -> bytes:
    """Return two bytes that depend on the whole text."""
    return blake2b(owner.encode(), digest_size=2).digest()
