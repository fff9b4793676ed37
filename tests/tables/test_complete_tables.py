"""CMS's complete tables: every row of a sample is found as the file has it."""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections.abc import Iterator
from datetime import date
from itertools import combinations, islice
from pathlib import Path
from typing import Final

import pytest

from payer_rules import EditTable, load
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_sources import add_ons_of, pairs_of, units_of
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
from payer_rules.tables.store import TableStore

CHECKOUT: Final = Path(__file__).resolve().parents[2]
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
RELEASE: Final = Release(2024, 3)
PAIRS: Final = {
    "practitioner": ("ncci_ptp_practitioner_2024q3.csv.gz", 2_546_017),
    "outpatient-hospital": ("ncci_ptp_outpatient_hospital_2024q3.csv.gz", 1_775_818),
}
MUES: Final = "mue_medicare_2024q3.csv"
ADD_ONS: Final = "aoc_medicare_2024-06-03.csv"
SAMPLE: Final = 50_000
DAY: Final = date(2024, 8, 15)

pytestmark = pytest.mark.skipif(
    not (CMS / PAIRS["practitioner"][0]).is_file(),
    reason="PAYER_RULES_CMS names no folder with CMS's complete tables",
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    """The complete tables of 2024 Q3, imported at once."""
    folder = tmp_path_factory.mktemp("tables")
    files = [*(file for file, _ in PAIRS.values()), MUES, ADD_ONS]
    identity = TableIdentity(program="medicare", release=RELEASE)
    import_tables([CMS / file for file in files], folder, identity=identity)
    return TableStore.open(folder)


def lines_of(file: str) -> Iterator[list[str]]:
    """The rows of the file below its heading, read by another reader."""
    path = CMS / file
    text = gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8")  # noqa: SIM115
    with text:
        yield from islice(csv.reader(text), 1, None)


def test_every_row_is_counted(tables: TableStore) -> None:
    """As many as the files have."""
    rows: dict[str, int] = {}
    for table in tables.tables:
        content = table.address.content
        rows[f"{content} {table.address.setting}"] = table.rows
    assert rows["pairs practitioner"] == 2_546_017
    assert rows["pairs outpatient-hospital"] == 1_775_818
    assert sum(count for name, count in rows.items() if name.startswith("units")) == 32_233
    assert rows["add-ons None"] == 7_465


@pytest.mark.parametrize("setting", PAIRS)
def test_pairs_are_found_as_the_file_has_them(tables: TableStore, setting: str) -> None:
    """Codes, indicator, deletion date and line of rows drawn from the whole file."""
    file, count = PAIRS[setting]
    drawn = set(random.Random(8).sample(range(count), SAMPLE))
    edits = tables.edits("medicare", setting, RELEASE)
    checked = 0
    for at, (column1, column2, deletion, indicator, _) in enumerate(lines_of(file)):
        if at in drawn:
            (row,) = (r for r in edits.pairs(column2, column1) if r.line == at + 2)
            last = date.fromisoformat(deletion) if deletion else None
            assert (row.column1, row.column2) == (column1, column2)
            assert (row.indicator, row.verified.last) == (int(indicator), last)
            assert (row.verified.first, row.is_dated, row.row) == (None, False, file)
            checked += 1
    assert checked == SAMPLE


def test_every_mue_is_found_as_the_file_has_it(tables: TableStore) -> None:
    """In its setting, with its line."""
    settings = {"dme_supplier": "dme", "outpatient_hospital": "outpatient-hospital"}
    edits = {s: tables.edits("medicare", s, RELEASE) for s in (*PAIRS, "dme")}
    for line, (service, code, most, mai, rationale) in enumerate(lines_of(MUES), 2):
        (row,) = edits[settings.get(service, service)].units(code)
        result = (str(row.most), str(row.mai), row.rationale, row.line)
        assert result == (most, mai, rationale, line)


def test_every_add_on_code_is_found_as_the_file_has_it(tables: TableStore) -> None:
    """With its type and all its primaries."""
    edits = tables.edits("medicare", "practitioner", RELEASE)
    expected: dict[str, set[str]] = {}
    for code, kind, primary in lines_of(ADD_ONS):
        expected.setdefault(code, set()).add(primary)
        assert kind in {str(row.type) for row in edits.add_ons(code)}
    assert edits.add_on_codes == expected.keys()
    for code, primaries in expected.items():
        found = {primary for row in edits.add_ons(code) for primary in row.primaries}
        assert found == primaries - {"CCCCC"}


@pytest.mark.parametrize("setting", PAIRS)
def test_the_bundled_rows_are_those_of_the_complete_tables(
    tables: TableStore, setting: str
) -> None:
    """Both agree on every pair and code for which the plugin's table of the release is complete."""
    book = load().rulebook("medicare")
    bundled = (table for table in book.tables if isinstance(table, EditTable))
    (table,) = (t for t in bundled if (t.setting, t.release) == (setting, str(RELEASE)))
    own_pairs, own_units, own_add_ons = pairs_of(table), units_of(table), add_ons_of(table)
    edits = tables.edits("medicare", setting, RELEASE)
    for one, other in combinations(sorted(table.complete_for), 2):
        found = [row for row in edits.pairs(one, other) if row.holds_on(DAY)]
        holding = min(found, key=lambda row: row.verified.last or date.max, default=None)
        answer = own_pairs.find((one, other), DAY, DAY)
        own = (answer.row.column1, answer.row.indicator) if isinstance(answer, Match) else None
        assert own == (holding and (holding.column1, holding.indicator)), (one, other)
        assert own or answer == ()
    for code in sorted(table.complete_for):
        units = own_units.find((code,), DAY, DAY)
        most = [(row.most, row.mai) for row in units.rows] if isinstance(units, Match) else []
        assert most == [(row.most, row.mai) for row in edits.units(code)], code
        add_ons = own_add_ons.find((code,), DAY, DAY)
        needs = add_ons.rows if isinstance(add_ons, Match) else ()
        assert [(row.type, row.primaries) for row in needs] == [
            (row.type, row.primaries) for row in edits.add_ons(code)
        ], code
