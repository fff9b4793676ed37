"""Each miniature has one problem, which is reported and affects no other plugin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from payer_rules import Claim, History, Member, Provider, ServiceLine, load
from payer_rules.registry import Registry

MINIATURES: Final = Path(__file__).resolve().parent.parent / "miniatures"
SOUND: Final = {"acme/needs-95", "acme/one-per-day", "sound-house/one-per-day"}
LIMITS: Final = "payer_rules_frequency_limits"
REQUIREMENTS: Final = "payer_rules_modifier_requirements"
TABLES: Final = "payer_rules_edit_tables"
MEND: Final = "Correct the plugin, or leave it out: --without, load(without=…)."
NO_SUCH: Final = f"there is no such hook. Did you mean {LIMITS!r}?"
CITE: Final = 'Write cites = ["ROW"]. Known here: H-1.'
QUOTE: Final = "Put text and codes between quotes; write dates as 2024-08-15, numbers as 72.10."


def _entry(name: str) -> str:
    return f"{name.replace('_', '-')} 1.0, entry point {name!r}"


#: The miniatures invalid when they are loaded: the place within the plugin, and what is reported.
AT_LOAD: Final = {
    "fails_to_import": [
        ", fails_to_import.py:5: cannot be imported: ModuleNotFoundError: "
        f"No module named 'a_package_that_is_not_installed'. {MEND}"
    ],
    "faulty_profile": [
        f", broken.toml:3: 'Broken Health' stands where a value belongs. {QUOTE}",
        f", halved.toml:29: the rule cites no source. {CITE}",
    ],
    "hook_wrapper": [
        f", hook_wrapper.py:10, {LIMITS}: is a hook wrapper, which is not supported. Write a plain @hookimpl."
    ],
    "implements_no_hook": [
        ": implements no hook. Mark the functions that implement hooks with @hookimpl."
    ],
    "lacks_the_mark": [
        ", lacks_the_mark.py:8, payer_rules_payers: is named like a hook and is not marked with @hookimpl. "
        "Mark it with @hookimpl, or rename it."
    ],
    "lacks_the_payer_argument": [
        f", lacks_the_payer_argument.py:8, {LIMITS}: is missing the argument 'payer'. "
        f"Write {LIMITS}(payer), and return values for that payer only."
    ],
    "missing_folder": [
        ", payer_rules_profiles: there is no folder 'profiles-left-at-home'. "
        "Ship it, or do not name it."
    ],
    "misspelt_hook": [f", misspelt_hook.py:8, payer_rules_frequency_limit: {NO_SUCH}"],
    "misspelt_optional_hook": [
        f", misspelt_optional_hook.py:8, payer_rules_frequency_limit: {NO_SUCH}"
    ],
    "replaced_hook": [
        ", replaced_hook.py:8, payer_rules_coverage: this hook was replaced by payer_rules_rules. "
        "Return these rules from payer_rules_rules(payer)."
    ],
    "unknown_argument": [
        f", unknown_argument.py:8, {LIMITS}: takes 'claim', an argument that the hook does not have. "
        f"Write {LIMITS}(payer)."
    ],
}
#: The miniatures invalid when a payer's rules are gathered: the hook, the rules that stand
#: nevertheless, and what is reported.
AT_GATHERING: Final = {
    "ends_the_program": (
        LIMITS,
        set(),
        [f", ends_the_program.py:13: raised SystemExit: no license. {MEND}"],
    ),
    "overlapping_editions": (
        LIMITS,
        {"acme/edited"},
        [
            ": two editions of 'acme/edited' are in force at once (2024-07-01 to 2024-12-31 "
            "and to 2024-07-01), so that neither is used. End the earlier one the day before the "
            "later one begins, or give them two ids."
        ],
    ),
    "raises": (
        LIMITS,
        {"acme/beside-what-raises"},
        [f", raises.py:13: raised KeyError: 'acme'. {MEND}"],
    ),
    "raises_halfway": (
        LIMITS,
        {"acme/before-it-raised"},
        [f", raises_halfway.py:17: raised RuntimeError. {MEND}"],
    ),
    "returns_a_dict_item": (
        LIMITS,
        {"acme/beside-a-dict"},
        [
            ": value 2 is {'id': 'acme/dict'}, of type dict. This hook gives FrequencyLimit.",
            ": value 3 is <object object>, of type object. This hook gives FrequencyLimit.",
        ],
    ),
    "returns_another_kind": (
        REQUIREMENTS,
        set(),
        [
            ": value 1 is the FrequencyLimit 'acme/no-requirement'. "
            "This hook gives ModifierRequirement."
        ],
    ),
    "returns_no_list": (
        LIMITS,
        set(),
        [
            ": returns {'rules': 3}, of type dict. Return a list of FrequencyLimit; "
            "an empty one if there are none."
        ],
    ),
    "returns_nothing": (
        LIMITS,
        set(),
        [": returns None. Return a list of FrequencyLimit; an empty one if there are none."],
    ),
    "rule_of_another_payer": (
        LIMITS,
        {"acme/its-own"},
        [
            ": the rule 'umbrella/one-per-day' is given for the payer 'acme', and 'umbrella' is "
            "neither that payer nor a namespace of this plugin. "
            "Begin its id with 'acme/', or list 'umbrella' in payer_rules_payers."
        ],
    ),
    "rule_without_citation": (
        LIMITS,
        set(),
        [
            ", rule_without_citation.py:13, citations: the rule cites no source. "
            "Say where it was read."
        ],
    ),
    "table_at_fault": (
        TABLES,
        set(),
        [", table_at_fault.py:11, ptp.csv:3: '9083' is not a procedure code. Write five digits."],
    ),
}
#: The miniatures whose problem needs a second plugin; each has a test of its own below.
TOGETHER: Final = {
    "duplicate_rule_id",
    "duplicate_rule_id_too",
    "edit_table_twice",
    "payer_twice",
    "same_name_twice",
}


def _texts(problems: object) -> list[str]:
    assert isinstance(problems, tuple)
    return [str(problem) for problem in problems]


def _rules(registry: Registry, payer: str = "acme") -> set[str]:
    return {rule.id for rule in registry.collect(payer).rules}


@pytest.mark.parametrize("miniature", [*AT_LOAD, *AT_GATHERING])
def test_each_problem_of_a_plugin_has_a_code(
    miniature: str, installed: Callable[..., None]
) -> None:
    """Problems at load and in a payer's rules have a code each."""
    installed(miniature, "sound")
    registry = load()
    problems = [*registry.problems, *registry.collect("acme").problems]
    assert problems != []
    assert [str(problem) for problem in problems if not problem.code] == []


