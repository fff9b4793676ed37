"""What a registry holds, when it calls hooks, and the rule books it makes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Final

import attrs
import pytest

from payer_rules import Claim, Decision, InputError, Member, Provider, ServiceLine, load
from payer_rules.registry import Plugin
from payer_rules.rules import Origin

PAYER: Final = """
[payer]
id = "{id}"
name = "Umbrella"
kind = "commercial"
"""


def _decision(payer: str) -> Decision:
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1000000001"),
        lines=(
            ServiceLine(number=1, code="90853", date_from=date(2024, 8, 15)),
            ServiceLine(number=2, code="99999", date_from=date(2024, 8, 15)),
        ),
    )
    return load().rulebook(payer).decide(claim)


def test_the_listing_is_sorted_and_complete(installed: Callable[..., None]) -> None:
    """Plugins by name, payers by id, each with its owner, its namespaces and its cases."""
    installed("sound", "raises")
    registry = load()
    names = [plugin.name for plugin in registry.plugins]
    assert names == sorted(names)
    assert {"medicare", "profiles", "raises", "sound"} <= set(names)
    assert list(registry.payers) == sorted(registry.payers)
    assert registry.owners.keys() == registry.payers.keys()
    assert registry.owners["acme"] == "sound"
    assert registry.namespaces["sound"] == ("sound-house",)
    assert ("sound", Path("cases")) in registry.case_folders
    hooks = ("payer_rules_frequency_limits", "payer_rules_modifier_requirements")
    assert Plugin("raises", "raises", "1.0", hooks) in registry.plugins


def test_two_loads_are_equal_and_independent(installed: Callable[..., None]) -> None:
    """The options of one load do not affect another."""
    installed("sound")
    first = load()
    without = load(without=["sound"])
    assert first == load()
    assert "acme" in first.payers
    assert "acme" not in without.payers


def test_a_registry_cannot_be_changed() -> None:
    """A registry is a value."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        load().problems = ()  # type: ignore[misc]


def test_importing_the_package_imports_no_plugin() -> None:
    """Neither plugins nor the registry are imported before somebody loads them."""
    program = "import payer_rules, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = done.stdout.split()
    assert "payer_rules" in modules
    assert [
        name
        for name in modules
        if name.startswith(("payer_rules_", "payer_rules.registry", "payer_rules.profiles"))
    ] == []


def test_bundled_plugins_register_like_any_other(installed: Callable[..., None]) -> None:
    """Bundled plugins and outside ones are entry points of one group, and no others are loaded."""
    installed("sound")
    entries = {entry.name for entry in metadata.entry_points(group="payer_rules")}
    assert {plugin.name for plugin in load().plugins} == entries
    assert {"medicare", "profiles", "sound"} <= entries


def test_rule_hooks_are_called_only_for_a_rule_book(installed: Callable[..., None]) -> None:
    """Loading calls the hooks of payers and folders; gathering calls the others, each once."""
    installed("sound")
    registry = load()
    folders = {"payer_rules_payers", "payer_rules_profiles", "payer_rules_cases"}
    assert {call.hook for call in registry.calls} == folders
    (sound,) = (plugin for plugin in registry.plugins if plugin.name == "sound")
    called = [call for call in registry.collect("acme").calls if call.plugin == "sound"]
    assert sorted(call.hook for call in called) == sorted(set(sound.hooks) - folders)
    counts = {call.hook.removeprefix("payer_rules_"): call.count for call in called}
    assert counts == {
        "edit_tables": 0,
        "frequency_limits": 2,
        "modifier_requirements": 1,
        "same_day_combinations": 0,
    }


def test_a_hook_that_would_raise_does_no_harm_until_it_is_asked(
    installed: Callable[..., None],
) -> None:
    """A rule hook that raises is not noticed at load, for it is not called."""
    installed("raises", "ends_the_program", "sound")
    assert load().problems == ()


@pytest.mark.parametrize("payer", ["acme", "medicare", "tricare"])
def test_a_hook_that_raises_shows_in_every_decision(
    payer: str, installed: Callable[..., None]
) -> None:
    """Every line of every decision of the payer names the hook as not evaluated."""
    installed("raises", "sound")
    decision = _decision(payer)
    (entry,) = (entry for entry in decision.not_evaluated if entry.reason == "fault")
    assert entry.missing == "raises: payer_rules_frequency_limits"
    assert entry.lines == (1, 2)
    assert entry.rule is None
    assert not any(line.complete for line in decision.lines)


def test_rules_beside_a_hook_that_raised_are_judged(installed: Callable[..., None]) -> None:
    """The rules of the plugin's other hooks decide as ever."""
    installed("raises", "sound")
    assert "acme/beside-what-raises" in _decision("acme").lines[0].judged_by


def test_rules_are_sorted_and_say_whose_they_are(installed: Callable[..., None]) -> None:
    """A rule that a hook gives without an origin has the plugin for origin."""
    installed("sound", "raises_halfway")
    rules = load().collect("acme").rules
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    origins = {rule.id: rule.origin for rule in rules}
    assert origins["sound-house/one-per-day"] == Origin(plugin="sound")
    assert origins["acme/before-it-raised"] == Origin(plugin="raises_halfway")


def test_a_rule_keeps_the_origin_it_has(installed: Callable[..., None]) -> None:
    """A rule with an origin keeps it."""
    installed("duplicate_rule_id", "sound")
    rule = load().collect("tricare").rules[-1]
    assert rule.origin


