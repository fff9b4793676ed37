"""The Medicare extract that travels with the plugin: made by its script, and true to the facts."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = CHECKOUT / "tools" / "extract_medicare_tables.py"
FEES: Final = CHECKOUT / "tools" / "extract_fee_schedule.py"
LATER: Final = CHECKOUT / "tools" / "extract_later_editions.py"
TABLES: Final = CHECKOUT / "plugins" / "payer_rules_medicare" / "tables"
FACT_ROWS: Final = CHECKOUT / "docs" / "reference" / "fact-rows.csv"
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
SETTINGS: Final = ("practitioner", "outpatient_hospital")

if not TABLES.is_dir():
    pytest.skip("runs from a checkout, beside the extract", allow_module_level=True)

needs_cms = pytest.mark.skipif(
    not CMS.is_dir(), reason="PAYER_RULES_CMS names no folder with CMS's tables"
)

OFFICE_VISITS: Final = (
    "99202 99203 99204 99205 99211 99212 99213 99214 99215"  # as the facts spell "E/M"
)

# Section 3 of the Medicare facts: column 1, column 2, practitioner, hospital ("-" = no edit).
GROUP_THERAPY_PAIRS: Final = f"""
90791 | 90853 | 0 | -
90792 | 90853 | 0 | -
90839 | 90853 | 0 | -
90840 | 90853 | 0 | -
90853 | 90832 90833 90834 90836 90837 90838 | 1 | 1
90853 | 90845 90846 90847 90849 90865 | 1 | -
90853 | 90870 | 1 | 1
90853 | 96127 | 0 | 1
90853 | 96159 96164 96165 96168 96171 | 0 | 0
90853 | {OFFICE_VISITS} | 1 | 1
90853 | G0176 G0177 | 1 | -
90853 | G0396 G0397 G0442 G0443 G0444 G0463 | 1 | 1
90880 | 90853 | 0 | -
96156 | 90853 | 0 | 0
96158 | 90853 | 0 | 0
96167 | 90853 | 0 | 0
96170 | 90853 | 0 | 0
G0410 | 90853 | 1 | -
90785 | 90853 | - | -
90853 | 90785 90791 90792 90863 90875 90876 90880 | - | -
"""

# Section 4: pairs without 90853, in the same columns.
OTHER_PAIRS: Final = f"""
90792 | 90791 | 0 | -
90791 | 90832 90834 90837 90846 90847 90849 | 0 | -
90791 | 90839 90840 | 0 | 1
90791 | {OFFICE_VISITS} | 0 | 1
90791 | G0396 G0397 G0442 G0443 G0444 | 1 | 1
90834 | 90832 | 0 | 1
90834 | {OFFICE_VISITS} | 0 | 1
90845 | {OFFICE_VISITS} | 0 | 1
90846 | 90832 90833 90834 90836 90837 90838 | 1 | 1
90846 | 90847 | 1 | -
90847 | 90832 90833 90834 90836 90837 90838 | 1 | 1
99213 | 99211 99212 | 1 | 1
G2212 | 99417 | 0 | 0
"""

# Section 5: code, practitioner MUE/MAI, hospital MUE/MAI ("-" = not published).
UNITS: Final = """
90785 | 3/3 | 3/3
90791 | 1/3 | 1/3
90792 | 1/3 | 2/3
90832 | 2/3 | 3/3
90834 | 2/3 | 3/3
90837 | 2/3 | 3/3
90839 | 1/2 | 1/2
90840 | 3/3 | 4/3
90845 | 1/2 | 1/2
90849 | 1/3 | 2/3
90853 | 1/3 | 4/3
90867 | 1/2 | 1/2
90868 | 2/3 | 2/3
90876 | 0/3 | 0/3
90885 | 0/3 | 1/3
96137 | 11/3 | 11/3
99211 | 1/3 | 2/3
99213 | 2/3 | 2/3
G0176 | - | 5/3
G0177 | 0/3 | 5/3
G0410 | 4/3 | 6/3
G0463 | 0/3 | 4/3
G0017 | - | -
G2211 | - | -
G0560 | - | -
H0004 | - | -
H0005 | - | -
H2019 | - | -
"""


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _pairs(setting: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(r["column1"], r["column2"]): r for r in _rows(f"ptp_{setting}.csv")}


def _units(setting: str) -> dict[str, dict[str, str]]:
    return {r["code"]: r for r in _rows(f"mue_{setting}.csv")}


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.split("\n") if line]


def _expected_pairs(text: str) -> list[tuple[str, str, list[str]]]:
    return [
        (first, second, indicators)
        for first, seconds, *indicators in _table(text)
        for second in seconds.split()
    ]


def _run(
    *arguments: str, script: Path = SCRIPT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_cms
@pytest.mark.parametrize("script", [SCRIPT, LATER, FEES], ids=lambda script: script.stem)
def test_the_checked_in_extract_is_a_fresh_one(script: Path) -> None:
    """What is checked in equals, byte for byte, what the script makes of CMS's tables."""
    done = _run("--check", script=script, PAYER_RULES_CMS=str(CMS))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_folder_is_the_users_problem(tmp_path: Path) -> None:
    """Without CMS's tables the script names the variable to set, without a traceback."""
    done = _run("--check", PAYER_RULES_CMS=str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stderr.startswith("PAYER_RULES_CMS: ")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """A folder without one of CMS's files is refused with the name of that file."""
    done = _run("--check", PAYER_RULES_CMS=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("ncci_ptp_practitioner_2024q3.csv.gz: ")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    _expected_pairs(GROUP_THERAPY_PAIRS) + _expected_pairs(OTHER_PAIRS),
)
def test_pairs_say_what_the_facts_say(first: str, second: str, expected: list[str]) -> None:
    """A pair has the facts' indicator in each setting, and no row where the facts have none."""
    rows = [_pairs(setting).get((first, second)) for setting in SETTINGS]
    assert [row["indicator"] if row else "-" for row in rows] == expected


@pytest.mark.parametrize(("code", "practitioner", "hospital"), _table(UNITS))
def test_units_say_what_the_facts_say(code: str, practitioner: str, hospital: str) -> None:
    """A code has the facts' MUE and MAI in each setting, and no row where none is published."""
    rows = [_units(setting).get(code) for setting in SETTINGS]
    assert [f"{r['mue']}/{r['mai']}" if r else "-" for r in rows] == [practitioner, hospital]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_pair_has_one_row_and_one_direction(setting: str) -> None:
    """No pair occurs twice, and none is in force in both directions."""
    rows = [(r["column1"], r["column2"]) for r in _rows(f"ptp_{setting}.csv")]
    assert len({frozenset(pair) for pair in rows}) == len(rows)
    assert all(first != second for first, second in rows)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_code_has_one_row_of_units(setting: str) -> None:
    """No code occurs twice among the units of a setting."""
    codes = [r["code"] for r in _rows(f"mue_{setting}.csv")]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("setting", SETTINGS)
def test_rows_stay_inside_the_list_of_codes(setting: str) -> None:
    """The tables name no code for which they are not complete."""
    listed = {r["code"] for r in _rows("codes.csv")}
    named = {code for pair in _pairs(setting) for code in pair} | set(_units(setting))
    assert named <= listed
    assert len(listed) == len(_rows("codes.csv")) == 94


@pytest.mark.parametrize("setting", SETTINGS)
def test_values_are_of_the_published_kinds(setting: str) -> None:
    """Indicators are 0 or 1, adjudication indicators 1 to 3, units whole numbers."""
    assert {r["indicator"] for r in _pairs(setting).values()} == {"0", "1"}
    assert {r["mai"] for r in _units(setting).values()} == {"1", "2", "3"}
    assert all(r["mue"].isdecimal() for r in _units(setting).values())


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_row_is_open_only_where_it_was_read_again(setting: str) -> None:
    """Past the release a row applies only if it names a newer text that confirms it."""
    for row in _rows(f"ptp_{setting}.csv") + _rows(f"mue_{setting}.csv"):
        assert bool(re.search(r"(?<= )MC-2\.\d+$", row["row"])) == (row["verified_to"] == "")


@pytest.mark.parametrize("name", ["ptp", "mue", "add_on"])
def test_a_row_names_the_facts_that_list_it_or_the_document_that_does(name: str) -> None:
    """Every id that a row cites is in the facts, or is CMS's document with the row's codes."""
    with FACT_ROWS.open(encoding="utf-8", newline="") as text:
        listed = {row["row"] for row in csv.DictReader(text)}
    documents = {"ptp": "PTP", "mue": "MUE", "add_on": "AOC"}
    for path in sorted(TABLES.glob(f"{name}*.csv")):
        for row in _rows(path.name):
            codes = f"{row['column1']}/{row['column2']}" if name == "ptp" else row["code"]
            document = f"{documents[name]}:{codes}"
            assert listed.union([document]).issuperset(row["row"].split()), row["row"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_row_covers_the_release(setting: str) -> None:
    """Every row holds on each day of the quarter in which its table was in force."""
    first, last = date(2024, 7, 1), date(2024, 9, 30)
    for row in _rows(f"ptp_{setting}.csv") + _rows(f"mue_{setting}.csv"):
        assert date.fromisoformat(row["verified_from"]) <= first
        assert date.fromisoformat(row["verified_to"] or "9999-12-31") >= last


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("outpatient_hospital", "90849"),
        ("outpatient_hospital", "90853"),
        *((setting, code) for setting in SETTINGS for code in ("90832", "90867", "90868")),
    ],
)
def test_units_that_the_newer_manual_puts_otherwise_end_with_the_release(
    setting: str, code: str
) -> None:
    """Where the manual of 2026 counts by course, session or a lower number, nothing is extended."""
    assert _units(setting)[code]["verified_to"] == "2024-09-30"


