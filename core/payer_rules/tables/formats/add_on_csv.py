"""Add-on codes in plain CSV: code, type and primary, without dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from payer_rules.rules import ALWAYS, DateRange
from payer_rules.tables.add_ons import BY_CONTRACTOR, AddOnTerms
from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import AGAIN, is_coded
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.releases import TableIdentity

_COLUMNS: Final = ["add_on_code", "aoc_type", "primary_code"]
_TYPES: Final = ("1", "2", "3")


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity() if rows_of(lines[:1]) == [_COLUMNS] else None


def _read(chunks: Chunks, reading: FileImport) -> None:
    for line, (code, kind, primary) in CellRows(chunks, reading).below(1, len(_COLUMNS)):
        add_row(reading, line, (code, kind, primary), ALWAYS, is_dated=False)


def add_row(
    reading: FileImport,
    line: int,
    cells: tuple[str, str, str],
    in_force: DateRange,
    *,
    is_dated: bool,
) -> None:
    """Take in a row of add-on code, type and primary, or note what is wrong with it."""
    (code, kind, primary), log = cells, reading.log
    noted = log.count
    is_coded(code, line, log)
    is_coded(primary, line, log)
    if kind not in _TYPES:
        log.note(line, f"the type is {kind!r}, not 1, 2 or 3", AGAIN)
    if code == primary:
        log.note(line, f"{code} is its own primary", AGAIN)
    if kind == "1" and primary == BY_CONTRACTOR:
        log.note(line, f"{code} is of type 1, and its primaries are the contractors'", AGAIN)
    if log.count == noted:
        draft, base = reading.add_ons()
        draft.add(code, AddOnTerms(int(kind), in_force, is_dated), primary, base + line)


ADD_ON_CSV: Final = TableFormat("add-on codes, plain CSV", "add-ons", _heading, _read)
