"""Pairs as CMS publishes them: six lines of headings, then seven cells between tabs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import DOWNLOAD, dates_of, day_of
from payer_rules.tables.formats.pair_rows import PairRows
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.pairs import PairTerms
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import TableIdentity

_COLUMNS: Final = 7
#: The lines below AMA's notice, which is not compared.
_HEADINGS: Final = (
    ["Column1/Column2 Edits"],
    [
        "Column 1",
        "Column 2",
        "*=in existence",
        "Effective",
        "Deletion",
        "Modifier",
        "PTP Edit Rationale",
    ],
    ["", "", "prior to 1996", "Date", "Date", "0=not allowed"],
    ["", "", "", "", "*=no data", "1=allowed"],
    ["", "", "", "", "", "9=not applicable"],
)
_FIRST: Final = 1
_STARRED: Final = ("", "*")
_INDICATORS: Final = ("0", "1", "9")


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    cells = [[cell.strip() for cell in _cells(line)[:2]] for line in lines[:6]]
    return TableIdentity() if ["Column 1", "Column 2"] in cells else None


def _cells(line: bytes) -> list[str]:
    return line.decode(errors="replace").rstrip().split("\t")


def _read(chunks: Chunks, file_import: FileImport) -> None:
    first = next(chunks)
    for number, expected in enumerate(_HEADINGS, _FIRST):
        found = [cell.strip() for cell in _cells(first[number])] if number < len(first) else []
        if found != expected:
            message = f"the heading is {' | '.join(found)!r}, and CMS's {' | '.join(expected)!r}"
            file_import.log.note(number + 1, message, "Use the file as CMS publishes it.")
            return
    rows = PairRows(file_import, b"\t", _COLUMNS, _ending)
    rows.read(chain([first], chunks), len(_HEADINGS) + _FIRST)


def _ending(cells: list[str], line: int, log: ProblemLog) -> PairTerms | None:
    star, effective, deletion, indicator, rationale = cells
    noted = log.count
    first, last = day_of(effective), day_of(deletion)
    if star not in _STARRED:
        log.note(line, f"the third cell is {star!r}, not * or nothing", DOWNLOAD)
    if first is None:
        log.note(line, f"the effective date is {effective!r}, not a day like 20240701", DOWNLOAD)
    if last is None and deletion != "*":
        log.note(line, f"the deletion date is {deletion!r}, not * or a day like 20240701", DOWNLOAD)
    if indicator not in _INDICATORS:
        log.note(line, f"the modifier indicator is {indicator!r}, not 0, 1 or 9", DOWNLOAD)
    if log.count > noted:
        return None
    span = dates_of(None if star else first, last, line, log)
    number: Any = int(indicator)
    if span is None:
        return None
    return PairTerms(span, is_dated=True, indicator=number, rationale=rationale or None)


PAIR_TEXT: Final = TableFormat("NCCI pairs, CMS's text", "pairs", _heading, _read)
