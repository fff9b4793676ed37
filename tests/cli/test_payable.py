"""``payer-rules payable``: what is printed of the changes, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from two_payers import ACME, ZENITH

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

CLAIM: Final = """\
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }

[[claim.lines]]
code = "90853"
date = 2026-03-02
modality = "video"
minutes = 60
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the profiles of two payers and a claim."""
    (tmp_path / "payers").mkdir()
    (tmp_path / "payers" / "acme.toml").write_text(ACME, encoding="utf-8")
    (tmp_path / "payers" / "zenith.toml").write_text(ZENITH, encoding="utf-8")
    (tmp_path / "claim.toml").write_text(CLAIM, encoding="utf-8")
    return tmp_path


def asked(folder: Path, *words: str) -> int:
    """Ask for the changes by which both payers pay the claim."""
    payers = ["--payer", "acme", "--payer", "zenith", "--profiles", str(folder / "payers")]
    return main(["payable", str(folder / "claim.toml"), *payers, *words])


def test_each_change_has_its_condition(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each change is printed with its condition, its rule and its payer, and both answers after."""
    assert asked(folder) == ExitCode.FOUND
    printed = " ".join(capsys.readouterr().out.split())
    assert "with 2 changes, if true:" in printed
    assert "modifier 95 on line 1, only if" in printed
    assert "modifier GT on line 1, only if" in printed
    assert "Then Acme Health (invented): pay" in printed
    assert "Then Zenith Health (invented): pay" in printed


def test_a_claim_that_is_paid_needs_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A claim that both pay ends with exit code 0."""
    text = CLAIM.replace("video", "in-person")
    (folder / "claim.toml").write_text(text, encoding="utf-8")
    assert asked(folder) == ExitCode.CLEAN
    assert "Nothing has to be changed" in capsys.readouterr().out


def test_the_changes_are_written_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The data have the changes with their conditions."""
    asked(folder, "--report", "json")
    (claim,) = json.loads(capsys.readouterr().out)["claims"]
    assert len(claim["changes"]) == 2
    assert all(change["condition"] for change in claim["changes"])


def test_no_change_is_found_for_a_session_that_was_too_short(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Minutes are no change: the search ends, and the payers' reasons are printed."""
    text = CLAIM.replace("video", "in-person").replace("minutes = 60", "minutes = 30")
    (folder / "claim.toml").write_text(text, encoding="utf-8")
    assert asked(folder) == ExitCode.FOUND
    printed = capsys.readouterr().out
    assert "No change was found" in printed
    assert "acme/45-minutes" in printed
