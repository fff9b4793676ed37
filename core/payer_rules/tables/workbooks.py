"""Workbooks of CMS's tables: the first sheet, as lines of cells between tabs.

openpyxl reads them. It trusts what a workbook states about itself, so two checks come first: expat
parses every part once, and refuses what can grow without limit (entities, millions of elements, an
endless token); and the size that a sheet states is ignored.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

import attrs

from payer_rules.tables.archives import open_archive
from payer_rules.tables.problem_log import SourceError
from payer_rules.tables.size_limits import LARGEST, LONGEST_LINE, too_large

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

#: The most rows of a sheet in Excel, and the most columns: CMS's tables have at most eight.
_MOST_ROWS: Final = 1 << 20
_MOST_COLUMNS: Final = 32
#: The most elements of a part, by its root element: a sheet, the shared texts, and any other.
_ELEMENTS: Final = {"worksheet": 1 << 24, "sst": 1 << 20}
_FEW_ELEMENTS: Final = 1 << 16
#: The most rows that a sheet may leave out in one place: openpyxl creates them as empty rows.
_WIDEST_GAP: Final = 1000
_ROW: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"
_number: Final = re.compile("[0-9]{1,9}").fullmatch
_STEP: Final = 1 << 16
_BATCH: Final = 1 << 12
_BYTES: Final = 1 << 20


def lines_in_workbook(content: IO[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines of the first sheet, in lists of about a megabyte.

    Raises `SourceError`, or the error of a broken archive.
    """
    from openpyxl import load_workbook

    _check_parts(content)
    try:
        with warnings.catch_warnings():
            # NOTE: openpyxl warns of styles and extensions that it ignores.
            warnings.simplefilter("ignore")
            book = load_workbook(content, read_only=True, data_only=True)
    except Exception as error:
        # NOTE: openpyxl raises any kind of error for content that it does not expect.
        raise SourceError("the workbook cannot be read") from error
    try:
        yield from _lines_in_sheet(book.worksheets[0])
    except IndexError as error:
        raise SourceError("the workbook has no sheet") from error
    finally:
        book.close()


def _lines_in_sheet(sheet: ReadOnlyWorksheet) -> Iterator[list[bytes]]:
    width = sheet.max_column or 0
    if width > _MOST_COLUMNS:
        raise too_large(f"its first sheet has {width:,} columns")
    # NOTE: openpyxl would leave out rows beyond the size that the sheet states.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    count, size, lines = 0, 0, [b""]
    while lines:
        lines = _next_lines(rows, width)
        count += len(lines)
        size += sum(map(len, lines))
        if count > _MOST_ROWS:
            raise too_large(f"its first sheet has more than {_MOST_ROWS:,} rows")
        if size > LARGEST:
            raise too_large(f"its first sheet holds more than {LARGEST >> 20} MB")
        if lines:
            yield lines


def _next_lines(rows: Iterator[tuple[object, ...]], width: int) -> list[bytes]:
    """Return the next lines, about a megabyte of them; none at the end."""
    lines: list[bytes] = []
    size = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in islice(rows, _BATCH):
                lines.append(_line_of(row, width))
                size += len(lines[-1])
                if size > _BYTES:
                    break
    except SourceError:
        raise
    except Exception as error:
        raise SourceError("a row of the first sheet cannot be read") from error
    return lines


def _line_of(row: tuple[object, ...], width: int) -> bytes:
    """Return the cells as a line, without empty cells beyond the width of the sheet."""
    end = len(row)
    while end > width and row[end - 1] is None:
        end -= 1
    cells = ["" if cell is None else str(cell) for cell in row[:end]]
    if sum(map(len, cells)) > LONGEST_LINE:
        raise too_large(f"a row of its first sheet is longer than {LONGEST_LINE >> 20} MB")
    return ("\t".join(" ".join(cell.split()) for cell in cells) + "\n").encode()


def _check_parts(content: IO[bytes]) -> None:
    """Parse every part of the workbook to check its limits."""
    with open_archive(content, all_members=True) as archive:
        for info in archive.infolist():
            with archive.open(info) as part:
                _PartCheck().run(part)
    content.seek(0)


@attrs.define
class _PartCheck:
    """The check of one part; its root element decides how many elements it may have."""

    _left: int = _FEW_ELEMENTS
    _is_root: bool = True
    _row: int = 0

    def run(self, part: IO[bytes]) -> None:
        """Read the part to its end; raises `SourceError` if it exceeds a limit."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._count
        read = 0
        try:
            while chunk := part.read(_STEP):
                parser.Parse(chunk)
                read += len(chunk)
                # NOTE: expat parses an unfinished token again from its beginning with each step.
                if read - parser.CurrentByteIndex > LONGEST_LINE:
                    raise too_large("a value in it has no end")
        except expat.ExpatError:
            # NOTE: this is a picture, or XML that openpyxl cannot read either.
            return

    def _count(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_root:
            self._is_root = False
            self._left = _ELEMENTS.get(name.rpartition("}")[2], _FEW_ELEMENTS)
        self._left -= 1
        if self._left < 0:
            raise too_large("it has more elements than a workbook of CMS")
        if name == _ROW:
            self._follow(attributes.get("r"))

    def _follow(self, number: str | None) -> None:
        """Raise `SourceError` if rows are not in order: openpyxl would leave some out."""
        if number is not None and not _number(number):
            raise SourceError(f"the workbook numbers a row {number[:20]!r}")
        row = self._row + 1 if number is None else int(number)
        if not self._row < row <= self._row + _WIDEST_GAP:
            raise SourceError(f"in the workbook row {row} follows row {self._row}")
        self._row = row

    def _refuse(self, *_: object) -> None:
        raise SourceError("the workbook declares a document type, unlike those of CMS")
