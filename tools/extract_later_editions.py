#!/usr/bin/env python3
"""Write the editions of CMS's tables after 2024 Q3 that travel with the plugins.

    python tools/extract_later_editions.py            write the extracts
    python tools/extract_later_editions.py --check    compare them, change nothing

It reads the folder in ``PAYER_RULES_CMS`` (by default ``../shared/cms`` next to the checkout):

1. Medicare's medically unlikely edits of practitioners of 2026. The source does not state the
   quarter; it is kept as the second one.
2. Medicaid's medically unlikely edits of practitioners of 2026 Q1, which have no indicator.
3. Status, global period and multiple-procedure indicator of the fee schedule, of three quarters.

Each row has the dates of service for which it was read, and the rows of the facts that state it.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import extract_medicare_tables as cms
from extracts import CHECKOUT, run

MEDICARE: Final = CHECKOUT / "plugins" / "payer_rules_medicare" / "tables"
MEDICAID: Final = CHECKOUT / "plugins" / "payer_rules_medicaid" / "tables"
NOTE: Final = "SOURCE_LATER.toml"
#: The codes of the field, with the units of 2024 Q3.
FAMILY: Final = "mue_family.csv"
Rows: TypeAlias = list[tuple[str, ...]]


def span(prefix: str, first: int, last: int) -> str:
    """Return the codes from the first number to the last."""
    width = 5 - len(prefix)
    return " ".join(f"{prefix}{number:0{width}d}" for number in range(first, last + 1))


#: The codes that the rows on the table of 2026 name, beside those that were there in 2024 Q3.
NAMED_IN_2026: Final = {
    "MC-5.2": f"{span('', 98000, 98016)} {span('', 98966, 98968)} {span('', 99446, 99449)} "
    "99451 99452",
    "MC-5.3": "G0552 G0553 G0554 G0560",
    "MC-5.4": f"97550 97551 97552 {span('G', 539, 543)}",
    "MC-5.5": f"{span('G', 546, 550)} G2086 G2087 90899 96112 96113 96125",
}
#: The row on all codes of the field that the table of 2024 Q3 has.
UNCHANGED: Final = "MC-5.1"


@dataclass(frozen=True)
class Units:
    """The units of one release: the file of CMS, and what is made of it."""

    program: str
    release: str
    first: str
    last: str
    source: str
    folder: Path
    has_mai: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the extract."""
        mai = ("mai",) if self.has_mai else ()
        return ("code", "mue", *mai, "verified_from", "verified_to", "row")

    @property
    def name(self) -> str:
        """The name of the extract's file."""
        return f"mue_practitioner_{self.release}.csv"


UNITS: Final = (
    Units(
        program="medicare",
        release="2026q2",
        first="2026-04-01",
        last="2026-06-30",
        source="mue_practitioner_medicare_2026h1.csv",
        folder=MEDICARE,
        has_mai=True,
    ),
    Units(
        program="medicaid",
        release="2026q1",
        first="2026-01-01",
        last="2026-03-31",
        source="mue_medicaid_practitioner_2026q1.csv",
        folder=MEDICAID,
        has_mai=False,
    ),
)


@dataclass(frozen=True)
class FeeSchedule:
    """The status columns of one relative value file."""

    release: str
    first: str
    last: str
    source: str

    @property
    def name(self) -> str:
        """The name of the extract's file."""
        return f"fee_schedule_{self.release}.csv"


