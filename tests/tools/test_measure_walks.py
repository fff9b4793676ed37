"""The script that measures what one claim and one fact pass through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

SCRIPT: Final = Path(__file__).resolve().parents[2] / "tools" / "measure_walks.py"
CLAIM: Final = """
history = []

[claim]
id = "C1"
setting = "practitioner"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
place_of_service = "11"
lines = [{ code = "90853", date = 2024-08-15, units = 2 }]
"""

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the script", allow_module_level=True)


def test_both_walks_are_measured(tmp_path: Path) -> None:
    """The claim's walk passes the evaluation and the report, the fact's walk the profile."""
    file = tmp_path / "claim.toml"
    file.write_text(CLAIM)
    command = [sys.executable, str(SCRIPT), "--functions", str(file), "--payer", "il-medicaid"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    claim, fact = done.stdout.split("\nfact: ")
    assert ":RuleBook.decide\n" in claim
    assert "payer_rules.decisions:Finding\n" in claim
    assert "payer_rules.decisions:Finding\n" not in fact
    assert "read_profile" in fact
