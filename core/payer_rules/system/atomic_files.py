"""Files that replace others when they are complete, and comparison of paths."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.signals import signals_deferred

#: Names of files that are open already; these are written to directly.
_OPEN_FILES: Final = ("/dev/fd/", "/proc/self/fd/", "/dev/stderr")
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_PREFIX: Final = ".payer-rules-"
_SUFFIX: Final = ".tmp"
#: Errors of file systems that cannot sync files.
_CANNOT_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EROFS)


class ReportText(io.TextIOWrapper):
    """The text stream of a report; it owns its descriptor.

    If the reader of a pipe stops reading, the rest is dropped. Any other error of the system raises
    `InputError` with the name of the report.
    """

    def __init__(
        self,
        descriptor: int,
        where: str,
        name: str,
        *,
        encoding: str = "utf-8",
        is_terminal: bool = False,
    ) -> None:
        self._where, self._name = where, name
        super().__init__(
            open(descriptor, "wb"),  # noqa: SIM115
            encoding,
            errors="backslashreplace",
            line_buffering=is_terminal,
        )

    def write(self, text: str, /) -> int:
        """Write the text; drop it if a pipe has no reader."""
        with self._errors_named():
            return super().write(text)
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Write the content of a report that is no text."""
        with self._errors_named():
            self.buffer.write(content)

    def flush(self) -> None:
        """Write the buffered text."""
        with self._errors_named():
            super().flush()

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._drop()
        except OSError as error:
            self._drop()
            raise write_error(self._where, self._name, error) from error

    def _drop(self) -> None:
        """Discard the buffered text, so that closing does not fail again."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


class Replacement:
    """A file that is written under a temporary name in the folder of ``path``, and replaces it.

    The file at ``path`` does not change until `move` is called; `discard` deletes the temporary
    file. A device or a pipe is written to directly. A link stays a link: its target is replaced.
    The permissions of the old file are kept. Raises `InputError` with the place ``where``.
    """

    def __init__(self, path: Path, where: str, name: str) -> None:
        self._where, self._name = where, name
        self._temporary: Path | None = None
        with self._errors_named():
            self._old = _status(path)
            if is_open_file(path) or (self._old and not stat.S_ISREG(self._old.st_mode)):
                self.text = ReportText(os.open(path, os.O_WRONLY), where, name)
                return
            self._target = Path(os.path.realpath(path))
            # NOTE: read now, before a plugin can change the umask.
            self._permissions = _permissions(self._old)
            if self._old and not os.access(self._target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            _sweep(self._target.parent)
            with signals_deferred():
                descriptor, temporary = _temporary(self._target.parent)
                self._temporary = temporary
                # NOTE: the file stays locked until it is moved, also after it is closed.
                self._lock = os.dup(descriptor)
                self.text = ReportText(descriptor, where, name)

    def close(self) -> None:
        """Write everything to the disk and close the file."""
        with self._errors_named():
            self.text.flush()
            if self._temporary is not None:
                _sync(self.text.fileno())
            self.text.close()

    def move(self) -> None:
        """Replace the old file by the closed file."""
        if self._temporary is None:
            return
        with self._errors_named(), signals_deferred():
            if self._old is not None:
                _keep_owner(self._temporary, self._old)
            self._temporary.chmod(self._permissions)
            self._temporary.replace(self._target)
            self._temporary = None
            os.close(self._lock)

    def discard(self) -> None:
        """Delete the temporary file, unless it was moved."""
        with signals_deferred():
            with suppress(OSError, InputError):
                self.text.close()
            if self._temporary is not None:
                self._temporary.unlink(missing_ok=True)
                self._temporary = None
                os.close(self._lock)

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise write_error(self._where, self._name, error) from error


def try_lock(descriptor: int) -> bool:
    """Return True if the file could be locked; the lock ends with the processes that hold it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _temporary(folder: Path) -> tuple[int, Path]:
    """Return a new file in the folder; it is locked while this run writes to it."""
    descriptor, name = tempfile.mkstemp(".new", _PREFIX, folder)
    try_lock(descriptor)
    if os.name != "posix":
        return descriptor, Path(name)
    # NOTE: the file gets this name only after it is locked.
    return descriptor, Path(name).rename(Path(name).with_suffix(_SUFFIX))


def _sweep(folder: Path) -> None:
    """Delete the temporary files of killed runs in the folder."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if os.name == "posix" else ():
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if try_lock(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def write_error(where: str, name: str, error: OSError) -> InputError:
    """Return the error of a file that cannot be written."""
    remedy = "Free space there." if error.errno in _FULL else "Name another file."
    return InputError(
        [
            Problem(
                where, f"{name} cannot be written: {error.strerror}", remedy, ErrorCode.OUTPUT_FILE
            )
        ]
    )


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def replace_file(path: Path, text: str, where: str, name: str) -> None:
    """Replace the file by the text."""
    replacement = Replacement(path, where, name)
    try:
        replacement.text.write(text)
        replacement.close()
        replacement.move()
    finally:
        replacement.discard()


def is_open_file(path: Path) -> bool:
    """Return True if the path names a file that this process has open, such as ``/dev/fd/3``."""
    return os.path.abspath(path).startswith(_OPEN_FILES)


def is_standard_output(path: Path) -> bool:
    """Return True if the path is another name of standard output."""
    return os.path.abspath(path) in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def same_file(one: Path, other: Path) -> bool:
    """Return True if both paths are the same existing file, also by links or in another case."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _permissions(old: os.stat_result | None) -> int:
    """Return the permissions of the old file, or those of a new file."""
    if old is not None:
        return stat.S_IMODE(old.st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _keep_owner(path: Path, old: os.stat_result) -> None:
    """Set the owner of the old file, if that is allowed."""
    if os.name == "posix" and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.chown(path, old.st_uid, old.st_gid)
