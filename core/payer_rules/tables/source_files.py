"""The files that hold CMS's tables: plain, gzipped, inside a zip, or a workbook; read by lines."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, Final, Protocol, cast

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.files import open_regular, read_problem
from payer_rules.system.packages import require_packages
from payer_rules.tables.archives import BROKEN, content_of_member, open_archive, tables_in
from payer_rules.tables.problem_log import SourceError
from payer_rules.tables.releases import TableIdentity
from payer_rules.tables.size_limits import check_size, lines_in
from payer_rules.tables.workbooks import lines_in_workbook

_BROKEN: Final = (*BROKEN, zlib.error)
_CUT: Final = "Download the file again: it is incomplete or damaged."


class LineSource(Protocol):
    """An open source, read in lists of lines of about a megabyte."""

    def chunks(self) -> Iterator[list[bytes]]:
        """Yield the lines with their line breaks."""

    def progress(self) -> float:
        """Return the part that was read, from 0 to 1."""


@attrs.frozen
class SourceFile:
    """A source text: its path, its name in messages, and the identity that its name states."""

    path: Path
    name: str
    identity: TableIdentity
    digest: str
    _open: Callable[[], LineSource] = attrs.field(eq=False, repr=False)

    def chunks(self, report: Callable[[float], None] = lambda _: None) -> Generator[list[bytes]]:
        """Yield the lines of the text; raises `InputError` if it is damaged or too large."""
        line = 0
        try:
            lines = self._open()
            for chunk in lines.chunks():
                yield chunk
                line += len(chunk)
                report(lines.progress())
        except _BROKEN as error:
            raise _unreadable(f"{self.name}:{line + 1}", error, "beyond this line ") from error


@attrs.frozen
class _TextSource:
    """A text read from a stream over a file of this size."""

    stream: IO[bytes]
    size: int
    file: IO[bytes]

    def chunks(self) -> Iterator[list[bytes]]:
        with self.file, self.stream:
            yield from lines_in(self.stream)

    def progress(self) -> float:
        return min(1.0, self.file.tell() / max(self.size, 1))


@attrs.define
class _WorkbookSource:
    """The first sheet of a workbook as lines of cells between tabs."""

    content: IO[bytes]
    _progress: float = 0.0

    def chunks(self) -> Iterator[list[bytes]]:
        with self.content:
            yield from lines_in_workbook(self.content)
        self._progress = 1.0

    def progress(self) -> float:
        return self._progress


def sources_in(path: Path) -> list[SourceFile]:
    """Return the source texts of a file: the file itself, or the members of a zip.

    Raises `InputError` if the file has none, cannot be read, or is too large.
    """
    try:
        with _opened(path) as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            return list(_sources(path, content, f"sha256:{digest}"))
    except _BROKEN as error:
        raise _unreadable(path.name, error) from error


def _opened(path: Path) -> BufferedReader:
    """Open a file; raises `InputError`, or `SourceError` if it is too large."""
    try:
        file = open_regular(path)
    except OSError as error:
        raise InputError([read_problem(str(path), error)]) from error
    with _closed_on_error(file):
        check_size(os.fstat(file.fileno()).st_size)
    return file


@contextmanager
def _closed_on_error(file: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.close()
        raise


def _unreadable(where: str, error: Exception, place: str = "") -> InputError:
    if isinstance(error, SourceError):
        return InputError([Problem(where, error.message, error.remedy, ErrorCode.SOURCE_FILE)])
    message = f"the file cannot be read {place}({error})"
    return InputError([Problem(where, message, _CUT, ErrorCode.SOURCE_FILE)])


def _sources(path: Path, content: IO[bytes], digest: str) -> Iterator[SourceFile]:
    identity, kind = TableIdentity.from_name(path.name), path.suffix.lower()
    if kind == ".zip":
        with open_archive(content) as archive:
            for member in tables_in(archive, path.name):
                name = f"{path.name}/{Path(member).name}"
                inner = TableIdentity.from_name(Path(member).name).filled_from(identity)
                yield SourceFile(path, name, inner, digest, _opener(path, member))
    else:
        yield SourceFile(path, path.name, identity, digest, _opener(path, None))


def _opener(path: Path, member: str | None) -> Callable[[], LineSource]:
    if (member or path.name).lower().endswith(".xlsx"):
        require_packages(
            member or path.name,
            "xlsx",
            "which reads workbooks",
            "openpyxl",
            otherwise="use CMS's text file",
        )
        return lambda: _WorkbookSource(_content(path, member))
    if member:
        return lambda: _member_text(path, member)
    return lambda: _plain_text(path)


def _plain_text(path: Path) -> LineSource:
    raw, size = _opened(path), path.stat().st_size
    if path.suffix.lower() == ".gz":
        return _TextSource(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), size, raw)
    return _TextSource(raw, size, raw)


def _member_text(path: Path, member: str) -> LineSource:
    file = _opened(path)
    # NOTE: the member can be read after the archive is closed, and then closes the file.
    with _closed_on_error(file), open_archive(file) as archive:
        return _TextSource(archive.open(member), path.stat().st_size, file)


def _content(path: Path, member: str | None) -> IO[bytes]:
    """Return a workbook as a seekable file."""
    if member is None:
        return _opened(path)
    with _opened(path) as file, open_archive(file) as archive:
        return content_of_member(archive, member)