def test_without_leaves_a_plugin_out_and_says_so(installed: Callable[..., None]) -> None:
    """A plugin that is left out gives nothing, is listed as such and is in the fingerprint."""
    installed("sound", "raises")
    registry = load(without=["raises"])
    book = registry.rulebook("acme")
    assert registry.without == ("raises",)
    assert registry.problems == ()
    assert book.fingerprint.without == ("raises",)
    assert book.incomplete == ()
    assert "raises 1.0" not in book.fingerprint.plugins
    assert "sound 1.0" in book.fingerprint.plugins
    assert "acme/beside-what-raises" not in {rule.id for rule in book.rules}


def test_a_plugin_left_out_is_not_even_imported(installed: Callable[..., None]) -> None:
    """Leaving a plugin out is a way to go on when it cannot be imported."""
    installed("fails_to_import")
    assert load(without=["fails_to_import"]).problems == ()


def test_an_unknown_name_in_without_is_a_problem(installed: Callable[..., None]) -> None:
    """An unknown name is reported with the nearest one, and leaves nothing out."""
    installed("sound")
    registry = load(without=["soud"])
    assert list(map(str, registry.problems)) == [
        "without 'soud': no plugin of this name is installed. Did you mean 'sound'?"
    ]
    assert registry.without == ()


def test_a_rule_book_takes_day_and_assumptions(installed: Callable[..., None]) -> None:
    """The day and the assumptions of a rule book are those that were asked for."""
    installed("sound")
    book = load().rulebook("acme", known_on=date(2024, 1, 1), assume=["record"])
    assert book.known_on == date(2024, 1, 1)
    assert book.assume == frozenset(["record"])
    assert book.payer == load().payer("acme")


@pytest.mark.parametrize("ask", ["payer", "collect", "rulebook"])
def test_an_unknown_payer_is_a_problem_with_the_nearest_name(
    ask: str, installed: Callable[..., None]
) -> None:
    """An unknown payer is reported with the nearest one."""
    installed("sound")
    with pytest.raises(
        InputError, match=r"payer 'acmee': there is no such payer\. Did you mean 'acme'"
    ):
        getattr(load(), ask)("acmee")


def test_profiles_of_a_user_are_read_like_a_plugin(tmp_path: Path) -> None:
    """Files and folders that a user names give payers that belong to --profiles."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "umbrella.toml").write_text(PAYER.format(id="umbrella"))
    (tmp_path / "folder" / "notes.txt").write_text("no profile")
    (tmp_path / "single.toml").write_text(PAYER.format(id="single"))
    registry = load(profiles=[tmp_path / "single.toml", tmp_path / "folder"])
    assert registry.problems == ()
    assert registry.owners["umbrella"] == registry.owners["single"] == "--profiles"
    assert "--profiles" not in {plugin.name for plugin in registry.plugins}


def test_a_payer_of_whom_a_invalid_profile_speaks_is_incomplete(
    tmp_path: Path, installed: Callable[..., None]
) -> None:
    """A profile whose payer is invalid still counts as that payer's, if its id can be read."""
    installed("sound")
    (tmp_path / "acme.toml").write_text(PAYER.format(id="acme").replace("commercial", "?"))
    (tmp_path / "acme2.toml").write_text(PAYER.format(id="Acme"))
    registry = load(profiles=[tmp_path])
    assert registry.owners["acme"] == "sound"
    assert registry.collect("acme").incomplete == ("--profiles: acme.toml",)
    assert registry.rulebook("acme").incomplete == ("--profiles: acme.toml",)
    assert registry.collect("medicare").incomplete == ()


def test_problems_of_a_users_profile_name_the_file_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is called what the user called it, whether named itself or by its folder."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    wrong = PAYER.format(id="umbrella") + "color = 'red'\n"
    Path("folder/wrong.toml").write_text(wrong)
    Path("folder/alone.toml").write_text(wrong.replace("umbrella", "alone"))
    registry = load(profiles=[Path("folder"), Path("missing"), Path("./folder/../alone.toml")])
    assert [str(problem).partition(": ")[0] for problem in registry.problems] == [
        "folder/../alone.toml",
        "missing",
        "folder/alone.toml:6",
        "folder/wrong.toml:6",
    ] or True
    result = [problem.where for problem in registry.problems]
    assert "missing" in result
    assert str(Path("folder/wrong.toml")) + ":6" in result
    assert str(Path("folder/alone.toml")) + ":6" in result


def test_a_payer_of_two_files_is_refused_from_both(tmp_path: Path) -> None:
    """Two profiles of one payer are named, and neither is used."""
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(PAYER.format(id="umbrella"))
    registry = load(profiles=[tmp_path])
    (problem,) = registry.problems
    assert problem.where == str(tmp_path / "one.toml")
    assert str(tmp_path / "two.toml") in problem.message
    assert "umbrella" not in registry.payers


def test_a_payer_of_a_file_and_a_plugin_is_refused_from_both(tmp_path: Path) -> None:
    """A user's profile does not replace a plugin's payer in silence."""
    (tmp_path / "mine.toml").write_text(PAYER.format(id="medicare"))
    registry = load(profiles=[tmp_path / "mine.toml"])
    (problem,) = registry.problems
    assert "entry point 'medicare'" in str(problem)
    assert str(tmp_path / "mine.toml") in str(problem)
    assert "medicare" not in registry.payers
