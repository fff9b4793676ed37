"""Loading for some payers reads their profiles alone, and answers as loading all does."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Final

import attrs
import pytest

import payer_rules_profiles
from payer_rules import load
from payer_rules.profiles import payer_table, profile_files, read_profile
from payer_rules.registry import Registry, loaded_profiles
from payer_rules.rules import Payer
from payer_rules.toml_files import document
from payer_rules.toml_files.line_numbers import line_map

FILES: Final = [Path(str(file)) for file in profile_files(Path(payer_rules_profiles.__path__[0]))]
ASKED: Final = "il-medicaid"
PLAIN: Final = """\
[payer]
id = "acme"
name = "Acme Health"
kind = "commercial"
"""


@pytest.fixture(scope="module")
def everything() -> Registry:
    """The registry with all profiles read."""
    return load()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the profiles that are read whole, in their order."""
    names: list[str] = []

    def recorded(path: Path, plugin: str) -> object:
        names.append(path.name)
        return read_profile(path, plugin)

    monkeypatch.setattr(loaded_profiles, "read_profile", recorded)
    return names


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts whose lines were counted."""
    texts: list[str] = []

    def recorded(text: str) -> dict[tuple[str | int, ...], int]:
        texts.append(text)
        return line_map(text)

    monkeypatch.setattr(document, "line_map", recorded)
    return texts


def without_ncci(payer: Payer) -> Payer:
    """The payer without what it states about NCCI edits."""
    return attrs.evolve(payer, ncci=None, ncci_received_from=None, ncci_citations=(), topics=())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_short_reading_gives_the_payer_of_the_whole(path: Path) -> None:
    """The payer of each bundled profile is read without its rules, NCCI edits and topics left out."""
    whole = read_profile(path, "profiles").payer
    assert whole is not None
    assert payer_table(path) == without_ncci(whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "payer = { id = 'acme', name = 'Acme', kind = 'commercial' }\n",
        PLAIN.replace("[payer]", "[payer] # ours"),
        PLAIN.replace("[payer]\n", "[payer]\nidentifiers = [\n['A'],\n]\n"),
        PLAIN.replace("commercial", "unheard-of"),
        PLAIN.replace('"acme"', "acme"),
        PLAIN + '[sources.A]\ntitle = """\n[vocabulary]\nplans = ["A"]\n"""\n',
    ],
)
def test_what_the_short_reading_does_not_cover_is_read_whole(tmp_path: Path, text: str) -> None:
    """Without a plain table of the payer there is no short reading."""
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    assert payer_table(tmp_path / "acme.toml") is None


def test_only_the_payers_asked_for_are_read(read: list[str]) -> None:
    """Of the bundled profiles, the one of the payer asked for is read."""
    registry = load(payers=[ASKED])
    registry.rulebook(ASKED)
    assert read == [f"{ASKED}.toml"]


def test_what_needs_all_payers_is_the_same(everything: Registry) -> None:
    """Owners, identifiers and the names of plans do not depend on the payers asked for."""
    registry = load(payers=[ASKED])
    assert registry.owners == everything.owners
    assert registry.payers_by_identifier() == everything.payers_by_identifier()
    assert registry.names.plans.words == everything.names.plans.words
    assert registry.names.programs.words == everything.names.programs.words
    assert registry.payer(ASKED) == everything.payer(ASKED)


def test_another_payer_is_read_when_it_is_needed(everything: Registry, read: list[str]) -> None:
    """The payer and the rule book of a payer that was not asked for are the same."""
    registry = load(payers=[ASKED])
    assert registry.payer("wa-medicaid") == everything.payer("wa-medicaid")
    collected = everything.collect("wa-medicaid")
    assert registry.collect("wa-medicaid").rules == collected.rules
    book, whole = registry.rulebook("wa-medicaid"), everything.rulebook("wa-medicaid")
    assert book.fingerprint == whole.fingerprint
    assert read == [f"{ASKED}.toml", "wa-medicaid.toml"]


def test_a_broken_profile_of_another_payer_is_not_reported(tmp_path: Path) -> None:
    """A rule invalid is a problem of the registry where its payer is asked for, or all are."""
    path = tmp_path / "acme.toml"
    path.write_text(PLAIN + "[[frequency_limit]]\n", encoding="utf-8")
    assert load(profiles=[path], payers=[ASKED]).problems == ()
    asked = load(profiles=[path], payers=["acme"]).problems
    assert asked == load(profiles=[path]).problems != ()


def test_lines_are_counted_when_they_are_asked_for(mapped: list[str]) -> None:
    """Reading a profile counts no lines; asking for the line of a rule does, once."""
    (path,) = (file for file in FILES if file.stem == ASKED)
    first, second, *_ = read_profile(path, "profiles").rules
    assert mapped == []
    assert first.origin is not None
    assert second.origin is not None
    assert (first.origin.line or 0) < (second.origin.line or 0)
    assert len(mapped) == 1


def test_an_origin_is_pickled_with_its_line() -> None:
    """The line is known in another process, without the document."""
    (path,) = (file for file in FILES if file.stem == ASKED)
    origin = read_profile(path, "profiles").rules[0].origin
    pickled = pickle.dumps(origin)
    assert pickle.loads(pickled) == origin
    assert hash(pickle.loads(pickled)) == hash(origin)
    assert len(pickled) < 200
