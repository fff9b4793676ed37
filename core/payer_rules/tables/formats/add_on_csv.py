"""Add-on codes in plain CSV: code, type and primary code, without dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from payer_rules.rules import ALWAYS, DateRange
from payer_rules.tables.add_ons import BY_CONTRACTOR, AddOnTerms
from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import DOWNLOAD, check_code
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.releases import TableIdentity

_COLUMNS: Final = ["add_on_code", "aoc_type", "primary_code"]
_TYPES: Final = ("1", "2", "3")


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity() if rows_of(lines[:1]) == [_COLUMNS] else None


def _read(chunks: Chunks, file_import: FileImport) -> None:
    for line, (code, kind, primary) in CellRows(chunks, file_import).below(1, len(_COLUMNS)):
        add_row(file_import, line, (code, kind, primary), ALWAYS, is_dated=False)


def add_row(
    file_import: FileImport,
    line: int,
    cells: tuple[str, str, str],
    in_force: DateRange,
    *,
    is_dated: bool,
) -> None:
    """Add a row of add-on code, type and primary code, or record its problems."""
    (code, kind, primary), log = cells, file_import.log
    noted = log.count
    check_code(code, line, log)
    check_code(primary, line, log)
    if kind not in _TYPES:
        log.note(line, f"the type is {kind!r}, not 1, 2 or 3", DOWNLOAD)
    if code == primary:
        log.note(line, f"{code} is its own primary", DOWNLOAD)
    if kind == "1" and primary == BY_CONTRACTOR:
        log.note(
            line,
            f"{code} is of type 1, and its primary code is CCCCC (defined by contractors)",
            DOWNLOAD,
        )
    if log.count == noted:
        draft, base = file_import.add_ons()
        draft.add(code, AddOnTerms(int(kind), in_force, is_dated), primary, base + line)


ADD_ON_CSV: Final = TableFormat("add-on codes, plain CSV", "add-ons", _heading, _read)
