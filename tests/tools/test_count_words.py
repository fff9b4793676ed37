"""The script that counts the words that docstrings use too often."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Final

import pytest

SCRIPT: Final = Path(__file__).resolve().parents[2] / "tools" / "count_words.py"

if not SCRIPT.is_file():
    pytest.skip("runs from a checkout, with the script", allow_module_level=True)


def test_docstrings_are_counted_without_code_in_backticks(tmp_path: Path) -> None:
    """Forms in docstrings count; those in comments, strings and backticks do not."""
    module = tmp_path / "module.py"
    module.write_text(
        '"""Says who is told."""\n# tells\nTEXT = "told"\n\n\n'
        'def f():\n    """Return what ``tell`` and `told` stand for."""\n'
    )
    counts = runpy.run_path(str(SCRIPT))["counted"](module)
    assert counts == {"says": 1, "told": 1, "stand": 1, "": 9}


def test_a_module_without_docstrings_has_no_rate(tmp_path: Path) -> None:
    """The rate of no words is zero."""
    module = tmp_path / "module.py"
    module.write_text("told = 1\n")
    script = runpy.run_path(str(SCRIPT))
    assert script["rate"](script["counted"](module)) == 0.0
