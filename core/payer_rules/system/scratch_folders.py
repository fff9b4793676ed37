"""The temporary folder of a run, and the removal of folders that killed runs left."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from payer_rules.system.atomic_files import try_lock, write_error
from payer_rules.system.signals import signals_deferred

_PREFIX: Final = "payer-rules-"
_LOCK: Final = "lock"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a new folder; it is deleted when the context ends.

    The folder contains claims. If a run is killed, the next run deletes its folder. Raises
    `InputError` if no folder can be created.
    """
    try:
        with signals_deferred():
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = _locked(folder)
    except OSError as error:
        raise write_error("TMPDIR", "the folder of temporary files", error) from error
    try:
        _sweep(folder.parent)
        yield folder
    finally:
        with signals_deferred():
            os.close(lock)
            shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int:
    """Return a descriptor that locks the folder until the last process of the run ends."""
    path = folder / f"{_LOCK}.new"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try_lock(descriptor)
    if os.name == "posix":
        # NOTE: the file gets its final name only after it is locked.
        path.rename(folder / _LOCK)
    return descriptor


def _sweep(parent: Path) -> None:
    """Delete the folders of killed runs."""
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}") if os.name == "posix" else ():
        with suppress(OSError):
            descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if try_lock(descriptor):
                    shutil.rmtree(lock.parent, ignore_errors=True)
            finally:
                os.close(descriptor)
