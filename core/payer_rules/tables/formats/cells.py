"""Rows of cells in the smaller files, told by their lines; quoted cells may hold line breaks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Final

from payer_rules.tables.drafts import Reading
from payer_rules.tables.formats.fields import AGAIN
from payer_rules.tables.formats.table_format import Chunks

_CUT: Final = "Fetch the file again: it was cut off."


def rows_of(lines: Sequence[bytes]) -> list[list[str]]:
    """The rows in the first lines of a file; what comes after a cell that does not end is lost."""
    text = [line.decode("utf-8-sig", errors="replace") for line in lines]
    return [[cell.strip() for cell in row] for row in csv.reader(text, delimiter=mark_of(lines))]


def mark_of(lines: Sequence[bytes]) -> str:
    """What stands between two cells: a tab where there is one, else a comma."""
    return "\t" if any(b"\t" in line for line in lines) else ","


class CellRows:
    """The rows of a file below its heading: the line on which each ends, and its cells."""

    def __init__(self, chunks: Chunks, reading: Reading) -> None:
        self._reading = reading
        self._last = b""
        self._first = next(chunks, [])
        self._chunks = chunks
        self._rows = csv.reader(self._texts(), delimiter=mark_of(self._first))

    def _texts(self) -> Iterator[str]:
        for chunk in (self._first, *self._chunks):
            for self._last in chunk:
                yield self._last.decode("utf-8-sig", errors="replace")

    def below(self, heading: int, columns: int) -> Iterator[tuple[int, list[str]]]:
        """The rows after so many, with as many cells as there are columns; others are faults."""
        log, count = self._reading.log, 0
        for at, row in enumerate(self._rows):
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
        if not self._last.endswith(b"\n"):
            log.note(self._rows.line_num, "the file ends within this line", _CUT)
        elif not count:
            log.note(self._rows.line_num, "no row follows the heading", _CUT)