def test_every_miniature_is_tried() -> None:
    """There is no miniature whose problem no test expects."""
    names = {path.stem for path in MINIATURES.iterdir() if path.stem != "__pycache__"}
    tests = "".join(path.read_text("utf-8") for path in MINIATURES.parent.rglob("test_*.py"))
    assert {name for name in names - {"a_rule"} if f'"{name}"' not in tests} == set()


def test_the_sound_miniature_has_no_problem(installed: Callable[..., None]) -> None:
    """A plugin without a problem is listed with its hooks and without a problem."""
    installed("sound")
    registry = load()
    assert _texts(registry.problems) == []
    assert _texts(registry.collect("acme").problems) == []
    assert registry.collect("acme").incomplete == ()
    assert _rules(registry) == SOUND


@pytest.mark.parametrize("miniature", AT_LOAD)
def test_a_problem_at_load_is_reported_and_costs_nobody_else(
    miniature: str, installed: Callable[..., None]
) -> None:
    """The problem names distribution, version and entry point; the sound plugin is all there."""
    installed(miniature, "sound")
    registry = load()
    assert _texts(registry.problems) == [
        _entry(miniature) + message for message in AT_LOAD[miniature]
    ]
    assert _rules(registry) == SOUND
    assert registry.collect("acme").incomplete == ()


@pytest.mark.parametrize("miniature", AT_GATHERING)
def test_a_problem_of_the_rules_is_reported_and_costs_nobody_else(
    miniature: str, installed: Callable[..., None]
) -> None:
    """The problem names plugin and hook; the other rules are kept; the hook is incomplete."""
    hook, stand, result = AT_GATHERING[miniature]
    installed(miniature, "sound")
    registry = load()
    collected = registry.collect("acme")
    assert _texts(registry.problems) == []
    assert _texts(collected.problems) == [f"{_entry(miniature)}, {hook}{item}" for item in result]
    assert {rule.id for rule in collected.rules} == SOUND | stand
    assert collected.incomplete == (f"{miniature}: {hook}",)


def test_a_invalid_profile_is_incomplete_and_its_other_rules_stand(
    installed: Callable[..., None],
) -> None:
    """A payer whose profile has a problem keeps its sound rules and is not complete."""
    installed("faulty_profile", "sound")
    registry = load()
    assert registry.collect("halved").incomplete == ("faulty_profile: halved.toml",)
    assert _rules(registry, "halved") == {"halved/sound", "sound-house/one-per-day"}
    assert "broken" not in registry.payers


def test_the_valid_hooks_of_a_plugin_with_a_bad_hook_are_used(
    installed: Callable[..., None],
) -> None:
    """The payers to which the plugin contributes are incomplete, and no other payer is."""
    installed("one_hook_misspelt", "sound")
    registry = load()
    assert _texts(registry.problems) == [
        f"{_entry('one_hook_misspelt')}, one_hook_misspelt.py:23, "
        f"payer_rules_frequency_limit: {NO_SUCH}"
    ]
    incomplete = ("one_hook_misspelt: payer_rules_frequency_limit",)
    assert _rules(registry, "partly") == {"partly/one-per-day", "sound-house/one-per-day"}
    assert registry.collect("partly").incomplete == incomplete
    assert _rules(registry) == {*SOUND, "partly-house/one-per-day"}
    assert registry.collect("acme").incomplete == incomplete
    assert registry.collect("medicare").incomplete == ()


