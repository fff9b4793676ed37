"""The files of a new plugin project."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.rules import Payer
from payer_rules.scaffold import files_of, folder_of, misnamed, package_of

EXAMPLE: Final = Path(__file__).resolve().parents[2] / "docs" / "examples" / "payer-rules-acme"
CACHES: Final = ("__pycache__", ".tox", ".pytest_cache", ".ruff_cache")


def test_the_example_is_what_the_command_writes() -> None:
    """docs/examples holds `payer-rules new acme --python`; remove it and write it anew."""
    if not EXAMPLE.is_dir():
        pytest.skip("there is no checkout around these tests")
    found = {
        path.relative_to(EXAMPLE).as_posix(): path.read_text(encoding="utf-8")
        for path in EXAMPLE.rglob("*")
        if path.is_file() and not set(CACHES) & set(path.parts)
    }
    assert found == files_of("acme", with_python=True)


def test_python_adds_to_the_profile() -> None:
    """A project with rules in Python has all files of one without, except for the module."""
    plain, more = files_of("acme"), files_of("acme", with_python=True)
    changed = {path for path, text in plain.items() if more[path] != text}
    assert changed == {"payer_rules_acme/__init__.py"}
    assert [path for path in plain if path.endswith(".py")] == ["payer_rules_acme/__init__.py"]


@given(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True))
def test_every_name_that_is_allowed_gives_a_sound_project(name: str) -> None:
    """The name is a payer's id, the package can be imported, and the project's TOML states both."""
    if misnamed(name):
        assert name.startswith("payer-rules-")
        return
    assert Payer(id=name, name="Somebody", kind="commercial").id == name
    assert package_of(name).isidentifier()
    texts = files_of(name, with_python=True)
    project = tomllib.loads(texts["pyproject.toml"])["project"]
    assert project["name"] == folder_of(name)
    assert project["entry-points"]["payer_rules"] == {name: package_of(name)}
    assert tomllib.loads(texts[f"{package_of(name)}/{name}.toml"])["payer"]["id"] == name
    assert not [path for path, text in texts.items() if "$" in path + text]


@given(st.text(max_size=20))
def test_what_is_offered_is_allowed(name: str) -> None:
    """The name in the advice is one that the command takes."""
    problem = misnamed(name)
    if problem:
        offered = problem.remedy.removeprefix("Write '").removesuffix("'.")
        assert misnamed(offered) is None
