"""The pictures of the windows show the answers of the engine, and the page has all of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parent.parent
TOOL: Final = CHECKOUT / "tools" / "draw_windows.py"
PAGE: Final = CHECKOUT / "docs" / "explanation" / "frequency-limits.md"
FOLDER: Final = PAGE.parent / "windows"

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)


def _draw(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, TOOL, *arguments]
    return subprocess.run(run, capture_output=True, encoding="utf-8", check=False)


def test_the_pictures_are_what_the_engine_answers() -> None:
    """Every picture is the same when it is drawn again."""
    done = _draw("--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_limit_is_another_picture(tmp_path: Path) -> None:
    """A picture that does not match its limit is named, and drawing corrects it."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    strips = tmp_path / "pictures.toml"
    eight = strips.read_text("utf-8").replace("{ anchored_days = 7 }", "{ anchored_days = 8 }")
    strips.write_text(eight, encoding="utf-8")
    done = _draw("--check", tmp_path)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "anchored.svg",
        "trap-anchored.svg",
    ]
    assert _draw(tmp_path).returncode == 0
    assert _draw("--check", tmp_path).returncode == 0


def test_the_page_shows_every_picture() -> None:
    """The page shows every picture, and no picture is missing."""
    shown = set(re.findall(r"\]\(windows/(\S+\.svg)\)", PAGE.read_text("utf-8")))
    assert shown == {picture.name for picture in FOLDER.glob("*.svg")}
