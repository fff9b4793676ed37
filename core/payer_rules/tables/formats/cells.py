"""Rows of cells in the smaller files, told by their lines; quoted cells may hold line breaks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import AGAIN
from payer_rules.tables.formats.table_format import Chunks

_CUT: Final = "Fetch the file again: it was cut off."


def rows_of(lines: Sequence[bytes]) -> list[list[str]]:
    """The rows in the first lines of a file; what comes after a cell that does not end is lost."""
    text = [line.decode("utf-8-sig", errors="replace") for line in lines]
    rows: list[list[str]] = []
    with suppress(csv.Error):
        for row in csv.reader(text, delimiter=mark_of(lines)):
            rows.append([cell.strip() for cell in row])
    return rows


def mark_of(lines: Sequence[bytes]) -> str:
    """What stands between two cells: a tab where there is one, else a comma."""
    return "\t" if any(b"\t" in line for line in lines) else ","


class CellRows:
    """The rows of a file below its heading: the line on which each ends, and its cells."""

    def __init__(self, chunks: Chunks, reading: FileImport) -> None:
        self._reading = reading
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
        """Yield the rows up to one that is no CSV, which is noted."""
        try:
            yield from self._rows
        except csv.Error as error:
            self._reading.log.note(self._rows.line_num, f"this is no row of CSV ({error})", AGAIN)
            self._is_broken = True

    def below(self, heading: int, columns: int) -> Iterator[tuple[int, list[str]]]:
        """The rows after so many, with as many cells as there are columns; others are faults."""
        log, count = self._reading.log, 0
        for at, row in enumerate(self._sound_rows()):
            line = self._rows.line_num
            cells = [cell.strip() for cell in row]
            if at < heading or not any(cells):
                continue
            count += 1
            if "\ufffd" in "".join(cells):
                log.note(line, "the line is not UTF-8", AGAIN)
            elif len(cells) != columns:
                log.note(line, f"the row has {len(cells)} cells, not {columns}", AGAIN)
            else:
                yield line, cells
        if self._is_broken:
            return
        if not self._last.endswith(b"\n"):
            log.note(self._rows.line_num, "the file ends within this line", _CUT)
        elif not count:
            log.note(self._rows.line_num, "no row follows the heading", _CUT)
