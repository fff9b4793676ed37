"""The edit sheets of the Medicare plugin: made by their script, and about every bundled row."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from payer_rules.conformance.edit_mutants import codes_of
from payer_rules.conformance.edit_mutation_runner import rows_of
from payer_rules.rules import AddOnEdit, Edit, EditTable, PairEdit, UnitEdit
from payer_rules_medicare.ncci import edit_tables

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = CHECKOUT / "tools" / "make_edit_sheets.py"
SHEETS: Final = CHECKOUT / "plugins" / "payer_rules_medicare" / "cases" / "edits"
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
MOST_BYTES: Final = 1_200_000
DAY: Final = timedelta(days=1)
#: Rows without a last day are asked on the day after the quarter of the tables.
AFTER: Final = date(2024, 10, 1)
RULES: Final[dict[type[Edit], str]] = {PairEdit: "ptp", UnitEdit: "mue", AddOnEdit: "add-on"}

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, beside the script", allow_module_level=True)

needs_cms = pytest.mark.skipif(
    not CMS.is_dir(), reason="PAYER_RULES_CMS names no folder with CMS's tables"
)


def run(*arguments: str, cms: Path = CMS) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own, and how it ended."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, "PAYER_RULES_CMS": str(cms)},
        capture_output=True,
        text=True,
        check=False,
    )


def lines() -> list[dict[str, str]]:
    """All lines of all sheets."""
    found: list[dict[str, str]] = []
    for path in sorted(SHEETS.glob("*.edits.csv")):
        with path.open(encoding="utf-8", newline="") as text:
            found += csv.DictReader(text)
    return found


@needs_cms
def test_the_sheets_are_what_the_script_makes() -> None:
    """Nothing was changed by hand, and CMS's own tables give the same again."""
    result = run("--check")
    assert (result.returncode, result.stderr) == (0, "")


def test_without_the_tables_of_cms_the_script_says_so(tmp_path: Path) -> None:
    """It names what is missing and ends with 2."""
    result = run("--check", cms=tmp_path)
    assert result.returncode == 2
    assert "not in the folder of CMS's tables" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_sheets_are_small_and_sorted() -> None:
    """All of them together are small, and a difference of two versions is short."""
    paths = sorted(SHEETS.glob("*.edits.csv"))
    assert sum(path.stat().st_size for path in paths) < MOST_BYTES
    for path in paths:
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))[1:]
        keys = [row[:4] for row in rows]
        assert keys == sorted(keys)


def test_every_bundled_row_is_asked_on_both_sides_of_its_dates() -> None:
    """On its first day and the day before; on its last and the day after, or after the quarter."""
    days: dict[tuple[str, str, frozenset[str]], set[str]] = {}
    for line in lines():
        billed = line["lines"].split()
        codes = frozenset(item.partition("-")[0].partition("x")[0] for item in billed)
        days.setdefault((line["rule"], line["setting"], codes), set()).add(line["date"])
    for table in (item for item in edit_tables() if isinstance(item, EditTable)):
        for edit in rows_of(table):
            asked = days[f"medicare/{RULES[type(edit)]}", table.setting, codes_of(edit)]
            first, last = edit.verified.first, edit.verified.last
            assert first is not None
            borders = {first - DAY, first, *((last, last + DAY) if last else (AFTER,))}
            assert {day.isoformat() for day in borders} <= asked
