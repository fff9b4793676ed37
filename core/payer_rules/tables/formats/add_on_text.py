"""Add-on codes as CMS publishes them: a notice, a heading, then the rows between tabs.

Days are told as year and day of the year, such as 2024183. The heading was read in descriptions of
the file, so the columns are found by their names, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.add_on_csv import add_row
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import AGAIN, day_of, normal, ordinal_day_of, span_of
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import TableIdentity

_TYPE: Final = "aocedittype"
_CODE: Final = "addoncode"
_PRIMARY: Final = "primarycode"
_FROM: Final = "aocediteffdt"
_TO: Final = "aoceditdeldt"
_NEEDED: Final = frozenset([_TYPE, _CODE, _PRIMARY, _FROM, _TO])
_UNIT: Final = "julian"


def _found(lines: Sequence[bytes]) -> tuple[int, list[str]] | None:
    """Which row is the heading, and the names of its columns."""
    for at, row in enumerate(rows_of(lines[:20])):
        names = [normal(cell).removesuffix(_UNIT) for cell in row]
        if set(names) >= _NEEDED:
            return at, names
    return None


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity() if _found(lines) else None


def _read(chunks: Chunks, reading: FileImport) -> None:
    first = next(chunks)
    found = _found(first)
    assert found is not None
    heading, names = found
    for line, cells in CellRows(chain([first], chunks), reading).below(heading + 1, len(names)):
        row = dict(zip(names, cells, strict=True))
        noted = reading.log.count
        effective = _day(row[_FROM], "the effective date", line, reading.log)
        deletion = _day(row[_TO], "the deletion date", line, reading.log)
        if effective is None and reading.log.count == noted:
            reading.log.note(line, "the effective date is empty", AGAIN)
        span = span_of(effective, deletion, line, reading.log)
        if span and reading.log.count == noted:
            add_row(reading, line, (row[_CODE], row[_TYPE], row[_PRIMARY]), span, is_dated=True)


def _day(text: str, name: str, line: int, log: ProblemLog) -> date | None:
    day = ordinal_day_of(text) or day_of(text)
    if text and day is None:
        log.note(line, f"{name} is {text!r}, not a day like 2024183", AGAIN)
    return day


ADD_ON_TEXT: Final = TableFormat("add-on codes, CMS's text", "add-ons", _heading, _read)