def test_group_with_individual_therapy_is_dated_back_for_practitioners_only() -> None:
    """The turn of 2014-10-01 was seen in the practitioner table and nowhere else."""
    since = {s: [p for p, r in _pairs(s).items() if r["verified_from"] < "2024"] for s in SETTINGS}
    individual = ("90832", "90833", "90834", "90836", "90837", "90838")
    assert since == {
        "practitioner": [("90853", code) for code in individual],
        "outpatient_hospital": [],
    }


def test_the_note_counts_the_rows() -> None:
    """The note names every table of the extract with the number of its rows."""
    note = tomllib.loads((TABLES / "SOURCE.toml").read_text(encoding="utf-8"))
    assert {t["file"]: t["rows"] for t in note["table"]} == {
        name: len(_rows(name))
        for name in (
            "add_on.csv",
            *(f"{kind}_{setting}.csv" for kind in ("ptp", "mue") for setting in SETTINGS),
        )
    }
    assert note["codes"] == len(_rows("codes.csv"))


#: Rows MC-5.1 to MC-5.5: code, value and adjudication indicator in the table of 2026.
UNITS_OF_2026: Final = """
G0447 | 1/3
90853 | 1/3
90832 | 2/3
98000 98016 98966 98968 99446 99449 99451 99452 | 1/2
G0552 G0553 | 1/2
G0554 G0560 | 1/3
97550 97552 G0539 G0541 G0543 | 1/2
97551 G0540 G0542 | 2/3
G0546 G0550 96112 | 1/2
G2086 90899 | 1/3
G2087 96125 | 2/3
96113 | 6/3
99441 99442 99443 G0511 G0512 G2012 | -
"""


