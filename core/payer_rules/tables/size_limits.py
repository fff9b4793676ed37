"""The size limits of CMS's files, packed and unpacked; each is several times CMS's largest file.

A small file can unpack to more than any disk holds. A file above a limit is refused before it costs
memory or hours.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Final

from payer_rules.tables.problem_log import SourceError

#: The most bytes of a file, of an unpacked text, and of all that an archive unpacks to.
LARGEST: Final = 1 << 28
#: The most bytes of a line, and the most lines of a text.
LONGEST_LINE: Final = 1 << 20
MOST_LINES: Final = 1 << 22
#: The bytes that are read at once.
_CHUNK: Final = 1 << 20


def too_large(what: str) -> SourceError:
    """Return the error of a file that exceeds a limit."""
    return SourceError(f"this is not a table of CMS: {what}")


def check_size(size: int) -> None:
    """Raise `SourceError` if the size exceeds that of any file of CMS."""
    if size > LARGEST:
        raise too_large(f"it holds more than {LARGEST >> 20} MB")


def lines_in(stream: IO[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines of the stream, with their line breaks, in lists of about a megabyte.

    Raises `SourceError` at the first line that is too long, or if there are too many lines.
    """
    size, count, rest = 0, 0, b""
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        check_size(size)
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        lines = io.BytesIO(text[:cut]).readlines()
        rest = text[cut:]
        count += len(lines)
        if len(rest) > LONGEST_LINE:
            raise too_large(f"a line is longer than {LONGEST_LINE >> 20} MB")
        if count > MOST_LINES:
            raise too_large(f"it has more than {MOST_LINES:,} lines")
        if lines:
            yield lines
    if rest:
        yield [rest]
