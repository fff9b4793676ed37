"""Input files: only regular files are opened.

A pipe, a device or a socket may never end, may block when it is opened, and cannot be read twice.
"""

from __future__ import annotations

import functools
import io
import os
import stat
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

#: The most bytes of a file that is read as a whole: about fifty thousand claims in TOML or JSON.
#: The values in memory take up to a hundred times as much.
LARGEST_DOCUMENT: Final = 1 << 25
#: File systems whose files the kernel generates while they are read.
_MADE_BY_KERNEL: Final = ("/proc", "/sys")


def special_file(path: Path, name: str | None = None) -> Problem | None:
    """Return the problem of a path that is no regular file; raises `OSError` if it is missing."""
    return _special(path.stat(), name or path.name or str(path))


def is_no_folder(path: Path | Traversable) -> bool:
    """Return True if the path exists and is not a folder, also if it is not a regular file."""
    return path.is_file() or (isinstance(path, Path) and path.exists() and not path.is_dir())


def open_regular(path: Path | Traversable, name: str | None = None) -> io.BufferedReader:
    """Open the file to read bytes; raises `InputError` if it is a pipe, a device or a directory.

    Raises `OSError` if the system cannot open it. A resource of a package is opened without checks.
    """
    if not isinstance(path, Path):
        return cast("io.BufferedReader", path.open("rb"))
    if problem := special_file(path, name):
        raise InputError([problem])
    # NOTE: the file may have been replaced by now, and opening a pipe must not block.
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
    """Return the problem of a file that the system cannot open."""
    if isinstance(error, IsADirectoryError):
        message, remedy = "this is a directory and not a file", "Name a file in it."
        return Problem(name, message, remedy, ErrorCode.UNREADABLE_FILE)
    if isinstance(error, PermissionError):
        message, remedy = "you do not have permission to read this file", "Ask for it."
        return Problem(name, message, remedy, ErrorCode.UNREADABLE_FILE)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return missing_file(name)
    message = f"the file cannot be read ({error.strerror})"
    return Problem(name, message, "Check the file.", ErrorCode.UNREADABLE_FILE)


def missing_file(name: str) -> Problem:
    """Return the problem of a file that does not exist."""
    return Problem(name, "there is no such file", "Check the path.", ErrorCode.UNREADABLE_FILE)


def too_large(where: str, largest: int) -> Problem:
    """Return the problem of a file that is too large to be read as a whole."""
    message = f"the file is larger than {largest >> 20} MB, the most that is read as a whole"
    remedy = "Divide it, or use 837, CSV, Parquet or NDJSON, which may have any length."
    return Problem(where, message, remedy, ErrorCode.TOO_LARGE)


_BINARY: Final = getattr(os, "O_BINARY", 0)


def _special(status: os.stat_result, name: str) -> Problem | None:
    if stat.S_ISDIR(status.st_mode):
        return read_problem(name, IsADirectoryError())
    if stat.S_ISREG(status.st_mode) and status.st_dev not in _kernel_devices():
        return None
    message = "this is a pipe or device and not a file"
    return Problem(name, message, "Write its content to a file.", ErrorCode.UNREADABLE_FILE)


@functools.cache
def _kernel_devices() -> frozenset[int]:
    devices = set()
    for folder in _MADE_BY_KERNEL:
        try:
            status = os.stat(folder)
        except OSError:
            continue
        # NOTE: in a container /sys may be a normal folder of the root file system.
        if os.path.ismount(folder):
            devices.add(status.st_dev)
    return frozenset(devices)
