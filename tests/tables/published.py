"""Files in the shapes in which CMS publishes its tables, of rows that the tests make."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Program, Release, TableIdentity
from payer_rules.tables.store import StoredEdits, TableStore

RELEASE: Final = Release(2024, 3)
GIVEN: Final = TableIdentity(program="medicare", setting="practitioner", release=RELEASE)
FIRST: Final = RELEASE.first

NOTICE: Final = "CPT only copyright 2025 American Medical Association.  All rights reserved."
HEADINGS: Final = (
    f"{NOTICE}\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
UNIT_HEADING: Final = (
    f'"{NOTICE}\n\nSecond part of the notice.",,,\n"HCPCS/\nCPT Code",{{}} MUE Values,'
)
ADD_ON_HEADING: Final = (
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\t"
    "AOC_Edit_EffDT\tAOC_Edit_DelDT\tSpecial_Instruction_Notes"
)


@attrs.frozen
class Pair:
    """A row of CMS's pair text."""

    column1: str
    column2: str
    effective: date = date(2020, 1, 1)
    deletion: date | None = None
    indicator: Literal[0, 1, 9] = 1
    rationale: str = "Mutually exclusive procedures"
    is_old: bool = False

    @property
    def line(self) -> str:
        """The row as CMS writes it, without its line break."""
        last = f"{self.deletion:%Y%m%d}" if self.deletion else "*"
        cells = (
            self.column1,
            self.column2,
            "*" if self.is_old else "",
            f"{self.effective:%Y%m%d}",
            last,
            str(self.indicator),
            self.rationale,
        )
        return "\t".join(cells)


def pair_text(rows: Iterable[Pair | str]) -> str:
    """A file of pairs as CMS publishes it."""
    result = [row if isinstance(row, str) else row.line for row in rows]
    return "".join(f"{line}\n" for line in (*HEADINGS, *result))


def unit_text(rows: Iterable[str], services: str = "Practitioner Services") -> str:
    """A file of Medicare's MUEs as CMS publishes it."""
    heading = UNIT_HEADING.format(services) + "MUE Adjudication Indicator,MUE Rationale"
    return "".join(f"{line}\n" for line in (heading, *rows))


def medicaid_unit_text(rows: Iterable[str]) -> str:
    """A file of Medicaid's MUEs: as Medicare's, without the adjudication indicator."""
    heading = UNIT_HEADING.format("Practitioner Services") + "MUE Rationale"
    return "".join(f"{line}\n" for line in (heading, *rows))


def add_on_text(rows: Iterable[str]) -> str:
    """A file of add-on codes as CMS publishes it."""
    return "".join(f"{line}\n" for line in (NOTICE, ADD_ON_HEADING, *rows))


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """The file of this name in the folder, with the text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def imported(folder: Path, *files: Path, identity: TableIdentity = GIVEN) -> StoredEdits:
    """The edits of the release after the files were imported."""
    import_tables(files, folder, identity=identity)
    return edits_in(folder)


def edits_in(
    folder: Path,
    program: Program = "medicare",
    setting: str = "practitioner",
    release: Release = RELEASE,
) -> StoredEdits:
    """The edits in a folder of imported tables."""
    return TableStore.open(folder).edits(program, setting, release)


def problems_of(folder: Path, *files: Path, identity: TableIdentity = GIVEN) -> tuple[Problem, ...]:
    """Return the problems for which the files are refused."""
    try:
        import_tables(files, folder, identity=identity)
    except InputError as error:
        return error.problems
    return ()


def content_of(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, byte for byte; none where there is no folder."""
    paths = folder.iterdir() if folder.exists() else ()
    return {path.name: path.read_bytes() for path in paths if path.name != "lock"}


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these rows in its first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells_of(text: str, mark: str) -> list[list[str]]:
    """The cells of a text of rows."""
    return list(csv.reader(io.StringIO(text), delimiter=mark))