def test_a_line_is_not_paid_where_a_hook_was_rejected(installed: Callable[..., None]) -> None:
    """A rejected hook may deny the line, so that the line is not known to be paid."""
    installed("one_hook_misspelt", "sound")
    claim = Claim(
        id="C1",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        lines=[ServiceLine(number=1, code="90853", date_from=date(2024, 8, 15))],
    )
    decision = load().rulebook("partly").decide(claim, History())
    assert decision.outcome == "unknown"
    assert "one_hook_misspelt: payer_rules_frequency_limit" in str(decision.not_evaluated)


def test_a_name_taken_twice_is_refused_from_both(installed: Callable[..., None]) -> None:
    """Of two plugins with one entry-point name none is loaded, and each problem names the other."""
    name = "same_name_twice"
    installed(("first-plans", name, name), ("second-plans", name, name), "sound")
    registry = load()
    message = "so none of them is loaded. Rename or uninstall one of them."
    assert _texts(registry.problems) == [
        f"first-plans 1.0, entry point {name!r}: "
        f"the name {name!r} is also taken by second-plans 1.0, {message}",
        f"second-plans 1.0, entry point {name!r}: "
        f"the name {name!r} is also taken by first-plans 1.0, {message}",
    ]
    assert name not in {plugin.name for plugin in registry.plugins}
    assert _rules(registry) == SOUND


def test_a_module_under_two_names_is_loaded_once(installed: Callable[..., None]) -> None:
    """A module that two entry points name is loaded under the first of them."""
    installed("sound", ("sound-again", "sound_again", "sound"))
    registry = load()
    assert _texts(registry.problems) == [
        "sound-again 1.0, entry point 'sound_again': is the same as the plugin 'sound'. "
        "Register it under one name."
    ]
    assert _rules(registry) == SOUND


def test_a_rule_id_of_two_plugins_is_refused_from_both(installed: Callable[..., None]) -> None:
    """Of two rules with one id none is used, and both hooks are incomplete."""
    one, other = "duplicate_rule_id", "duplicate_rule_id_too"
    installed(one, other, "sound")
    collected = load().collect("acme")
    assert _texts(collected.problems) == [
        f"{_entry(one)}, {LIMITS}: the rule 'acme/given-twice' is given by {_entry(other)}, "
        f"{LIMITS} too, so that none of them is used. Give each its own id."
    ]
    assert {rule.id for rule in collected.rules} == SOUND
    assert collected.incomplete == (f"{one}: {LIMITS}", f"{other}: {LIMITS}")


def test_an_edit_table_of_two_plugins_is_refused_from_both(
    installed: Callable[..., None],
) -> None:
    """Of two tables at one address none is used; the other tables are kept."""
    installed("edit_table_twice", "sound")
    whole, collected = (
        load(without=["edit_table_twice"]).collect("medicare"),
        load().collect("medicare"),
    )
    (problem,) = _texts(collected.problems)
    assert problem.startswith(
        f"{_entry('edit_table_twice')}, {TABLES}: the edit table 'medicare/practitioner' is given "
        "by payer-rules "
    )
    assert problem.endswith(
        f", entry point 'medicare', {TABLES} too, so that none of them is used. "
        "Leave one of the plugins out."
    )
    assert collected.tables == tuple(
        table for table in whole.tables if table.address != "medicare/practitioner"
    )
    assert collected.tables
    assert collected.incomplete == (f"edit_table_twice: {TABLES}", f"medicare: {TABLES}")


def test_a_payer_of_two_plugins_is_refused_from_both(installed: Callable[..., None]) -> None:
    """A payer that two plugins claim has no plugin, and both are named."""
    installed("payer_twice", "sound")
    registry = load()
    assert _texts(registry.problems) == [
        f"{_entry('payer_twice')}, payer_rules_payers: the payer 'acme' is given by "
        f"{_entry('sound')}, payer_rules_payers too, so that none of them is used. "
        "Take one of them away, or give the payer another id."
    ]
    assert "acme" not in registry.payers
    assert "acme" not in registry.owners


def test_all_problems_are_reported_at_once_in_any_order(installed: Callable[..., None]) -> None:
    """Every problem of every plugin is reported, the same in any order of plugins."""
    names = ("raises", "misspelt_hook", "sound", "faulty_profile", "duplicate_rule_id")
    listings = []
    for order in permutations(names):
        installed(*order)
        registry = load()
        listings.append((registry, registry.collect("acme")))
    assert len(_texts(listings[0][0].problems)) == 3
    assert len(_texts(listings[0][1].problems)) == 1
    assert all(listing == listings[0] for listing in listings)
