"""Medically unlikely edits as CMS publishes them: AMA's notice, the heading, then the rows.

Medicare's files have four columns; Medicaid's have no adjudication indicator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final

from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.cells import CellRows, rows_of
from payer_rules.tables.formats.fields import DOWNLOAD, check_code, normal
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import Program, TableIdentity

_MOST: Final = re.compile(r"[0-9]{1,9}").fullmatch
_MAI: Final = re.compile(r"([123])(?: .*)?").fullmatch
_SETTINGS: Final = {
    "practitionerservicesmuevalues": "practitioner",
    "outpatienthospitalservicesmuevalues": "outpatient-hospital",
    "dmesupplierservicesmuevalues": "dme",
}
_CODE: Final = "hcpcscptcode"
_MEDICARE: Final = ["mueadjudicationindicator", "muerationale"]
_MEDICAID: Final = ["muerationale"]


def _found(lines: Sequence[bytes]) -> tuple[int, TableIdentity] | None:
    """Return the row number of the heading, and the identity that it states."""
    for at, row in enumerate(rows_of(lines[:60])):
        code, most, *rest = [*map(normal, row), "", ""][: max(len(row), 2)]
        if code == _CODE and most in _SETTINGS and rest in (_MEDICARE, _MEDICAID):
            program: Program = "medicare" if rest == _MEDICARE else "medicaid"
            return at, TableIdentity(program=program, setting=_SETTINGS[most])
    return None


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    found = _found(lines)
    return found and found[1]


def _read(chunks: Chunks, file_import: FileImport) -> None:
    first = next(chunks)
    found = _found(first)
    assert found is not None
    draft, base = file_import.units(file_import.identity.setting)
    has_mai = found[1].program == "medicare"
    rows = CellRows(chain([first], chunks), file_import)
    for line, cells in rows.below(found[0] + 1, 4 if has_mai else 3):
        mai = _mai(cells[2], line, file_import.log) if has_mai else None
        if is_sound(cells[0], cells[1], line, file_import.log) and (mai or not has_mai):
            draft.add(cells[0], int(cells[1]), mai, cells[-1], base + line)


def is_sound(code: str, most: str, line: int, log: ProblemLog) -> bool:
    """Return True if both cells can be read; record a problem for each that cannot."""
    if not _MOST(most):
        log.note(line, f"the MUE is {most!r}, not a whole number", DOWNLOAD)
    return check_code(code, line, log) and _MOST(most) is not None


def _mai(text: str, line: int, log: ProblemLog) -> int | None:
    match = _MAI(text)
    if match is None:
        log.note(line, f"the adjudication indicator is {text!r}, not 1, 2 or 3", DOWNLOAD)
    return int(match[1]) if match else None


UNIT_CSV: Final = TableFormat("MUEs, CMS's CSV", "units", _heading, _read)
