#!/usr/bin/env python3
"""Write the small extract of CMS's edit tables that travels with the Medicare plugin.

    python tools/extract_medicare_tables.py            write the extract
    python tools/extract_medicare_tables.py --check    compare it, change nothing

It reads Medicare's NCCI pairs, medically unlikely edits and add-on codes of 2024 Q3 from the folder
in ``PAYER_RULES_CMS`` (by default ``../shared/cms`` next to the checkout), keeps the rows of
``CODES``, and adds the dates of service for which each row was verified.
"""

from __future__ import annotations

import csv
import functools
import gzip
import hashlib
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from extracts import CHECKOUT, ExtractError, folder_named, run

TABLES: Final = CHECKOUT / "plugins" / "payer_rules_medicare" / "tables"
#: Which rows the facts have: made by tools/extract_fact_rows.py.
FACT_ROWS: Final = CHECKOUT / "docs" / "reference" / "fact-rows.csv"

RELEASE: Final = "2024q3"
EFFECTIVE: Final = "2024-07-01"
THROUGH: Final = "2024-09-30"

PRACTITIONER: Final = "practitioner"
HOSPITAL: Final = "outpatient-hospital"
SETTINGS: Final = (PRACTITIONER, HOSPITAL)
EVERYWHERE: Final = "every"
#: What CMS writes for a primary code that its contractors define.
BY_CONTRACTOR: Final = "CCCCC"
OFFICE: Final = frozenset({PRACTITIONER})
FACILITY: Final = frozenset({HOSPITAL})
BOTH: Final = OFFICE | FACILITY


def codes(text: str) -> frozenset[str]:
    """Return the codes in a text, which are separated by white space."""
    return frozenset(text.split())


# The codes of sections 4 and 5 of the Medicare facts, for which the extract is complete. A code
# without a row is in the list too: for it CMS publishes no edit with the others, or no MUE.
CODES: Final = codes(
    """
    90785 90791 90792
    90832 90833 90834 90836 90837 90838 90839 90840
    90845 90846 90847 90849 90853 90863 90865
    90867 90868 90869 90870 90875 90876
    90880 90882 90885 90887 90889 90901
    96116 96121 96127 96130 96131 96132 96133 96136 96137 96138 96139 96146
    96156 96158 96159 96160 96161 96164 96165 96167 96168 96170 96171 96202 96203
    99202 99203 99204 99205 99211 99212 99213 99214 99215
    99417 99484 99492 99493 99494
    G0017 G0018 G0176 G0177 G0323 G0396 G0397 G0410 G0411 G0442 G0443 G0444 G0463
    G0466 G0467 G0469 G0470 G0512 G0514 G0560 G2211 G2212
    H0004 H0005 H2019
    """
)

DIAGNOSTIC: Final = codes("90791 90792")
OFFICE_VISITS: Final = codes("99202 99203 99204 99205 99211 99212 99213 99214 99215")
INDIVIDUAL: Final = codes("90832 90833 90834 90836 90837 90838")
INDIVIDUAL_ALONE: Final = codes("90832 90834 90837")
FAMILY: Final = codes("90846 90847")
# Individual, crisis, family, group, and psychoanalysis. 90863, 90865, 90870, 90875, 90876 and
# 90880 are left out: the manual's sentences about "psychotherapy" do not name them.
PSYCHOTHERAPY: Final = INDIVIDUAL | FAMILY | codes("90839 90840 90845 90849 90853")


@dataclass(frozen=True)
class PairReading:
    """A second text that confirms a row of pairs: column 1, column 2 and indicator."""

    fact: str
    settings: frozenset[str]
    column1: frozenset[str]
    column2: frozenset[str]
    indicator: str

    def confirms(self, setting: str, column1: str, column2: str, indicator: str) -> bool:
        """Return True if the text and the row agree."""
        return (
            setting in self.settings
            and column1 in self.column1
            and column2 in self.column2
            and indicator == self.indicator
        )


