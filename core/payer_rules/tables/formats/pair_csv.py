"""Pairs in plain CSV: without effective dates, and with the numbers of rationales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from payer_rules.rules import Dates
from payer_rules.tables.drafts import Reading
from payer_rules.tables.faults import FaultLog
from payer_rules.tables.formats.fields import AGAIN, day_of
from payer_rules.tables.formats.pair_rows import PairRows
from payer_rules.tables.formats.table_format import Chunks, TableFormat
from payer_rules.tables.pairs import Says
from payer_rules.tables.releases import Told

_COLUMNS: Final = ("column1", "column2", "deletion_date", "modifier_indicator", "rationale_id")
_INDICATORS: Final = ("0", "1", "9")
#: CMS's rationales, in the order of their numbers in these files.
_RATIONALES: Final = (
    "CPT Manual or CMS manual coding instruction",
    "Mutually exclusive procedures",
    "Misuse of Column Two code with Column One code",
    "Standards of medical/surgical practice",
    "HCPCS/CPT procedure code definition",
    "CPT Separate procedure definition",
    "More extensive procedure",
    "Anesthesia service included in surgical procedure",
    "Standard preparation/monitoring services for anesthesia",
    "Sequential procedure",
    "Gender-specific procedures",
    "Laboratory panel",
)


def _heading(lines: Sequence[bytes]) -> Told | None:
    first = lines[0].decode(errors="replace") if lines else ""
    return Told() if tuple(first.strip().split(",")) == _COLUMNS else None


def _read(chunks: Chunks, reading: Reading) -> None:
    PairRows(reading, b",", len(_COLUMNS), _ending).read(chunks, 1)


def _ending(cells: list[str], line: int, log: FaultLog) -> Says | None:
    deletion, indicator, rationale = cells
    noted = log.count
    last = day_of(deletion)
    if last is None and deletion:
        log.note(line, f"deletion_date is {deletion!r}, not empty or a day like 20240701", AGAIN)
    if indicator not in _INDICATORS:
        log.note(line, f"modifier_indicator is {indicator!r}, not 0, 1 or 9", AGAIN)
    numbers = {str(number): told for number, told in enumerate(_RATIONALES, 1)}
    if rationale not in numbers:
        log.note(line, f"rationale_id is {rationale!r}, not 1 to {len(_RATIONALES)}", AGAIN)
    if log.count > noted:
        return None
    number: Any = int(indicator)
    return Says(Dates(None, last), is_dated=False, indicator=number, rationale=numbers[rationale])


PAIR_CSV: Final = TableFormat("NCCI pairs, plain CSV", "pairs", _heading, _read)
