"""Claims set aside on disk until all have been read: in parts, each with whole members.

What was paid to a member is history of that member's later claims, and these may stand anywhere in
any of the files. So a run of any size reads first, and judges part by part.
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

#: A part of a run of ten million claims has some forty thousand.
PARTITIONS: Final = 256
_BATCH: Final = 32


@attrs.frozen(eq=False)
class DiskPartitions:
    """The parts of a run in a folder that nobody else uses; they hold what the claims say."""

    folder: Path
    _waiting: list[list[object]] = attrs.field(
        factory=lambda: [[] for _ in range(PARTITIONS)], init=False
    )

    def __attrs_post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)

    def put(self, part: int, held: object) -> None:
        """Set something aside in the part."""
        waiting = self._waiting[part]
        waiting.append(held)
        if len(waiting) >= _BATCH:
            self._write(part)

    def close(self) -> None:
        """Write what was not written yet; a part without claims has no file."""
        for part in range(PARTITIONS):
            if self._waiting[part]:
                self._write(part)

    def _write(self, part: int) -> None:
        append(self.folder / f"{part:03}", self._waiting[part])
        self._waiting[part].clear()


def append(path: Path, batch: object) -> None:
    """Write one more batch behind those in the file."""
    try:
        with path.open("ab") as file:
            dump(batch, file)
    except OSError as error:
        raise write_error("TMPDIR", "the folder of temporary files", error) from error


def each(path: Path) -> Iterator[Any]:
    """Yield what the batches of the file hold, one after another.

    The file is open only while a batch is read: many are merged, and few may be open at once.
    """
    at = 0
    while True:
        with path.open("rb") as file:
            file.seek(at)
            try:
                # NOTE: this run wrote it, into a folder of its own.
                batch: Iterable[Any] = pickle.load(file)
            except EOFError:
                return
            at = file.tell()
        yield from batch


def partition_of(whose: str) -> int:
    """The part in which all lies that is one member's, or one provider's."""
    return int.from_bytes(blake2b(whose.encode(), digest_size=2).digest()) % PARTITIONS