@dataclass(frozen=True)
class UnitReading:
    """A second text that confirms a row of units."""

    fact: str
    settings: frozenset[str]
    codes: frozenset[str]
    most: str

    def confirms(self, setting: str, code: str, most: str) -> bool:
        """Return True if the text and the row agree."""
        return setting in self.settings and code in self.codes and most == self.most


# Their practitioners see the patient as part of the service; a hospital may bill the visit apart.
WITH_VISIT_INCLUDED: Final = codes("90845 90865 90880")
VISITS_AND_THERAPY: Final = OFFICE_VISITS | DIAGNOSTIC | PSYCHOTHERAPY

# The statements of the NCCI policy manual of 2026, as read in section 2 of the Medicare facts. A
# row that it confirms is open at the end. If the manual names a setting, it confirms that one only.
PAIRS_READ_AGAIN: Final = (
    PairReading("MC-2.1", OFFICE, DIAGNOSTIC, PSYCHOTHERAPY, "0"),
    PairReading("MC-2.2", OFFICE, DIAGNOSTIC, OFFICE_VISITS, "0"),
    PairReading("MC-2.3", BOTH, FAMILY, INDIVIDUAL, "1"),
    PairReading("MC-2.5", OFFICE, INDIVIDUAL_ALONE, OFFICE_VISITS, "0"),
    PairReading("MC-2.6", OFFICE, WITH_VISIT_INCLUDED, OFFICE_VISITS, "0"),
    PairReading("MC-2.6", FACILITY, WITH_VISIT_INCLUDED, OFFICE_VISITS, "1"),
    PairReading("MC-2.7", BOTH, VISITS_AND_THERAPY, codes("G0396 G0397"), "1"),
    PairReading("MC-2.8", BOTH, VISITS_AND_THERAPY, codes("G0442 G0443 G0444"), "1"),
    # Its add-on code 96121 has no row of its own: it is denied with 96116.
    PairReading("MC-2.9", OFFICE, DIAGNOSTIC, codes("96116"), "0"),
)

# Not here, because the manual and the table differ: 90849 and 90853 in hospitals (one
# unit a session, no number; MC-2.11), 90867 (one unit a course, not a day) and 90868, 90869 (one a
# day, where the table has two; MC-2.14), 90832 to 90838 (one a day, where it has two; MC-2.4).
UNITS_READ_AGAIN: Final = (
    UnitReading("MC-2.11", OFFICE, codes("90849 90853"), "1"),
    UnitReading("MC-2.13", BOTH, codes("90845"), "1"),
)

# Rows that the facts date back: their reverse ended on 2014-09-30 (note in section 3). Only the
# practitioner table ever held the reverse, so nothing is known about hospitals.
SINCE: Final = "2014-10-01"
TURNED: Final = codes("90853")
PAIRS_SINCE: Final = PairReading("MC-3", OFFICE, TURNED, INDIVIDUAL, "1")
# Add-on codes that another row of the facts confirms.
ADD_ONS_READ_AGAIN: Final = {"G2212": "MC-8.23"}

PAIR_COLUMNS: Final = ("column1", "column2", "indicator", "verified_from", "verified_to", "row")
UNIT_COLUMNS: Final = ("code", "mue", "mai", "verified_from", "verified_to", "row")
ADD_ON_COLUMNS: Final = ("code", "type", "primaries", "verified_from", "verified_to", "row")


@dataclass(frozen=True)
class Table:
    """One file of the extract, and the file of CMS from which it is made."""

    kind: str
    setting: str
    source: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the extract's file."""
        if self.setting == EVERYWHERE:
            return f"{self.kind}.csv"
        return f"{self.kind}_{underscored(self.setting)}.csv"


def underscored(setting: str) -> str:
    """Return the setting as CMS's file names spell it."""
    return setting.replace("-", "_")


