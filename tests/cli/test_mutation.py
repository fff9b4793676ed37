"""``coverage`` and ``mutate`` as a user runs them: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode


def test_a_suite_that_notices_all_ends_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but the score is printed."""
    assert main(["mutate", "--payer", "wa-medicaid"]) == ExitCode.CLEAN
    payer, total = capsys.readouterr().out.splitlines()
    assert payer.startswith("wa-medicaid: ")
    assert "(100.0 %) noticed" in total


def test_survivors_are_found_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A suite without cases notices nothing: each fact is told, with a case, and touched by none."""
    report = tmp_path / "report.json"
    arguments = ["--payer", "wa-medicaid", str(tmp_path)]
    assert main(["mutate", *arguments, "--report", f"json:{report}"]) == ExitCode.FOUND
    told = json.loads(report.read_text("utf-8"))
    assert {mutant["fate"] for mutant in told["mutants"]} <= {"survived", "refused"}
    assert any(mutant["case"] for mutant in told["mutants"])
    assert main(["coverage", *arguments]) == ExitCode.FOUND
    assert "no case touches" in capsys.readouterr().out


def test_a_misspelt_payer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest name is offered, and nothing runs."""
    assert main(["mutate", "--payer", "wa-medicad"]) == ExitCode.FAULTY
    assert "Did you mean 'wa-medicaid'?" in capsys.readouterr().err
