"""The hook specs: every one explained, and one for each kind of rule."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Final, get_args, get_type_hints

import pytest

from payer_rules import EditTable, hookspecs
from payer_rules.registry.contract import specs
from payer_rules.rules import KINDS, Kind

SPECS: Final = sorted(hookspecs.__all__)
FOR_ALL: Final = {"payer_rules_payers", "payer_rules_profiles", "payer_rules_cases"}


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_a_docstring_with_an_example(name: str) -> None:
    """A hook says what it is for and shows how it is implemented."""
    told = inspect.getdoc(getattr(hookspecs, name)) or ""
    assert told.partition("\n")[0].endswith(".")
    assert f"@hookimpl\n    def {name}(" in told


def test_the_specs_are_the_listed_hooks() -> None:
    """No hook is left out of the list, and nothing in the list is not a hook."""
    assert sorted(specs()) == SPECS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_each_kind_of_rule_has_its_hook(kind: Kind) -> None:
    """The hook of a kind gives an iterable of that kind."""
    hints = get_type_hints(getattr(hookspecs, kind.hook))
    assert hints["return"] == Iterable[kind.rule]  # type: ignore[name-defined]


@pytest.mark.parametrize("name", SPECS)
def test_rule_hooks_are_asked_about_one_payer(name: str) -> None:
    """Rule hooks take the payer, and no hook takes anything else."""
    assert specs()[name] == (() if name in FOR_ALL else ("payer",))


def test_every_hook_is_for_a_kind_a_table_or_a_folder() -> None:
    """There is no hook that the registry would not call."""
    known = {kind.hook for kind in KINDS} | FOR_ALL | {"payer_rules_edit_tables"}
    assert set(SPECS) == known
    hints = get_type_hints(hookspecs.payer_rules_edit_tables)
    assert get_args(hints["return"]) == (EditTable,)