PAIR_TABLES: Final = tuple(
    Table("ptp", s, f"ncci_ptp_{underscored(s)}_{RELEASE}.csv.gz", PAIR_COLUMNS) for s in SETTINGS
)
UNIT_TABLES: Final = tuple(
    Table("mue", s, f"mue_medicare_{RELEASE}.csv", UNIT_COLUMNS) for s in SETTINGS
)

# CMS's file of 2024-06-03 names no settings: its rows apply to practitioners and hospitals alike.
ADD_ON_TABLE: Final = Table("add_on", EVERYWHERE, "aoc_medicare_2024-06-03.csv", ADD_ON_COLUMNS)


def main(arguments: list[str] | None = None) -> int:
    """Write or compare the extract; return 0 if done or equal, 1 if different, 2 if impossible."""
    return run(Path(__file__).name, __doc__, _made, arguments)


def _made() -> dict[Path, bytes]:
    return {TABLES / name: content for name, content in extract(cms_folder()).items()}


def cms_folder() -> Path:
    """Return the folder with CMS's tables."""
    absent = (
        "there is no folder with CMS's tables. "
        "Name one that holds ncci_ptp_*_2024q3.csv.gz and mue_medicare_2024q3.csv."
    )
    return folder_named("PAYER_RULES_CMS", "cms", absent)


def extract(cms: Path) -> dict[str, bytes]:
    """Return the files of the extract by name."""
    rows = {table: pair_rows(cms / table.source, table.setting) for table in PAIR_TABLES}
    rows |= {table: unit_rows(cms / table.source, table.setting) for table in UNIT_TABLES}
    rows[ADD_ON_TABLE] = add_on_rows(cms / ADD_ON_TABLE.source)
    _refuse_idle_readings(rows)
    files = {table.name: as_csv(table.columns, found) for table, found in rows.items()}
    files["codes.csv"] = as_csv(("code",), [(code,) for code in sorted(CODES)])
    files["SOURCE.toml"] = source_note(cms, rows)
    return files


def pair_rows(path: Path, setting: str) -> list[tuple[str, ...]]:
    """Return the pairs of two listed codes that were in force in the release, in order."""
    return sorted(
        (column1, column2, indicator, *verified_pair(setting, column1, column2, indicator))
        for column1, column2, deleted, indicator in pairs_of(path)
        if (not deleted or deleted >= EFFECTIVE.replace("-", ""))
        # CMS writes 9 where the edit was deleted on the day it began: it was never in force.
        and indicator != "9"
    )


def pairs_of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield every row of CMS's pair table with two listed codes."""
    with opened(path) as text:
        for row in csv.DictReader(text):
            column1, column2 = row["column1"], row["column2"]
            if column1 in CODES and column2 in CODES:
                yield column1, column2, row["deletion_date"], row["modifier_indicator"]


def unit_rows(path: Path, setting: str) -> list[tuple[str, ...]]:
    """Return the published units of the listed codes in one setting, in order."""
    with opened(path) as text:
        return sorted(
            (row["code"], row["mue"], row["mai"], *verified_unit(setting, row["code"], row["mue"]))
            for row in csv.DictReader(text)
            if row["service"] == underscored(setting) and row["code"] in CODES
        )


def add_on_rows(path: Path) -> list[tuple[str, ...]]:
    """Return the listed add-on codes with all their primaries, in order."""
    primaries: dict[tuple[str, str], list[str]] = {}
    with opened(path) as text:
        for row in csv.DictReader(text):
            if row["add_on_code"] in CODES:
                of_code = primaries.setdefault((row["add_on_code"], row["aoc_type"]), [])
                of_code += [row["primary_code"]] if row["primary_code"] != BY_CONTRACTOR else []
    return [
        (code, kind, " ".join(sorted(found)), EFFECTIVE, THROUGH, add_on_name(code))
        for (code, kind), found in sorted(primaries.items())
    ]


def add_on_name(code: str) -> str:
    """Return the rows of the facts with the primaries of the code."""
    return " ".join([named("AOC", code, "MC-6"), *filter(None, [ADD_ONS_READ_AGAIN.get(code)])])


