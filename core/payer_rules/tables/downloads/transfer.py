"""The transfer of one file over HTTP: it continues where it was cut, and is checked at the end.

A file that is not complete has the suffix ``.part``, and beside it a note with the validator that
the server gave (an ETag, or the day of the last change). A later request asks for the rest only if
the server still has that version; else the file begins anew.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.tables.archives import BROKEN, open_archive
from payer_rules.tables.size_limits import LARGEST

_TIMEOUT: Final = 60.0
_CHUNK: Final = 1 << 16
#: How often a transfer that is cut is continued before the command gives up.
_ATTEMPTS: Final = 5
_AGENT: Final = {"User-Agent": "payer-rules", "Accept-Encoding": "identity"}
_PARTIAL: Final = 206
_NOT_SATISFIABLE: Final = 416
_LARGEST_PAGE: Final = 1 << 23
_AGAIN: Final = "Run the command again: it continues where it stopped."
_MOVED: Final = "Download the files in a browser, and import them: payer-rules tables import."

#: A function that receives how many bytes there are, and of how many if that is known.
Progress = Callable[[int, int | None], None]


class _CutError(Exception):
    """A transfer that ended early; it can be continued."""


def read_page(address: str) -> str:
    """Return the text of a page; raises `InputError` if it cannot be read."""
    try:
        with _opened(address, {}) as response:
            content: bytes = response.read(_LARGEST_PAGE)
            return content.decode("utf-8", errors="replace")
    except (OSError, HTTPException) as error:
        raise _failed(address, error) from error


def download(address: str, target: Path, progress: Progress = lambda *_: None) -> None:
    """Download a zip archive to the target, and check it.

    A part of it that an earlier call left is continued. Raises `InputError` if that is impossible;
    what arrived is kept unless it is wrong.
    """
    partial = PartialFile(target)
    for attempt in range(1, _ATTEMPTS + 1):
        before = partial.size
        try:
            _continue(address, partial, progress)
            break
        except _CutError as error:
            if attempt == _ATTEMPTS or partial.size == before:
                raise _cut(address, partial, error) from error
    _check(address, partial)
    partial.finish()


@attrs.frozen
class PartialFile:
    """A file that is being downloaded: its target, its part, and the note of its version."""

    target: Path

    @property
    def part(self) -> Path:
        """The part that has arrived."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def note(self) -> Path:
        """The note with the validator of the version."""
        return self.target.with_name(f"{self.target.name}.version")

    @property
    def size(self) -> int:
        """The number of bytes that have arrived."""
        return self.part.stat().st_size if self.part.is_file() else 0

    @property
    def version(self) -> str | None:
        """The validator of the version of which the part is, if the server gave one."""
        return self.note.read_text("utf-8") or None if self.note.is_file() else None

    def begin(self, version: str | None) -> None:
        """Begin anew with another version."""
        self.part.write_bytes(b"")
        self.note.write_text(version or "", "utf-8")

    def delete(self) -> None:
        """Delete what has arrived."""
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def finish(self) -> None:
        """Give the complete file its name."""
        os.replace(self.part, self.target)
        self.note.unlink(missing_ok=True)


def _continue(address: str, partial: PartialFile, progress: Progress) -> None:
    """Download what is missing of the file; raises `_CutError` if the transfer ends early."""
    have, version = partial.size, partial.version
    headers = {"Range": f"bytes={have}-", "If-Range": version} if have and version else {}
    try:
        with _opened(address, headers) as response:
            total = _prepare(response, partial)
            _append(response, partial, total, progress)
    except HTTPError as error:
        if error.code == _NOT_SATISFIABLE and headers:
            partial.delete()
            raise _CutError("the server has another version") from error
        raise _failed(address, error) from error
    except (HTTPException, ConnectionError, TimeoutError) as error:
        raise _CutError(str(error) or type(error).__name__) from error
    except URLError as error:
        raise _failed(address, error) from error


def _prepare(response: HTTPResponse, partial: PartialFile) -> int | None:
    """Return the size of the whole file; begin anew unless the rest of the part is sent."""
    length = response.headers.get("Content-Length")
    size = int(length) if length and length.isdecimal() else None
    if response.status == _PARTIAL:
        first, total = _range_of(response.headers.get("Content-Range", ""))
        if first == partial.size:
            return total if total is not None else (size + first if size is not None else None)
        partial.delete()
        raise _CutError("the server sent another part of the file")
    partial.begin(response.headers.get("ETag") or response.headers.get("Last-Modified"))
    return size


def _range_of(stated: str) -> tuple[int | None, int | None]:
    """Return the first byte of a part, and the size of the file, as ``Content-Range`` states."""
    span, _, total = stated.removeprefix("bytes ").partition("/")
    first = span.partition("-")[0]
    return (
        int(first) if first.isdecimal() else None,
        int(total) if total.isdecimal() else None,
    )


def _append(
    response: HTTPResponse, partial: PartialFile, total: int | None, progress: Progress
) -> None:
    size = partial.size
    with partial.part.open("ab") as file:
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            size += len(chunk)
            progress(size, total)
            if size > LARGEST:
                break
    if size > LARGEST or (total is not None and size > total):
        partial.delete()
        message = f"the file is larger than {LARGEST >> 20} MB, or than the server stated"
        raise InputError([Problem(partial.target.name, message, _MOVED, ErrorCode.DOWNLOAD)])
    if total is not None and size < total:
        raise _CutError(f"{size:,} of {total:,} bytes arrived")


def _check(address: str, partial: PartialFile) -> None:
    """Raise `InputError` unless the file is a sound archive; one that is not is deleted."""
    try:
        with partial.part.open("rb") as file:
            is_page = file.read(64).lstrip()[:1] == b"<"
            file.seek(0)
            if is_page:
                raise _wrong(address, "the server sent a web page and not the file")
            with closing(open_archive(file, all_members=True)) as archive:
                bad = archive.testzip()
        if bad is not None:
            raise _wrong(address, f"the archive is damaged at {bad!r}")
    except InputError:
        partial.delete()
        raise
    except (*BROKEN, zlib.error) as error:
        partial.delete()
        raise _wrong(address, f"the file is not a sound zip archive ({error})") from error


@contextmanager
def _opened(address: str, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    # NOTE: the address is of CMS's site, or of the mirror that the user named.
    request = Request(address, headers=_AGENT | headers)
    try:
        with urlopen(request, timeout=_TIMEOUT) as response:
            yield response
    except HTTPError as error:
        error.close()
        raise


def _wrong(address: str, message: str) -> InputError:
    return InputError([Problem(address, message, _MOVED, ErrorCode.DOWNLOAD)])


def _cut(address: str, partial: PartialFile, error: _CutError) -> InputError:
    message = f"the connection was cut after {partial.size:,} bytes ({error})"
    return InputError([Problem(address, message, _AGAIN, ErrorCode.DOWNLOAD)])


def _failed(address: str, error: Exception) -> InputError:
    """Return the problem of an address that is refused, or of a server that is not there."""
    if isinstance(error, HTTPError):
        message = f"the server answers {error.code} ({error.reason})"
        return InputError([Problem(address, message, _MOVED, ErrorCode.DOWNLOAD)])
    message = f"the server cannot be reached ({getattr(error, 'reason', None) or error})"
    remedy = "Check the connection, and run the command again."
    return InputError([Problem(address, message, remedy, ErrorCode.DOWNLOAD)])
