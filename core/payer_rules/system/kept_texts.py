"""Texts that a run keeps until it has ended, in memory or in a file without a name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Final

from payer_rules.system.atomic_files import write_error

#: The most characters that are kept in memory.
_IN_MEMORY: Final = 1 << 22


class KeptText:
    """A text that is written first and read then, line by line.

    It may be of any size: what memory has no room for is in a temporary file that no other program
    can open, and of which a run that is killed leaves nothing. Raises `InputError` if that cannot
    be written.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(  # noqa: SIM115
            _IN_MEMORY, "w+", encoding="utf-8", errors="backslashreplace", newline=""
        )

    def write(self, text: str) -> None:
        """Add the text."""
        with _errors_named():
            self._file.write(text)

    def lines(self) -> Iterator[str]:
        """Yield the lines of what was written, each time from the first one."""
        with _errors_named():
            self._file.seek(0)
        # NOTE: "yield from" would close the file with an iterator that is given up.
        while line := self._file.readline():
            yield line

    def close(self) -> None:
        """Drop the text."""
        self._file.close()


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error("TMPDIR", "the temporary file of a report", error) from error
