"""A short run of each fuzz target; a long one is started by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 only")
pytest.importorskip("msgspec")

_RUNS = 500


@pytest.mark.parametrize(
    "target",
    [["x12.py"], ["fhir.py"], ["tables.py"], ["documents.py", "toml"], ["documents.py", "json"]],
)
def test_texts_near_sound_ones_break_no_reader(target: list[str], tmp_path: Path) -> None:
    """Nothing is raised, and every problem has its place and its remedy."""
    script, *arguments = target
    path = Path(__file__).with_name(script)
    ended = subprocess.run(
        [sys.executable, str(path), *arguments, f"-runs={_RUNS}", "-seed=1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # What was raised is printed before libFuzzer's own lines.
    raised = ended.stdout.partition("=== Uncaught Python exception: ===")[2]
    assert ended.returncode == 0, (raised or ended.stdout)[-4000:]
