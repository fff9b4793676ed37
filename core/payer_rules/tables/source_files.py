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

from payer_rules.errors import InputError, Problem
from payer_rules.system.files import open_regular, read_problem
from payer_rules.tables.archives import BROKEN, content_of_member, open_archive, tables_in
from payer_rules.tables.problem_log import SourceError
from payer_rules.tables.releases import TableIdentity
from payer_rules.tables.size_limits import check_size, lines_in
from payer_rules.tables.workbooks import lines_in_workbook

_BROKEN: Final = (*BROKEN, zlib.error)
_CUT: Final = "Fetch the file again: it was cut off or damaged on its way."


class LineSource(Protocol):
    """An open source: its lines in lists of about a megabyte, and how much of it was read."""

    def chunks(self) -> Iterator[list[bytes]]:
        """The lines, with their line breaks."""

    def done(self) -> float:
        """The part that was read, 0 to 1."""


@attrs.frozen
class SourceFile:
    """One text of rows: where it lies, the name that faults give it, and what its name tells."""

    path: Path
    name: str
    told: TableIdentity
    digest: str
    _open: Callable[[], LineSource] = attrs.field(eq=False, repr=False)

    def chunks(self, watch: Callable[[float], None] = lambda _: None) -> Generator[list[bytes]]:
        """Yield the lines of the text; raises `InputError` where it is damaged or too large."""
        line = 0
        try:
            lines = self._open()
            for chunk in lines.chunks():
                yield chunk
                line += len(chunk)
                watch(lines.done())
        except _BROKEN as error:
            raise _unread(f"{self.name}:{line + 1}", error, "beyond this line ") from error


@attrs.frozen
class _Text:
    """A text that is read from a stream; ``below`` is what lies on disk, of this size."""

    stream: IO[bytes]
    size: int
    below: IO[bytes]

    def chunks(self) -> Iterator[list[bytes]]:
        with self.below, self.stream:
            yield from lines_in(self.stream)

    def done(self) -> float:
        return min(1.0, self.below.tell() / max(self.size, 1))


@attrs.define
class _Workbook:
    """The first sheet of a workbook as lines of cells between tabs."""

    content: IO[bytes]
    _done: float = 0.0

    def chunks(self) -> Iterator[list[bytes]]:
        with self.content:
            yield from lines_in_workbook(self.content)
        self._done = 1.0

    def done(self) -> float:
        return self._done


def sources_in(path: Path) -> list[SourceFile]:
    """Return the texts in a file: itself, or what a zip holds.

    Raises `InputError` if the file has none, cannot be read, or is larger than CMS's.
    """
    try:
        with _opened(path) as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            return list(_sources(path, content, f"sha256:{digest}"))
    except _BROKEN as error:
        raise _unread(path.name, error) from error


def _opened(path: Path) -> BufferedReader:
    """Open a file; raises `InputError`, or `SourceError` if it is larger than CMS's."""
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


def _unread(where: str, error: Exception, beyond: str = "") -> InputError:
    if isinstance(error, SourceError):
        return InputError([Problem(where, error.message, error.remedy)])
    return InputError([Problem(where, f"the file cannot be read {beyond}({error})", _CUT)])


def _sources(path: Path, content: IO[bytes], digest: str) -> Iterator[SourceFile]:
    told, kind = TableIdentity.by_name(path.name), path.suffix.lower()
    if kind == ".zip":
        with open_archive(content) as archive:
            for member in tables_in(archive, path.name):
                name = f"{path.name}/{Path(member).name}"
                inner = TableIdentity.by_name(Path(member).name).or_else(told)
                yield SourceFile(path, name, inner, digest, _opener(path, member))
    else:
        yield SourceFile(path, path.name, told, digest, _opener(path, None))


def _opener(path: Path, member: str | None) -> Callable[[], LineSource]:
    if (member or path.name).lower().endswith(".xlsx"):
        _need_openpyxl(member or path.name)
        return lambda: _Workbook(_content(path, member))
    if member:
        return lambda: _member_text(path, member)
    return lambda: _plain_text(path)


def _need_openpyxl(name: str) -> None:
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        message = "a workbook is read with openpyxl, which is not installed"
        remedy = "Run pip install 'payer-rules[xlsx]', or name CMS's text file."
        raise InputError([Problem(name, message, remedy)]) from error


def _plain_text(path: Path) -> LineSource:
    raw, size = _opened(path), path.stat().st_size
    if path.suffix.lower() == ".gz":
        return _Text(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), size, raw)
    return _Text(raw, size, raw)


def _member_text(path: Path, member: str) -> LineSource:
    file = _opened(path)
    # NOTE: the member can be read on after the archive is closed, and then closes the file.
    with _closed_on_error(file), open_archive(file) as archive:
        return _Text(archive.open(member), path.stat().st_size, file)


def _content(path: Path, member: str | None) -> IO[bytes]:
    """Return a workbook, which is read back and forth."""
    if member is None:
        return _opened(path)
    with _opened(path) as file, open_archive(file) as archive:
        return content_of_member(archive, member)
