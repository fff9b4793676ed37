"""The locked tool chain: the files in `locks` against `pyproject.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT: Final = Path(__file__).resolve().parents[1]
LOCK: Final = CHECKOUT / "locks" / "constraints.txt"
TOX: Final = CHECKOUT / "locks" / "tox.txt"


def _project() -> dict[str, Any]:
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def _locked(lock: Path) -> list[tuple[Requirement, list[str]]]:
    """Return each entry of a lock with its hashes."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    entries = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        entry, *hashes = re.split(r"\s+--hash=", line)
        entries.append((Requirement(entry), hashes))
    return entries


def _asked() -> Iterator[Requirement]:
    """Yield every requirement that the project states, wherever it states it."""
    project = _project()
    yield from map(Requirement, project["build-system"]["requires"])
    yield from map(Requirement, project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        yield from map(Requirement, extra)
    for group in project["dependency-groups"].values():
        yield from (Requirement(item) for item in group if isinstance(item, str))


def test_the_lock_holds_what_the_project_asks_for() -> None:
    """Every requirement of pyproject.toml is locked, to a version that it allows."""
    versions: dict[str, list[str]] = {}
    for entry, _ in _locked(LOCK):
        (pin,) = entry.specifier
        versions.setdefault(canonicalize_name(entry.name), []).append(pin.version)
    refused = [
        str(asked)
        for asked in _asked()
        if not any(
            asked.specifier.contains(version)
            for version in versions.get(canonicalize_name(asked.name), ())
        )
    ]
    assert refused == []


@pytest.mark.parametrize("lock", [LOCK, TOX], ids=["constraints", "tox"])
def test_every_entry_is_one_version_with_hashes(lock: Path) -> None:
    """A range or an entry without a hash would let another file in."""
    loose = [
        str(entry)
        for entry, hashes in _locked(lock)
        if [pin.operator for pin in entry.specifier] != ["=="]
        or not hashes
        or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", item) for item in hashes)
    ]
    assert loose == []


@pytest.mark.parametrize("lock", [LOCK, TOX], ids=["constraints", "tox"])
def test_a_lock_holds_no_address(lock: Path) -> None:
    """Where packages come from is set up where they are installed."""
    assert "://" not in lock.read_text(encoding="utf-8")


def test_tox_hands_the_lock_to_pip() -> None:
    """Every environment is locked but the one that is there to run without a lock."""
    written = (CHECKOUT / "tox.ini").read_text(encoding="utf-8")
    sections = dict(
        re.findall(r"^\[([^\]]+)\]\n(.*?)(?=^\[|\Z)", written, re.MULTILINE | re.DOTALL)
    )
    line = "constraints = {tox_root}/locks/constraints.txt\n"
    assert line in sections["testenv"]
    assert line in sections["pkgenv"]
    others = [name for name, body in sections.items() if "constraints =\n" in body]
    assert others == ["testenv:newest", "testenv:.pkg-newest"]


def test_the_locks_agree() -> None:
    """What tox is installed with is in the lock of everything, too."""
    everything = {(entry.name, str(entry.specifier)) for entry, _ in _locked(LOCK)}
    assert {(entry.name, str(entry.specifier)) for entry, _ in _locked(TOX)} <= everything


@pytest.mark.parametrize("file", ["README.md", ".ci/run"])
def test_tox_itself_is_locked(file: str) -> None:
    """The command that installs tox names the lock."""
    if not (CHECKOUT / file).is_file():
        pytest.skip(f"an sdist has no {file}")
    text = (CHECKOUT / file).read_text(encoding="utf-8")
    assert "pip install --quiet --requirement locks/tox.txt && " in text
