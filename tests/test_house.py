"""Laws about the checkout itself: what is in its roots, and what is registered."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parent.parent
PLUGIN_ROOTS: Final = ("plugins", "payer_profiles")
ROOTS: Final = ("core", *PLUGIN_ROOTS)

if not (CHECKOUT / "pyproject.toml").is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)


def _project() -> dict[str, Any]:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _entries(root: str) -> list[Path]:
    return [p for p in (CHECKOUT / root).iterdir() if p.name != "__pycache__"]


def _sources() -> list[Path]:
    return [path for root in ROOTS for path in (CHECKOUT / root).rglob("*.py")]


def test_every_plugin_folder_is_registered() -> None:
    """The folders of the plugin roots are the entry points, no more and no fewer."""
    folders = {entry.name for root in PLUGIN_ROOTS for entry in _entries(root)}
    assert folders == set(_project()["entry-points"]["payer_rules"].values())


def test_every_registered_package_can_be_imported_as_one() -> None:
    """A registered folder is a package with an __init__.py and a py.typed."""
    packages = [entry for root in ROOTS for entry in _entries(root)]
    lacking = [
        f"{package.name}/{name}"
        for package in packages
        for name in ("__init__.py", "py.typed")
        if not (package / name).is_file()
    ]
    assert lacking == []


def test_no_loose_files_in_the_roots() -> None:
    """A root contains packages only, because loose files would not be shipped."""
    loose = [f"{root}/{e.name}" for root in ROOTS for e in _entries(root) if not e.is_dir()]
    assert loose == []


def test_the_version_is_written_once() -> None:
    """No source repeats the version that pyproject.toml states."""
    written = re.compile(rf"""["']{re.escape(_project()["version"])}["']|__version__\s*=\s*["']""")
    repeats = [path.name for path in _sources() if written.search(path.read_text("utf-8"))]
    assert repeats == []


def test_ci_runs_what_the_readme_says() -> None:
    """The README contains the command that CI runs, letter for letter."""
    script = CHECKOUT / ".ci" / "run"
    if not script.is_file():
        pytest.skip("an sdist has no .ci/run")
    commands = re.findall(r"^python3 .*$", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 1
    assert commands[0] in (CHECKOUT / "README.md").read_text(encoding="utf-8")
