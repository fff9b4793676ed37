"""The hook specs: each is documented with an example, and together they give every kind."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

import payer_rules
from payer_rules import EditTerms, Rule, hookimpl, hookspecs, load
from payer_rules.kinds import KINDS
from payer_rules.registry import Registry
from payer_rules.registry.hook_checks import specs
from payer_rules.registry.rule_hooks import REPLACED_HOOKS, RULE_HOOKS, hook_of

SPECS: Final = sorted(hookspecs.__all__)
#: The classes of rules of all kinds, in their order.
ALL_KINDS: Final = tuple(kind.rule for kind in KINDS)
FOR_ALL: Final = {"payer_rules_payers", "payer_rules_profiles", "payer_rules_cases"}
#: The head of the plugin that the examples are put into.
ABOVE: Final = f'''
"""A plugin of nothing but the examples of the hook specs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable

from a_rule import MANUAL

from payer_rules import {", ".join(payer_rules.__all__)}
from payer_rules.money import FeeSchedule, PaidShare, RelativeValues, ValueEdition


def practitioner_table() -> EditTable:
    return EditTable(
        program="medicare",
        setting="rhc",
        release="2024 Q3",
        pairs=(),
        units=(),
        complete_for=frozenset({{"90853"}}),
        verified=DateRange(),
        pair_citations=(MANUAL,),
        unit_citations=(MANUAL,),
        digest="none",
    )
