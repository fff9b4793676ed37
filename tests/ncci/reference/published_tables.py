"""CMS's tables of 2024 Q3 once more, read line by line into the rows of the references."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final, Literal
from zlib import crc32

from add_on_reference import AddOnRow
from pair_reference import Row
from unit_reference import UnitRow

CHECKOUT: Final = Path(__file__).resolve().parents[3]
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
PAIRS: Final = {
    "practitioner": "ncci_ptp_practitioner_2024q3.csv.gz",
    "outpatient-hospital": "ncci_ptp_outpatient_hospital_2024q3.csv.gz",
}
UNITS: Final = "mue_medicare_2024q3.csv"
ADD_ONS: Final = "aoc_medicare_2024-06-03.csv"
#: The quarter of the tables, and a day in it.
QUARTER: Final = (date(2024, 7, 1), date(2024, 9, 30))
DAY: Final = date(2024, 8, 15)
ABSENT: Final = "PAYER_RULES_CMS names no folder with CMS's complete tables"

INDICATORS: Final[dict[str, Literal[0, 1, 9]]] = {"0": 0, "1": 1, "9": 9}
#: A row of pairs, and CMS's number for its rationale.
Told = tuple[Row, str]


def are_there() -> bool:
    """Whether the tables can be read here."""
    return all((CMS / name).is_file() for name in (*PAIRS.values(), UNITS, ADD_ONS))


def files() -> list[Path]:
    """All files of the release."""
    return [CMS / name for name in (*PAIRS.values(), UNITS, ADD_ONS)]


def pairs(setting: str, wanted: Callable[[str, str], bool]) -> Iterator[Told]:
    """The rows whose two codes are wanted, in the order of the file."""
    with gzip.open(CMS / PAIRS[setting], "rt", encoding="utf-8") as text:
        next(text)
        for line in text:
            if wanted(line[:5], line[6:11]):
                yield _row(line)


def rows_of_rationales(setting: str, rationales: tuple[str, ...]) -> Iterator[Told]:
    """The rows with one of CMS's numbers for rationales, in the order of the file."""
    ends = tuple(f",{number}\n" for number in rationales)
    with gzip.open(CMS / PAIRS[setting], "rt", encoding="utf-8") as text:
        for line in text:
            if line.endswith(ends):
                yield _row(line)


def _row(line: str) -> Told:
    one, other, last, indicator, rationale = line.rstrip("\n").split(",")
    deletion = date.fromisoformat(last) if last else None
    return Row(one, other, INDICATORS[indicator], deletion), rationale


def drawn(seed: int, one_of: int) -> Callable[[str, str], bool]:
    """Whether two codes, in either order, belong to a sample of one pair of so many."""

    def is_drawn(one: str, other: str) -> bool:
        low, high = (one, other) if one < other else (other, one)
        return crc32(f"{seed} {low} {high}".encode()) % one_of == 0

    return is_drawn


def units(setting: str) -> dict[str, UnitRow]:
    """The MUEs of a setting by code."""
    service = setting.replace("-", "_")
    with (CMS / UNITS).open(encoding="utf-8", newline="") as text:
        return {
            row["code"]: UnitRow(row["code"], int(row["mue"]), int(row["mai"]))
            for row in csv.DictReader(text)
            if row["service"] == service
        }


def add_ons() -> list[AddOnRow]:
    """All rows of the add-on code file."""
    with (CMS / ADD_ONS).open(encoding="utf-8", newline="") as text:
        return [
            AddOnRow(row["add_on_code"], int(row["aoc_type"]), row["primary_code"])
            for row in csv.DictReader(text)
        ]
