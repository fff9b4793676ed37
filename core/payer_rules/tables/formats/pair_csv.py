"""Pairs in plain CSV: without effective dates, and with numbers for the rationales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from payer_rules.rules import DateRange
from payer_rules.tables.drafts import FileImport
from payer_rules.tables.formats.fields import DOWNLOAD, day_of
from payer_rules.tables.formats.pair_rows import PairRows
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.pairs import PairTerms
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import TableIdentity

_COLUMNS: Final = ("column1", "column2", "deletion_date", "modifier_indicator", "rationale_id")
_INDICATORS: Final = ("0", "1", "9")
#: CMS's rationales by their numbers in these files.
_RATIONALES: Final = {
    "1": "CPT Manual or CMS manual coding instruction",
    "2": "Mutually exclusive procedures",
    "3": "Misuse of Column Two code with Column One code",
    "4": "Standards of medical/surgical practice",
    "5": "HCPCS/CPT procedure code definition",
    "6": "CPT Separate procedure definition",
    "7": "More extensive procedure",
    "8": "Anesthesia service included in surgical procedure",
    "9": "Standard preparation/monitoring services for anesthesia",
    "10": "Sequential procedure",
    "11": "Gender-specific procedures",
    "12": "Laboratory panel",
}


def _heading(lines: Sequence[bytes]) -> TableIdentity | None:
    first = lines[0].decode(errors="replace") if lines else ""
    return TableIdentity() if tuple(first.strip().split(",")) == _COLUMNS else None


def _read(chunks: Chunks, file_import: FileImport) -> None:
    PairRows(file_import, b",", len(_COLUMNS), _ending).read(chunks, 1)


def _ending(cells: list[str], line: int, log: ProblemLog) -> PairTerms | None:
    deletion, indicator, rationale = cells
    noted = log.count
    last = day_of(deletion)
    if last is None and deletion:
        log.note(line, f"deletion_date is {deletion!r}, not empty or a day like 20240701", DOWNLOAD)
    if indicator not in _INDICATORS:
        log.note(line, f"modifier_indicator is {indicator!r}, not 0, 1 or 9", DOWNLOAD)
    if rationale not in _RATIONALES:
        log.note(line, f"rationale_id is {rationale!r}, not 1 to {len(_RATIONALES)}", DOWNLOAD)
    if log.count > noted:
        return None
    number: Any = int(indicator)
    return PairTerms(
        DateRange(None, last), is_dated=False, indicator=number, rationale=_RATIONALES[rationale]
    )


PAIR_CSV: Final = TableFormat("NCCI pairs, plain CSV", "pairs", _heading, _read)