'''


def _docstring(hook: str) -> str:
    return inspect.getdoc(getattr(hookspecs, hook)) or ""


def _example(hook: str) -> str:
    lines = _docstring(hook).splitlines()
    return dedent("\n".join(line for line in lines if line.startswith("    ") or not line)).strip()


@pytest.fixture
def examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: Callable[..., None]
) -> Registry:
    """The registry with a plugin that contains only the examples."""
    package = tmp_path / "plugin" / "examples_of_hooks"
    for folder in ("profiles", "cases"):
        (package / folder).mkdir(parents=True)
    text = "\n\n\n".join([ABOVE.strip(), *map(_example, SPECS)])
    (package / "__init__.py").write_text(text, encoding="utf-8")
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    installed(package.name)
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    return load()


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_a_docstring_with_an_example(name: str) -> None:
    """A hook's docstring states its purpose and shows an implementation."""
    assert _docstring(name).partition("\n")[0].endswith(".")
    assert f"@hookimpl\ndef {name}(" in _example(name)


def test_the_specs_are_the_listed_hooks() -> None:
    """No hook is left out of the list, and nothing in the list is not a hook."""
    assert sorted(specs()) == SPECS


@pytest.mark.parametrize("name", RULE_HOOKS)
def test_a_rule_hook_returns_the_classes_it_is_called_for(name: str) -> None:
    """The return type of a rule hook is its one class of rules, or `Rule` for any kind."""
    (returned,) = get_args(get_type_hints(getattr(hookspecs, name))["return"])
    assert RULE_HOOKS[name] == ALL_KINDS if returned is Rule else RULE_HOOKS[name] == (returned,)


def test_one_hook_gives_rules_of_every_kind() -> None:
    """`payer_rules_rules` takes each kind; a class without a hook of its own is given there."""
    assert set(RULE_HOOKS["payer_rules_rules"]) == set(ALL_KINDS)
    assert {hook_of(rule) for rule in ALL_KINDS} == set(RULE_HOOKS)


@pytest.mark.parametrize("name", sorted(REPLACED_HOOKS))
def test_a_replaced_hook_is_refused_with_the_hook_to_write(
    name: str, monkeypatch: pytest.MonkeyPatch, installed: Callable[..., None]
) -> None:
    """An old hook of one kind is one problem, which names its module and line and the new hook."""
    module = _plugin(name, [])
    monkeypatch.setitem(sys.modules, "gives_every_kind", module)
    installed("gives_every_kind", "sound")
    line = getattr(module, name).__code__.co_firstlineno
    (problem,) = load().problems
    assert problem.where.endswith(f"test_hookspecs.py:{line}, {name}")
    assert str(problem).endswith(
        f", {name}: this hook was replaced by payer_rules_rules. "
        "Return these rules from payer_rules_rules(payer)."
    )


@pytest.mark.parametrize("name", SPECS)
def test_rule_hooks_are_asked_about_one_payer(name: str) -> None:
    """Rule hooks take the payer, and no hook takes another argument."""
    assert specs()[name] == (() if name in FOR_ALL else ("payer",))


def test_every_hook_is_for_rules_a_table_or_a_folder() -> None:
    """There is no hook that the registry would not call."""
    known = {*RULE_HOOKS, *FOR_ALL, "payer_rules_edit_tables", "payer_rules_fee_schedules"}
    assert set(SPECS) == known
    hints = get_type_hints(hookspecs.payer_rules_edit_tables)
    assert get_args(hints["return"]) == (EditTerms,)


def test_the_examples_are_a_sound_plugin(examples: Registry) -> None:
    """A plugin that implements every hook as its example shows has no problem."""
    assert [str(problem) for problem in examples.problems] == []
    (plugin,) = [item for item in examples.plugins if item.name == "examples_of_hooks"]
    assert sorted(plugin.hooks) == SPECS
    assert "acme" in examples.payers
    collected = examples.collect("acme")
    assert [str(problem) for problem in collected.problems] == []
    assert collected.incomplete == ()


def test_the_examples_give_rules_of_each_hook_and_only_to_their_payer(examples: Registry) -> None:
    """Called for its payer, each hook's example gives rules; for another payer, none does."""
    rules = examples.collect("acme").rules
    assert {hook_of(type(rule)) for rule in rules} == set(RULE_HOOKS)
    medicare = examples.collect("medicare")
    assert [rule.id for rule in medicare.rules if rule.owner == "acme"] == []
    assert "medicare/rhc" in {table.address for table in medicare.tables}


def test_the_examples_state_values_of_the_types_of_their_fields(examples: Registry) -> None:
    """What the examples write is what the fields take, as a type checker would see it."""
    field_errors = [
        f"{rule.id}: {field.name} = {getattr(rule, field.name)!r}"
        for rule in examples.collect("acme").rules
        for field in attrs.fields(type(rule))
        if not _fits(getattr(rule, field.name), get_type_hints(type(rule))[field.name])
    ]
    assert field_errors == []


@pytest.mark.parametrize("hook", RULE_HOOKS)
def test_a_hook_gives_its_own_kinds_and_no_other(
    hook: str,
    examples: Registry,
    monkeypatch: pytest.MonkeyPatch,
    installed: Callable[..., None],
) -> None:
    """Of rules of every kind, those of the hook's kinds are used and the others refused."""
    rules = sorted(examples.collect("acme").rules, key=lambda rule: rule.id)
    others = [(at, rule) for at, rule in enumerate(rules, 1) if type(rule) not in RULE_HOOKS[hook]]
    monkeypatch.setitem(sys.modules, "gives_every_kind", _plugin(hook, rules))
    installed("gives_every_kind", "sound")
    collected = load().collect("acme")
    assert [str(problem) for problem in collected.problems] == [
        f"gives-every-kind 1.0, entry point 'gives_every_kind', {hook}: value {at} is "
        f"the {type(rule).__name__} {rule.id!r}. This hook gives {RULE_HOOKS[hook][0].__name__}."
        for at, rule in others
    ]
    assert len(others) < len(rules)
    own = {rule.id for rule in rules if type(rule) in RULE_HOOKS[hook]}
    assert own <= {rule.id for rule in collected.rules}
    assert collected.incomplete == ((f"gives_every_kind: {hook}",) if others else ())


def _plugin(hook: str, rules: list[Rule]) -> types.ModuleType:
    """Return a plugin that gives rules of all kinds from the one hook."""

    def give(payer: str) -> list[Rule]:
        return rules if payer == "acme" else []

    module = types.ModuleType("gives_every_kind")
    setattr(module, hook, hookimpl(give))
    return module


def _fits(value: object, hint: Any) -> bool:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, arm) for arm in inside)
    if origin is Literal:
        return value in inside
    if origin in (frozenset, tuple):
        return isinstance(value, origin) and all(_fits(item, inside[0]) for item in value)
    return callable(value) if origin is Callable else isinstance(value, hint)