@pytest.mark.parametrize(("listed", "expected"), _table(UNITS_OF_2026))
def test_units_of_2026_say_what_the_facts_say(listed: str, expected: str) -> None:
    """A code has the facts' value and indicator, and no row where the table has none."""
    units = {row["code"]: f"{row['mue']}/{row['mai']}" for row in _rows(f"{_LATEST}.csv")}
    assert {units.get(code, "-") for code in listed.split()} == {expected}


_LATEST: Final = "mue_practitioner_2026q2"


def test_units_of_the_family_are_the_same_in_2026_but_for_one_code() -> None:
    """MC-5.1: G0447 has a lower value, and G0512 is gone; no other code of the extract changed."""
    now = {row["code"]: (row["mue"], row["mai"]) for row in _rows(f"{_LATEST}.csv")}
    before = {row["code"]: (row["mue"], row["mai"]) for row in _rows("mue_practitioner.csv")}
    assert {code for code, units in before.items() if now.get(code) != units} == {"G0512"}


def test_the_later_note_counts_the_rows() -> None:
    """The note names every later table with the number of its rows."""
    note = tomllib.loads((TABLES / "SOURCE_LATER.toml").read_text(encoding="utf-8"))
    for table in note["table"]:
        assert table["rows"] == len(_rows(table["file"]))
