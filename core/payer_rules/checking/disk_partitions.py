"""Partitions on disk, each with all claims of some members, or of some providers.

An earlier claim of a member is history of the later ones, and they may be in any of the files. So
the claims of a large run are written to partitions first, and each partition is then evaluated.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.checking.fast_pickle import dump
from payer_rules.system.atomic_files import write_error

#: With ten million claims a partition has about forty thousand.
PARTITIONS: Final = 256
_BATCH: Final = 32


@attrs.frozen(eq=False)
class DiskPartitions:
    """The partitions of a run, in a folder that no other process uses."""

    folder: Path
    _waiting: list[list[object]] = attrs.field(
        factory=lambda: [[] for _ in range(PARTITIONS)], init=False
    )

    def __attrs_post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)

    def put(self, partition: int, item: object) -> None:
        """Add an item to the partition."""
        waiting = self._waiting[partition]
        waiting.append(item)
        if len(waiting) >= _BATCH:
            self._write(partition)

    def close(self) -> None:
        """Write the items that are still in memory; an empty partition has no file."""
        for partition in range(PARTITIONS):
            if self._waiting[partition]:
                self._write(partition)

    def _write(self, partition: int) -> None:
        append_batch(self.folder / f"{partition:03}", self._waiting[partition])
        self._waiting[partition].clear()


def append_batch(path: Path, batch: object) -> None:
    """Append a batch of items to the file."""
    try:
        with path.open("ab") as file:
            dump(batch, file)
    except OSError as error:
        raise write_error("TMPDIR", "the folder of temporary files", error) from error


def stored_items(path: Path) -> Iterator[Any]:
    """Yield the items of all batches in the file.

    The file is open only while a batch is read, because a merge reads many files and few may be
    open at a time.
    """
    at = 0
    while True:
        with path.open("rb") as file:
            file.seek(at)
            try:
                # NOTE: this run wrote the file, into its own folder.
                batch: Iterable[Any] = pickle.load(file)
            except EOFError:
                return
            at = file.tell()
        yield from batch


def partition_of(owner: str) -> int:
    """Return the partition of all items of one member, or of one provider."""
    return int.from_bytes(blake2b(owner.encode(), digest_size=2).digest()) % PARTITIONS
