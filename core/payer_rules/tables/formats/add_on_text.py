"""Add-on codes as CMS publishes them: a notice, a heading, then the rows between tabs.

Dates are a year and a day of the year, such as 2024183. The heading is known from descriptions of
the file only, so the columns are found by name, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.add_on_csv import add_row
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import DOWNLOAD, dates_of, day_of, normal, ordinal_day_of
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
    """Return the row number of the heading, and the names of its columns."""
    for at, row in enumerate(rows_of(lines[:20])):
        names = [normal(cell).removesuffix(_UNIT) for cell in row]
        if set(names) >= _NEEDED:
            return at, names
    return None


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity() if _found(lines) else None


def _read(chunks: Chunks, file_import: FileImport) -> None:
    first = next(chunks)
    found = _found(first)
    assert found is not None
    heading, names = found
    for line, cells in CellRows(chain([first], chunks), file_import).below(heading + 1, len(names)):
        row = dict(zip(names, cells, strict=True))
        noted = file_import.log.count
        effective = _day(row[_FROM], "the effective date", line, file_import.log)
        deletion = _day(row[_TO], "the deletion date", line, file_import.log)
        if effective is None and file_import.log.count == noted:
            file_import.log.note(line, "the effective date is empty", DOWNLOAD)
        span = dates_of(effective, deletion, line, file_import.log)
        if span and file_import.log.count == noted:
            add_row(file_import, line, (row[_CODE], row[_TYPE], row[_PRIMARY]), span, is_dated=True)


def _day(text: str, name: str, line: int, log: ProblemLog) -> date | None:
    day = ordinal_day_of(text) or day_of(text)
    if text and day is None:
        log.note(line, f"{name} is {text!r}, not a day like 2024183", DOWNLOAD)
    return day


ADD_ON_TEXT: Final = TableFormat("add-on codes, CMS's text", "add-ons", _heading, _read)
