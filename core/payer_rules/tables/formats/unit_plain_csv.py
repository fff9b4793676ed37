"""Medically unlikely edits in plain CSV: Medicare's with several settings, Medicaid's with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import DOWNLOAD
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.formats.unit_csv import is_sound
from payer_rules.tables.releases import TableIdentity

_MEDICARE: Final = ["service", "code", "mue", "mai", "rationale"]
_MEDICAID: Final = ["code", "mue", "rationale"]
_SETTINGS: Final = {
    "practitioner": "practitioner",
    "outpatient_hospital": "outpatient-hospital",
    "dme_supplier": "dme",
}
_MAIS: Final = ("1", "2", "3")


def _heading_of_medicare(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity(program="medicare") if rows_of(lines[:1]) == [_MEDICARE] else None


def _heading_of_medicaid(lines: Sequence[bytes]) -> TableIdentity | None:
    return TableIdentity(program="medicaid") if rows_of(lines[:1]) == [_MEDICAID] else None


def _read_medicare(chunks: Chunks, file_import: FileImport) -> None:
    log = file_import.log
    for line, cells in CellRows(chunks, file_import).below(1, len(_MEDICARE)):
        service, code, most, mai, rationale = cells
        noted = log.count
        if service not in _SETTINGS:
            log.note(line, f"service is {service!r}, not one of {', '.join(_SETTINGS)}", DOWNLOAD)
        if mai not in _MAIS:
            log.note(line, f"mai is {mai!r}, not 1, 2 or 3", DOWNLOAD)
        if is_sound(code, most, line, log) and log.count == noted:
            draft, base = file_import.units(_SETTINGS[service])
            draft.add(code, int(most), int(mai), rationale, base + line)


def _read_medicaid(chunks: Chunks, file_import: FileImport) -> None:
    draft, base = file_import.units(file_import.identity.setting)
    for line, (code, most, rationale) in CellRows(chunks, file_import).below(1, len(_MEDICAID)):
        if is_sound(code, most, line, file_import.log):
            draft.add(code, int(most), None, rationale, base + line)


UNIT_MEDICARE_CSV: Final = TableFormat(
    "MUEs of Medicare, plain CSV",
    "units",
    _heading_of_medicare,
    _read_medicare,
    names_setting=True,
)
UNIT_MEDICAID_CSV: Final = TableFormat(
    "MUEs of Medicaid, plain CSV", "units", _heading_of_medicaid, _read_medicaid
)
