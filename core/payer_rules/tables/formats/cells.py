"""Rows of cells in the smaller files, with their lines; quoted cells may contain line breaks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import DOWNLOAD
from payer_rules.tables.formats.table_format import Chunks

_CUT: Final = "Download the file again: it is incomplete."


def rows_of(lines: Sequence[bytes]) -> list[list[str]]:
    """Return the rows in the first lines of a file; rows after an unclosed quote are left out."""
    text = [line.decode("utf-8-sig", errors="replace") for line in lines]
    rows: list[list[str]] = []
    with suppress(csv.Error):
        for row in csv.reader(text, delimiter=mark_of(lines)):
            rows.append([cell.strip() for cell in row])
    return rows


def mark_of(lines: Sequence[bytes]) -> str:
    """Return the delimiter of the cells: a tab if there is one, or a comma."""
    return "\t" if any(b"\t" in line for line in lines) else ","


class CellRows:
    """The rows of a file below its heading: the line on which each ends, and its cells."""

    def __init__(self, chunks: Chunks, file_import: FileImport) -> None:
        self._reading = file_import
        self._last = b""
        self._is_broken = False
        self._first = next(chunks, [])
        self._chunks = chunks
        self._rows = csv.reader(self._texts(), delimiter=mark_of(self._first))

    def _texts(self) -> Iterator[str]:
        for chunk in (self._first, *self._chunks):
            for self._last in chunk:
                yield self._last.decode("utf-8-sig", errors="replace")

    def _sound_rows(self) -> Iterator[list[str]]:
        """Yield the rows up to one that is not CSV, and record a problem for that one."""
        try:
            yield from self._rows
        except csv.Error as error:
            self._reading.log.note(
                self._rows.line_num, f"this is not a row of CSV ({error})", DOWNLOAD
            )
            self._is_broken = True

    def below(self, heading: int, columns: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows below the heading that have this many cells; record other rows."""
        log, count = self._reading.log, 0
        for at, row in enumerate(self._sound_rows()):
            line = self._rows.line_num
            cells = [cell.strip() for cell in row]
            if at < heading or not any(cells):
                continue
            count += 1
            if "\ufffd" in "".join(cells):
                log.note(line, "the line is not UTF-8", DOWNLOAD)
            elif len(cells) != columns:
                log.note(line, f"the row has {len(cells)} cells, not {columns}", DOWNLOAD)
            else:
                yield line, cells
        if self._is_broken:
            return
        if not self._last.endswith(b"\n"):
            log.note(self._rows.line_num, "the file ends within this line", _CUT)
        elif not count:
            log.note(self._rows.line_num, "no row follows the heading", _CUT)
