"""The look inside the archives finds what it is there to find."""

from __future__ import annotations

import importlib.util
import io
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

SCRIPT: Final = Path(__file__).with_name("look_inside.py")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("look_inside", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


look_inside = _load()


def _archives(folder: Path, *, wheel: Iterable[str], sdist: Iterable[str]) -> Path:
    with zipfile.ZipFile(folder / "payer_rules-1-py3-none-any.whl", "w") as archive:
        for name in wheel:
            archive.writestr(name, "")
    with tarfile.open(folder / "payer_rules-1.tar.gz", "w:gz") as tar:
        for name in sdist:
            tar.addfile(tarfile.TarInfo(f"payer_rules-1/{name}"), io.BytesIO())
    return folder


def _shipped() -> set[str]:
    shipped: set[str] = look_inside.shipped_files()
    return shipped


def _sound_sdist() -> set[str]:
    tops = {top for top in look_inside.SDIST_TOP if "." in top or top.isupper()}
    return tops | _shipped() | {"tests/test_a.py", "tools/a.py", "benchmarks/a.py", "docs/a.md", "locks/a.txt"}


def _sound_wheel() -> set[str]:
    packed = {path.partition("/")[2] for path in _shipped()}
    return packed | {"payer_rules-1.dist-info/METADATA"}


def test_sound_archives_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Archives with exactly what ships are accepted."""
    _archives(tmp_path, wheel=_sound_wheel(), sdist=_sound_sdist())
    assert (look_inside.main([str(tmp_path)]), capsys.readouterr().out) == (
        0,
        "the wheel and the sdist hold what they should\n",
    )


@pytest.mark.parametrize(
    ("without", "also", "problem"),
    [
        ("payer_rules/py.typed", "", "the file 'payer_rules/py.typed' is missing"),
        (
            "payer_rules_medicare/tables/mue_practitioner.csv",
            "",
            "the file 'payer_rules_medicare/tables/mue_practitioner.csv' is missing",
        ),
        ("", "NOTES.md", "'NOTES.md' does not belong at the top"),
        ("", "payer_rules_new/__init__.py", "'payer_rules_new' does not belong at the top"),
        (
            "",
            "payer_rules/__pycache__/cli.cpython-311.pyc",
            "'payer_rules/__pycache__/cli.cpython-311.pyc' slipped in",
        ),
    ],
)
def test_a_problem_of_the_wheel_is_named(
    tmp_path: Path, without: str, also: str, problem: str
) -> None:
    """A file that the wheel should have, or should not have, is named in one line."""
    wheel = (_sound_wheel() - {without}) | ({also} if also else set())
    _archives(tmp_path, wheel=wheel, sdist=_sound_sdist())
    assert look_inside.problems_of(tmp_path) == [f"payer_rules-1-py3-none-any.whl: {problem}"]


@pytest.mark.parametrize(
    ("without", "also", "problem"),
    [
        ("tox.ini", "", "at the top 'tox.ini' is missing"),
        ("LICENSE", "", "at the top 'LICENSE' is missing"),
        ("tests/test_a.py", "", "at the top 'tests' is missing"),
        ("", ".venv", "'.venv' does not belong at the top"),
        ("", "tests/.hypothesis/a", "'tests/.hypothesis/a' slipped in"),
    ],
)
def test_a_problem_of_the_sdist_is_named(
    tmp_path: Path, without: str, also: str, problem: str
) -> None:
    """A file that the sdist should have, or should not have, is named."""
    sdist = (_sound_sdist() - {without}) | ({also} if also else set())
    _archives(tmp_path, wheel=_sound_wheel(), sdist=sdist)
    assert f"payer_rules-1.tar.gz: {problem}" in look_inside.problems_of(tmp_path)


def test_a_folder_without_archives_is_refused(tmp_path: Path) -> None:
    """An empty folder is a problem, not a success."""
    assert look_inside.problems_of(tmp_path) == [
        f"{tmp_path.name}: 0 wheels and 0 sdists. Build one of each."
    ]
