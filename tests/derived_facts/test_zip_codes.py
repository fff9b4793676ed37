"""The extract of CMS's ZIP codes: every code has its place, and no other code has one."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from payer_rules.derived_facts import place_of_zip
from payer_rules.vocabularies import STATES

CHECKOUT: Final = Path(__file__).resolve().parents[2]
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
needs_cms = pytest.mark.skipif(not CMS.is_dir(), reason="the folder of CMS's tables is not here")
_HALVES: Final = {"EK": "KS", "WK": "KS", "EM": "MO", "WM": "MO"}


@needs_cms
def test_every_zip_code_has_its_place() -> None:
    """State, number and locality are those of CMS's row; a divided code has none."""
    expected: dict[str, tuple[str | None, str, str]] = {}
    with gzip.open(CMS / "zip5_locality_2025-10.txt.gz", "rt", encoding="ascii") as file:
        for row in file:
            if row[20] == "0":
                # NOTE: no rule names the islands in free association.
                state = STATES.canonical(_HALVES.get(row[:2], row[:2]))
                expected[row[2:7]] = (state, row[7:12], row[12:14])
    for number in range(100_000):
        zip_code = f"{number:05}"
        found = place_of_zip(zip_code)
        place = (found.state, found.contractor_number, found.locality) if found else None
        assert place == expected.get(zip_code), zip_code


@needs_cms
def test_the_extracts_are_fresh() -> None:
    """The ZIP codes and taxonomies that travel are those of CMS's tables."""
    tool = CHECKOUT / "tools" / "extract_derived_facts.py"
    done = subprocess.run([sys.executable, tool, "--check"], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_extract_is_small() -> None:
    """The ZIP codes of the whole country take less than 100 KB."""
    table = files("payer_rules.derived_facts") / "zip_codes.csv"
    assert len(table.read_bytes()) < 100_000


@pytest.mark.parametrize(
    "zip_code", ["", "6060", "abcde", "\uff16\uff10\uff16\uff10\uff11", "99999", "00000"]
)
def test_a_text_that_is_no_zip_code_has_no_place(zip_code: str) -> None:
    """No place is guessed."""
    assert place_of_zip(zip_code) is None