STATUS_COLUMNS: Final = ("code", "status", "global", "multiple", "verified_from", "verified_to")
FEE_SCHEDULES: Final = (
    FeeSchedule("2024q3", "2024-07-01", "2024-09-30", "pfs_indicators_family_2024-07.csv"),
    FeeSchedule("2025q4", "2025-10-01", "2025-12-31", "pfs_rvu_2025_october_bh.csv"),
    FeeSchedule("2026q3", "2026-07-01", "2026-09-30", "pfs_rvu_2026_july_bh.csv"),
)


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the extracts; return 0 if done or equal, 1 if different, 2 if impossible."""
    return run(Path(__file__).name, __doc__, _made, arguments)


def _made() -> dict[Path, bytes]:
    return extracts(cms.cms_folder())


def extracts(folder: Path) -> dict[Path, bytes]:
    """Return the files of the extracts."""
    files: dict[Path, bytes] = {}
    notes: dict[Path, list[str]] = {MEDICARE: [], MEDICAID: []}
    listed = codes(folder)
    for units in UNITS:
        rows = unit_rows(folder, units)
        files[units.folder / units.name] = cms.as_csv(units.columns, rows)
        complete = [(code,) for code in sorted(listed)]
        files[units.folder / f"codes_{units.release}.csv"] = cms.as_csv(("code",), complete)
        notes[units.folder] += _note(folder, units, len(rows))
    for schedule in FEE_SCHEDULES:
        rows = status_rows(folder, schedule)
        files[MEDICARE / schedule.name] = cms.as_csv(STATUS_COLUMNS, rows)
        notes[MEDICARE] += _note(folder, schedule, len(rows))
    head = "# Made by tools/extract_later_editions.py. Change the script, not this folder."
    for path, lines in notes.items():
        files[path / NOTE] = "\n".join([head, *lines, ""]).encode()
    return files


@functools.cache
def codes(folder: Path) -> frozenset[str]:
    """Return the codes for which the units of 2026 are complete."""
    named = cms.codes(" ".join(NAMED_IN_2026.values()))
    return frozenset(row["code"] for row in _read(folder / FAMILY)) | named | cms.CODES


def unit_rows(folder: Path, units: Units) -> Rows:
    """Return the published units of the codes in the release, in order."""
    listed = codes(folder)
    facts = facts_2026(folder) if units.has_mai else {}
    return sorted(
        (
            row["code"],
            row["mue"],
            *((row["mai"],) if units.has_mai else ()),
            units.first,
            units.last,
            facts.get(row["code"]) or _name(units, row["code"]),
        )
        for row in _read(folder / units.source)
        if row["code"] in listed
    )


def _name(units: Units, code: str) -> str:
    """Return the row of the table of facts with Medicaid's units, or the document and the code."""
    document = "MUE" if units.has_mai else "MUE-MCD"
    return f"{document}:{code}" if units.has_mai else cms.named(document, code, "MC-5")


def facts_2026(folder: Path) -> dict[str, str]:
    """Return for each code the rows of the facts that state its units in the table of 2026."""
    former = (row for row in _read(folder / FAMILY) if row["medicare_practitioner_mue_2024q3"])
    found = {row["code"]: [UNCHANGED] for row in former}
    for fact, text in NAMED_IN_2026.items():
        for code in sorted(cms.codes(text)):
            found.setdefault(code, []).append(fact)
    return {code: " ".join(facts) for code, facts in found.items()}


def status_rows(folder: Path, schedule: FeeSchedule) -> Rows:
    """Return status, global period and multiple-procedure indicator of each code, in order."""
    return sorted(
        (
            row["code"],
            row["status"],
            row["global"],
            row["mult_proc"],
            schedule.first,
            schedule.last,
        )
        for row in _read(folder / schedule.source)
    )


def _read(path: Path) -> Iterable[dict[str, str]]:
    with cms.opened(path) as text:
        return list(csv.DictReader(text))


def _note(folder: Path, table: Units | FeeSchedule, rows: int) -> list[str]:
    """Return the origin of one file of the extract as TOML."""
    digest = hashlib.sha256((folder / table.source).read_bytes()).hexdigest()
    complete = [f'complete_for = "codes_{table.release}.csv"'] if isinstance(table, Units) else []
    return [
        "",
        "[[table]]",
        f'file = "{table.name}"',
        f'release = "{table.release}"',
        f"first = {table.first}",
        f"last = {table.last}",
        *complete,
        f'source = "{table.source}"',
        f'source_sha256 = "{digest}"',
        f"rows = {rows}",
    ]


if __name__ == "__main__":
    sys.exit(main())
