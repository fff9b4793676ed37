"""What holds for all tests."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from examples import DEEP, examples
from hypothesis import settings

pytest_plugins = ["pytester"]

# NOTE: how fast a machine is proves nothing about a law, and chance must not turn the plain run red.
settings.register_profile("laws", deadline=None, derandomize=not DEEP, max_examples=examples(100))
settings.load_profile("laws")


# NOTE: what a user of this machine has imported changes no test.
os.environ["PAYER_RULES_TABLES"] = str(Path(__file__).parent / "no-tables")

MINIATURES: Final = Path(__file__).resolve().parent / "miniatures"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install miniatures, each as a distribution, in the order in which they are searched.

    A miniature is the name of its module, or distribution, entry point and module.
    """
    monkeypatch.setattr(sys, "path", [*sys.path, str(MINIATURES)])
    search = list(sys.path)
    numbers = itertools.count()

    def install(*miniatures: str | tuple[str, str, str]) -> None:
        folders = [str(_distribution(tmp_path / str(next(numbers)), one)) for one in miniatures]
        monkeypatch.setattr(sys, "path", [*folders, *search])

    return install


def _distribution(folder: Path, miniature: str | tuple[str, str, str]) -> Path:
    if isinstance(miniature, str):
        miniature = (miniature.replace("_", "-"), miniature, miniature)
    name, entry, module = miniature
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    entries = f"[payer_rules]\n{entry} = {module}\n"
    (about / "entry_points.txt").write_text(entries, encoding="utf-8")
    return folder
