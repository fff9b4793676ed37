"""The script that compares what two versions answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

SCRIPT: Final = Path(__file__).resolve().parents[2] / "tools" / "compare_meaning.py"

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the script", allow_module_level=True)


def decision(**changes: Any) -> dict[str, Any]:
    """Return a decision with one finding, in the form of a report."""
    finding = {
        "rule": "acme/one-per-day",
        "lines": [1],
        "outcome": "deny",
        "stage": "claim",
        "group": "CO",
        "carc": "119",
        "rarc": [],
        "message": "second 90853",
        "evidence": [{"kind": "line", "line": 1}],
    }
    return {
        "claim": "C1",
        "payer": "acme",
        "outcome": "deny",
        "lines": [{"line": 1, "outcome": "deny", "complete": True, "judged_by": []}],
        "findings": [finding | changes],
        "not_evaluated": [],
        "assumed": [],
        "at_risk": [],
    }


def compare(before: Path, after: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on two reports."""
    command = [sys.executable, str(SCRIPT), "compare", str(before), str(after)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def written(path: Path, *decisions: dict[str, Any]) -> Path:
    """Write the decisions as NDJSON and return the path."""
    path.write_text("".join(f"{json.dumps(item)}\n" for item in decisions), encoding="utf-8")
    return path


def test_texts_and_layout_have_no_meaning(tmp_path: Path) -> None:
    """Two reports that differ in messages and keys of no meaning are the same."""
    before = written(tmp_path / "before.ndjson", decision())
    after = written(tmp_path / "after.ndjson", decision(message="limit is 1", cure="none"))
    assert compare(before, after).stdout == "after.ndjson: same\n"


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "review"}, {"carc": "96"}, {"lines": [1, 2]}, {"evidence": []}, {"rule": "a/b"}],
)
def test_what_is_answered_has_a_meaning(tmp_path: Path, changes: dict[str, Any]) -> None:
    """A finding with another outcome, code, line, evidence or rule is a difference."""
    before = written(tmp_path / "before.ndjson", decision())
    after = written(tmp_path / "after.ndjson", decision(**changes))
    result = compare(before, after)
    assert (result.returncode, next(iter(changes)) in result.stdout) == (1, True)


def test_a_lost_decision_is_a_difference(tmp_path: Path) -> None:
    """A report with fewer decisions differs, and the first missing one is named."""
    before = written(tmp_path / "before.ndjson", decision(), decision())
    after = written(tmp_path / "after.ndjson", decision())
    result = compare(before, after)
    assert (result.returncode, "after.ndjson:2: only before" in result.stdout) == (1, True)


def test_a_lost_report_is_a_difference(tmp_path: Path) -> None:
    """A folder without a report of the other differs from it."""
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder / "a.ndjson", decision())
    written(tmp_path / "before" / "b.ndjson", decision())
    result = compare(tmp_path / "before", tmp_path / "after")
    assert (result.returncode, "no such file" in result.stdout) == (1, True)
