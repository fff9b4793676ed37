"""The files that hold CMS's tables: plain, gzipped, inside a zip, or a workbook; read by lines."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

import attrs

from payer_rules.errors import Fault, FaultError
from payer_rules.tables.releases import Told

if TYPE_CHECKING:
    from zipfile import ZipFile

#: How far a source is read in one go, in bytes.
_CHUNK: Final = 1 << 20
_TEXTS: Final = (".txt", ".csv")
_BROKEN: Final = (EOFError, OSError, zipfile.BadZipFile, zlib.error)
_CUT: Final = "Fetch the file again: it was cut off or damaged on its way."


class Lines(Protocol):
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
    told: Told
    digest: str
    _open: Callable[[], Lines] = attrs.field(eq=False, repr=False)

    def chunks(self, watch: Callable[[float], None] = lambda _: None) -> Generator[list[bytes]]:
        """The lines of the text; raises `FaultError` where the file is cut off or damaged."""
        line = 0
        try:
            lines = self._open()
            for chunk in lines.chunks():
                yield chunk
                line += len(chunk)
                watch(lines.done())
        except _BROKEN as error:
            problem = f"the file cannot be read beyond this line ({error})"
            raise FaultError([Fault(f"{self.name}:{line + 1}", problem, _CUT)]) from error


@attrs.frozen
class _Text:
    """A text that is read from a stream; ``below`` is what lies on disk, of this size."""

    stream: IO[bytes]
    size: int
    below: IO[bytes]

    def chunks(self) -> Iterator[list[bytes]]:
        with self.below, self.stream:
            while chunk := self.stream.readlines(_CHUNK):
                yield chunk

    def done(self) -> float:
        return min(1.0, self.below.tell() / max(self.size, 1))


@attrs.define
class _Workbook:
    """The first sheet of a workbook as lines of cells between tabs."""

    content: IO[bytes]
    _done: float = 0.0

    def chunks(self) -> Iterator[list[bytes]]:
        from openpyxl import load_workbook

        book = load_workbook(self.content, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            lines: list[bytes] = []
            for row in sheet.iter_rows(values_only=True):
                lines.append(_line_of(row))
                if len(lines) == 1 << 14:
                    yield lines
                    lines = []
            yield lines
            self._done = 1.0
        finally:
            book.close()

    def done(self) -> float:
        return self._done


def _line_of(row: tuple[object, ...]) -> bytes:
    cells = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
    return ("\t".join(cells) + "\n").encode()


def sources_in(path: Path) -> list[SourceFile]:
    """The texts in a file: itself, or what a zip holds; raises `FaultError` if it has none."""
    try:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return list(_sources(path, f"sha256:{digest}"))
    except FileNotFoundError as error:
        fault = Fault(str(path), "there is no such file", "Check the path.")
        raise FaultError([fault]) from error
    except _BROKEN as error:
        raise FaultError([Fault(str(path), f"the file cannot be read ({error})", _CUT)]) from error


def _sources(path: Path, digest: str) -> Iterator[SourceFile]:
    told, kind = Told.by_name(path.name), path.suffix.lower()
    if kind == ".zip":
        with zipfile.ZipFile(path) as archive:
            for member in _members(archive, path):
                name = f"{path.name}/{Path(member).name}"
                inner = Told.by_name(Path(member).name).or_else(told)
                yield SourceFile(path, name, inner, digest, _opener(path, member))
    else:
        yield SourceFile(path, path.name, told, digest, _opener(path, None))


def _members(archive: ZipFile, path: Path) -> list[str]:
    """The tables in an archive: CMS puts the same one in as text and as workbook."""
    names = [name for name in sorted(archive.namelist()) if not name.endswith("/")]
    texts = [name for name in names if name.lower().endswith(_TEXTS)]
    found = texts or [name for name in names if name.lower().endswith(".xlsx")]
    if not found:
        problem = f"the archive holds no table, but {', '.join(names) or 'nothing'}"
        raise FaultError([Fault(path.name, problem, "Name the archive as CMS publishes it.")])
    return found


def _opener(path: Path, member: str | None) -> Callable[[], Lines]:
    if (member or path.name).lower().endswith(".xlsx"):
        _need_openpyxl(member or path.name)
        return lambda: _Workbook(io.BytesIO(_content(path, member)))
    if member:
        return lambda: _member_text(path, member)
    return lambda: _plain_text(path)


def _need_openpyxl(name: str) -> None:
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        problem = "a workbook is read with openpyxl, which is not installed"
        remedy = "Run pip install 'payer-rules[xlsx]', or name CMS's text file."
        raise FaultError([Fault(name, problem, remedy)]) from error


def _plain_text(path: Path) -> Lines:
    raw, size = path.open("rb"), path.stat().st_size
    if path.suffix.lower() == ".gz":
        return _Text(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), size, raw)
    return _Text(raw, size, raw)


def _member_text(path: Path, member: str) -> Lines:
    with zipfile.ZipFile(path) as archive:
        # NOTE: the member can be read on after the archive is closed.
        stream = archive.open(member)
        return _Text(stream, archive.getinfo(member).file_size, stream)


def _content(path: Path, member: str | None) -> bytes:
    """All of a workbook, which is read back and forth."""
    if member is None:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(member)
