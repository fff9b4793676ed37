"""Opening of the files that a user names: what is not a regular file is refused in one place.

A pipe, a device or a socket may never end, blocks whoever opens it, and cannot be read twice.
"""

from __future__ import annotations

import functools
import io
import os
import stat
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from payer_rules.errors import InputError, Problem

#: Bytes of a file that is read as a whole: some fifty thousand claims in TOML or JSON. Its values,
#: and the places of its faults, take up to a hundred times as much memory.
LARGEST_DOCUMENT: Final = 1 << 25
#: File systems whose files are made by the kernel while they are read.
_MADE_BY_KERNEL: Final = ("/proc", "/sys")


def special_file(path: Path, name: str | None = None) -> Problem | None:
    """Return the fault of a path that is not a regular file; raises `OSError` if there is none."""
    return _special(path.stat(), name or path.name or str(path))


def is_no_folder(path: Path | Traversable) -> bool:
    """Return True if something has this name that is not a folder, though it may be no file."""
    return path.is_file() or (isinstance(path, Path) and path.exists() and not path.is_dir())


def open_regular(path: Path | Traversable, name: str | None = None) -> io.BufferedReader:
    """Open the file to read bytes; raises `InputError` if it is a pipe, a device or a directory.

    Raises `OSError` where the system does not open it. A resource of a package is opened as it is.
    """
    if not isinstance(path, Path):
        return cast("io.BufferedReader", path.open("rb"))
    if problem := special_file(path, name):
        raise InputError([problem])
    # NOTE: what lies there may have changed meanwhile, and to open a pipe must not block.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    if problem := _special(os.fstat(descriptor), name or path.name):
        os.close(descriptor)
        raise InputError([problem])
    return os.fdopen(descriptor, "rb")


def content_of(path: Path | Traversable, name: str, largest: int = LARGEST_DOCUMENT) -> bytes:
    """Return the bytes of the file; raises `InputError` if it cannot be read or is larger."""
    try:
        with open_regular(path, name) as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise InputError([read_problem(name, error)]) from error
    if len(content) > largest:
        raise InputError([too_large(name, largest)])
    return content


def read_problem(name: str, error: OSError) -> Problem:
    """Return the fault of a file that the system does not open."""
    if isinstance(error, IsADirectoryError):
        return Problem(name, "this is a directory, and a file belongs here", "Name a file in it.")
    if isinstance(error, PermissionError):
        return Problem(name, "you may not read this file", "Ask for permission to read it.")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return missing_file(name)
    return Problem(name, f"the file cannot be read ({error.strerror})", "Check the file.")


def missing_file(name: str) -> Problem:
    """Return the problem of a file that does not exist."""
    return Problem(name, "there is no such file", "Check the path.")


def too_large(where: str, largest: int) -> Problem:
    """Return the fault of something that is read at once and is larger than that."""
    message = f"more than {largest >> 20} MB stand here, and are read at once"
    remedy = "Divide it; 837, CSV, Parquet and NDJSON are read claim by claim, of any length."
    return Problem(where, message, remedy)


_BINARY: Final = getattr(os, "O_BINARY", 0)


def _special(status: os.stat_result, name: str) -> Problem | None:
    if stat.S_ISDIR(status.st_mode):
        return read_problem(name, IsADirectoryError())
    if stat.S_ISREG(status.st_mode) and status.st_dev not in _kernel_devices():
        return None
    message = "this is a pipe or device, and a file belongs here"
    return Problem(name, message, "Write what comes out of it into a file.")


@functools.cache
def _kernel_devices() -> frozenset[int]:
    devices = set()
    for folder in _MADE_BY_KERNEL:
        try:
            status = os.stat(folder)
        except OSError:
            continue
        # NOTE: in a container /sys may be an ordinary folder of the root file system.
        if os.path.ismount(folder):
            devices.add(status.st_dev)
    return frozenset(devices)
