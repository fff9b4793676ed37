#!/usr/bin/env python3
"""Write the extract of Medicare's physician fee schedule that travels with the Medicare plugin.

    python tools/extract_fee_schedule.py            write the extract
    python tools/extract_fee_schedule.py --check    compare it, change nothing

It reads the folder in ``PAYER_RULES_CMS`` (by default ``../shared/cms`` next to the checkout), and
writes relative values by edition, indices by locality, ranges of ZIP codes of one locality, and the
places of service by kind. No file has descriptions of codes.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import extract_medicare_tables as cms
from extracts import ExtractError, run

#: The conversion factor of later files, which do not state it, and the days that they are for.
LATER: Final = {
    "pfs_rvu_2025_october_bh.csv": ("RVU25D", "2025-10-01", "2025-12-31", "32.3465"),
    "pfs_rvu_2026_july_bh.csv": ("RVU26C", "2026-07-01", "2026-09-30", "33.4009"),
}
OF_2024: Final = "pfs_rvu_2024_bh.csv"
#: The editions of 2024, by the name that the file of their values has for each.
NAMES_2024: Final = {
    "rvu24a_jan": "RVU24A",
    "rvu24ar_jan": "RVU24AR",
    "rvu24b_apr": "RVU24B",
    "rvu24c_jul": "RVU24C",
}
INDICES: Final = {"RVU25D": "gpci_2025.csv", "RVU26C": "gpci_2026.csv"}
POSTAL: Final = "zip5_locality_2025-10.txt.gz"
PLACES: Final = "pos_codes.csv"
VALUES: Final = (
    "edition",
    "code",
    "status",
    "work",
    "practice",
    "facility_practice",
    "malpractice",
)
Rows = list[tuple[str, ...]]


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the extract; return 0 if done or equal, 1 if different, 2 if impossible."""
    return run(Path(__file__).name, __doc__, _made, arguments)


def _made() -> dict[Path, bytes]:
    return {cms.TABLES / name: text for name, text in extract(cms.cms_folder()).items()}


def extract(folder: Path) -> dict[str, bytes]:
    """Return the files of the extract by name."""
    editions, values = _values(folder)
    return {
        "value_editions.csv": cms.as_csv(("edition", "from", "to", "factor"), editions),
        "relative_values.csv": cms.as_csv((*VALUES, "multiple"), values),
        "locality_indices.csv": cms.as_csv(
            ("edition", "locality", "state", "work", "practice", "malpractice"),
            [row for name, file in INDICES.items() for row in _indices(name, folder / file)],
        ),
        "postal_localities.csv": cms.as_csv(
            ("first", "last", "locality", "plus_four"), _ranges(folder / POSTAL)
        ),
        "places_by_kind.csv": cms.as_csv(("place", "kind"), _places(folder / PLACES)),
        "SOURCE_FEES.toml": _note(folder),
    }


def _values(folder: Path) -> tuple[Rows, Rows]:
    editions: Rows = []
    values: Rows = []
    for row in _read(folder / OF_2024):
        name = NAMES_2024[row["release"]]
        edition = (name, row["from"], row["to"], row["conversion_factor"])
        if edition not in editions:
            editions.append(edition)
        values.append(_value(name, row))
    for file, edition in LATER.items():
        editions.append(edition)
        values += (_value(edition[0], row) for row in _read(folder / file))
    return editions, sorted(values)


def _value(edition: str, row: dict[str, str]) -> tuple[str, ...]:
    # NOTE: the sums that the file states show a number that was read wrongly.
    for practice, total in (("pe_nonfac", "total_nonfac"), ("pe_fac", "total_fac")):
        parts = [row["work"], row[practice], row["mp"]]
        if all(parts) and row[total]:
            sums = sum(round(float(part) * 100) for part in parts)
            if abs(sums - round(float(row[total]) * 100)) > 0:
                raise ExtractError(f"{edition} {row['code']}: {parts} is not {row[total]}")
    return (
        edition,
        row["code"],
        row["status"],
        row["work"],
        row["pe_nonfac"],
        row["pe_fac"],
        row["mp"],
        row["mult_proc"],
    )


def _indices(edition: str, path: Path) -> Iterator[tuple[str, ...]]:
    for row in _read(path):
        yield (
            edition,
            f"{row['mac']}-{row['locality']}",
            row["state"],
            row["pw_gpci_with_floor"],
            row["pe_gpci"],
            row["mp_gpci"],
        )


def _ranges(path: Path) -> Rows:
    """Return ranges of listed ZIP codes with nothing else between the first and the last."""
    with cms.opened(path) as text:
        rows = sorted(
            (line[2:7], f"{line[7:12]}-{line[12:14]}", line[20]) for line in text if line.strip()
        )
    ranges = [[rows[0][0], *rows[0]]]
    for before, after in pairwise(rows):
        if before[1:] == after[1:] and int(after[0]) == int(before[0]) + 1:
            ranges[-1][1] = after[0]
        else:
            ranges.append([after[0], *after])
    return [(first, last, locality, flag) for first, last, locality, flag in ranges]


def _places(path: Path) -> Rows:
    return [
        (row["pos"], "facility" if row["facility_type"] == "Facility" else "office")
        for row in _read(path)
        if row["facility_type"] in ("Facility", "Non-Facility")
    ]


def _read(path: Path) -> Iterable[dict[str, str]]:
    with cms.opened(path) as text:
        return list(csv.DictReader(text))


def _note(folder: Path) -> bytes:
    lines = ["# Made by tools/extract_fee_schedule.py. Change the script, not its files."]
    for name in (OF_2024, *LATER, *INDICES.values(), POSTAL, PLACES):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        lines += ["", "[[source]]", f'file = "{name}"', f'sha256 = "{digest}"']
    return "\n".join([*lines, ""]).encode()


if __name__ == "__main__":
    sys.exit(main())
