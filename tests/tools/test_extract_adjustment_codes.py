"""The extract of denial codes: made by its script out of X12's lists, and true to the facts."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = CHECKOUT / "tools" / "extract_adjustment_codes.py"
EXTRACT: Final = CHECKOUT / "core" / "payer_rules" / "adjustment_codes" / "codes.csv"
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
LISTS: Final = "carc_rarc_codes_2024-06.csv"

if not EXTRACT.is_file():
    pytest.skip("runs from a checkout, beside the extract", allow_module_level=True)

needs_cms = pytest.mark.skipif(
    not CMS.is_dir(), reason="PAYER_RULES_CMS names no folder with X12's lists"
)

#: A miniature of X12's lists: ended, in force and used, in force and not used, and a group code.
LISTED: Final = """type,code,start,last_modified,end
Group,CO,,,
CARC,119,1995-01-01,2004-02-29,
CARC,15,1995-01-01,2017-11-01,2018-05-01
CARC,45,1995-01-01,2017-07-01,
CARC,B5,1995-01-01,2015-11-01,2016-05-01
RARC,M63,1997-01-01,,
RARC,N640,2013-07-15,,
RARC,N20,1997-01-01,,
RARC,M86,1997-01-01,,
"""
PROFILE: Final = """
[[frequency_limit]]
adjustment = { group = "CO", carc = "119", rarc = ["N640", "N999"] }

[[authorization_requirement]]
used_up = { group = "CO", carc = "198", rarc = ["M86"] }
"""
MADE: Final = """kind,code,ended
carc,15,2018-05-01
carc,119,
carc,B5,2016-05-01
rarc,M63,2004
rarc,M86,
rarc,N640,
"""


def _rows() -> dict[tuple[str, str], str]:
    with EXTRACT.open(encoding="utf-8", newline="") as text:
        return {(row["kind"], row["code"]): row["ended"] for row in csv.DictReader(text)}


def _run(
    *arguments: str, script: Path = SCRIPT, cms: Path = CMS
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env={**os.environ, "PAYER_RULES_CMS": str(cms)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script in a miniature of the checkout, with the miniature lists in the folder cms."""
    for folder in (
        "tools",
        "cms",
        "core/payer_rules/adjustment_codes",
        "payer_profiles",
        "plugins",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "cms" / LISTS).write_text(LISTED, encoding="utf-8")
    (tmp_path / "payer_profiles" / "acme.toml").write_text(PROFILE, encoding="utf-8")
    case = '[[findings]]\ncarc = "45"\n'
    (tmp_path / "payer_profiles" / "a.cases.toml").write_text(case, encoding="utf-8")
    shutil.copy(SCRIPT.with_name("extracts.py"), tmp_path / "tools")
    return Path(shutil.copy(SCRIPT, tmp_path / "tools"))


@needs_cms
def test_the_checked_in_extract_is_a_fresh_one() -> None:
    """What is checked in equals, byte for byte, what the script makes of X12's lists."""
    done = _run("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_extract_has_what_ended_and_what_profiles_use(script: Path, tmp_path: Path) -> None:
    """A code is kept if it has ended, or if a profile uses it and the lists know it."""
    done = _run(script=script, cms=tmp_path / "cms")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    result = tmp_path / EXTRACT.relative_to(CHECKOUT)
    assert result.read_bytes() == MADE.encode()


def test_checking_states_a_difference_and_changes_nothing(script: Path, tmp_path: Path) -> None:
    """An extract that is missing or stale is reported, and not changed; an equal one passes."""
    result = tmp_path / EXTRACT.relative_to(CHECKOUT)
    message = (
        "core/payer_rules/adjustment_codes/codes.csv: differs from a fresh extract. "
        "Run tools/extract_adjustment_codes.py and read the difference.\n"
    )
    missing = _run("--check", script=script, cms=tmp_path / "cms")
    assert (missing.returncode, missing.stderr, result.exists()) == (1, message, False)
    result.write_text("stale")
    stale = _run("--check", script=script, cms=tmp_path / "cms")
    assert (stale.returncode, stale.stderr, result.read_text()) == (1, message, "stale")
    result.write_text(MADE)
    assert _run("--check", script=script, cms=tmp_path / "cms").returncode == 0


def test_a_missing_folder_is_the_users_problem(tmp_path: Path) -> None:
    """Without X12's lists the script names the variable to set, without a traceback."""
    done = _run("--check", cms=tmp_path / "nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith("PAYER_RULES_CMS: ")
    assert LISTS in done.stderr


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    """A folder without the file of the lists is refused with the name of that file."""
    done = _run("--check", cms=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{LISTS}: ")


def test_a_profile_that_is_no_toml_is_named(script: Path, tmp_path: Path) -> None:
    """A profile that cannot be read is named, without a traceback."""
    (tmp_path / "plugins" / "broken.toml").write_text("codes = [")
    done = _run(script=script, cms=tmp_path / "cms")
    assert done.returncode == 2
    assert done.stderr.startswith("broken.toml: ")
    assert done.stderr.endswith("Mend the profile first.\n")


@pytest.mark.parametrize(
    ("kind", "code", "ended"),
    [
        ("carc", "165", "2018-05-01"),
        ("carc", "B5", "2016-05-01"),
        ("carc", "B6", "2006-02-01"),
        ("carc", "B17", "2006-02-01"),
        ("carc", "B18", "2009-03-01"),
        ("rarc", "M63", "2004"),
    ],
)
def test_codes_that_the_facts_call_ended_have_an_end(kind: str, code: str, ended: str) -> None:
    """The notes of the payers' and the Medicare facts agree with the extract."""
    assert _rows()[kind, code] == ended


def test_a_row_is_a_code_and_its_end() -> None:
    """Every row has the shape of its kind, and a day or a year before the lists were read."""
    shapes = {"carc": r"[1-9]\d{0,2}|[A-Z]\d{1,2}", "rarc": r"(M|MA|N)\d{1,3}"}
    for (kind, code), ended in _rows().items():
        assert re.fullmatch(shapes[kind], code)
        assert not ended or ended == "2004" or date.fromisoformat(ended) < date(2024, 6, 30)


def test_no_code_stands_twice() -> None:
    """A code has one row, so that its end is never open to doubt."""
    assert len(_rows()) == EXTRACT.read_text(encoding="utf-8").count("\n") - 1