def named(document: str, codes: str, *sections: str) -> str:
    """Return the rows of the facts with these codes, or the document if there is no row."""
    listed = [f"{section}:{codes}" for section in sections if f"{section}:{codes}" in fact_rows()]
    return " ".join(listed) or f"{document}:{codes}"


@functools.cache
def fact_rows() -> frozenset[str]:
    """Return the ids of all rows of the facts."""
    with opened(FACT_ROWS) as text:
        return frozenset(row["row"] for row in csv.DictReader(text))


def opened(path: Path) -> TextIO:
    """Return the text of a file, packed or not."""
    if not path.is_file():
        raise ExtractError(f"{path.name}: not in the folder of CMS's tables. Put it there.")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def verified_pair(setting: str, column1: str, column2: str, indicator: str) -> tuple[str, str, str]:
    """Return the first day, the last day (empty if open) and the name of a row of pairs."""
    row = (setting, column1, column2, indicator)
    again = [reading.fact for reading in PAIRS_READ_AGAIN if reading.confirms(*row)]
    first = SINCE if PAIRS_SINCE.confirms(*row) else EFFECTIVE
    return first, *_last_day_and_name(named("PTP", f"{column1}/{column2}", "MC-3", "MC-4"), again)


def verified_unit(setting: str, code: str, most: str) -> tuple[str, str, str]:
    """Return the first day, the last day (empty if open) and the name of a row of units."""
    again = [r.fact for r in UNITS_READ_AGAIN if r.confirms(setting, code, most)]
    return EFFECTIVE, *_last_day_and_name(named("MUE", code, "MC-5"), again)


def _last_day_and_name(row: str, read_again: list[str]) -> tuple[str, str]:
    return ("" if read_again else THROUGH), " ".join([row, *read_again])


def _refuse_idle_readings(rows: dict[Table, list[tuple[str, ...]]]) -> None:
    """Raise an error for a reading that confirms no row: its code or indicator is wrong here."""
    idle = [reading.fact for reading in _readings() if not _confirms_any(reading, rows)]
    if idle:
        raise ExtractError(f"{', '.join(idle)}: confirms no row of {RELEASE}. Correct the reading.")


def _readings() -> tuple[PairReading | UnitReading, ...]:
    return (*PAIRS_READ_AGAIN, *UNITS_READ_AGAIN, PAIRS_SINCE)


def _confirms_any(
    reading: PairReading | UnitReading, rows: dict[Table, list[tuple[str, ...]]]
) -> bool:
    if isinstance(reading, PairReading):
        return any(reading.confirms(t.setting, *r[:3]) for t in PAIR_TABLES for r in rows[t])
    return any(reading.confirms(t.setting, *r[:2]) for t in UNIT_TABLES for r in rows[t])


def as_csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return the rows as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def source_note(cms: Path, rows: dict[Table, list[tuple[str, ...]]]) -> bytes:
    """Return the origin of the extract as TOML, without a clock, so that it can be compared."""
    head = [
        "# Made by tools/extract_medicare_tables.py. Change the script, not this folder.",
        'program = "medicare"',
        f'release = "{RELEASE}"',
        f"effective = {EFFECTIVE}",
        f"through = {THROUGH}",
        'script = "tools/extract_medicare_tables.py"',
        'complete_for = "codes.csv"',
        f"codes = {len(CODES)}",
    ]
    tables = [line for table, found in rows.items() for line in _table_note(cms, table, len(found))]
    return "\n".join([*head, *tables, ""]).encode()


def _table_note(cms: Path, table: Table, rows: int) -> list[str]:
    digest = hashlib.sha256((cms / table.source).read_bytes()).hexdigest()
    return [
        "",
        "[[table]]",
        f'file = "{table.name}"',
        f'kind = "{table.kind}"',
        f'setting = "{table.setting}"',
        f'source = "{table.source}"',
        f'source_sha256 = "{digest}"',
        f"rows = {rows}",
    ]


if __name__ == "__main__":
    sys.exit(main())
