"""Rules and edit tables of plugins whose denial codes have ended or are none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from payer_rules import load
from payer_rules.registry import Registry

PLUGIN: Final = '''
"""A plugin that gives what stands below."""

from __future__ import annotations

from datetime import date

from a_rule import MANUAL, limit

from payer_rules import Adjustment, DateRange, EditTable, PairEdit, hookimpl

B5 = Adjustment(group="CO", carc="B5")
NOTHING = Adjustment(group="CO", carc="4711", rarc=("N640", "M63"))


def table(setting: str, adjustment: Adjustment, verified: DateRange) -> EditTable:
    return EditTable(
        program="medicare",
        setting=setting,
        release="2016 Q1",
        pairs=(PairEdit("90853", "90834", 1, verified, "A-1"),),
        units=(),
        complete_for=frozenset({"90834", "90853"}),
        verified=verified,
        pair_adjustment=adjustment,
        pair_citations=(MANUAL,),
        unit_citations=(MANUAL,),
        digest="none",
    )


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[object]:
    if payer != "acme":
        return []
    return [
        limit("acme/ended", adjustment=B5),
        limit("acme/ceased", adjustment=B5, in_force=DateRange(None, date(2016, 5, 1))),
        limit("acme/nothing", adjustment=NOTHING),
        limit("acme/other", adjustment=Adjustment(group="CO", carc="119")),
        limit("umbrella/ended", adjustment=B5),
    ]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    if payer != "medicare":
        return []
    return [
        table("rhc", B5, DateRange(date(2016, 1, 1))),
        table("fqhc", B5, DateRange(date(2016, 1, 1), date(2016, 3, 31))),
    ]
'''
ENTRY: Final = "denial-codes 1.0, entry point 'denial_codes'"
LIMITS: Final = "payer_rules_frequency_limits"
TABLES: Final = "payer_rules_edit_tables"
LIST: Final = "Use a code that is in force: see the list of X12."


@pytest.fixture
def registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: Callable[..., None]
) -> Registry:
    """The registry with the plugin above and a sound one."""
    (tmp_path / "plugin").mkdir()
    (tmp_path / "plugin" / "denial_codes.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "denial_codes", raising=False)
    installed("denial_codes", "sound")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "plugin")])
    return load()


def test_every_code_with_a_problem_is_reported_with_its_rule(registry: Registry) -> None:
    """Plugin, hook, rule and key are named for each code that has ended or is none."""
    ended = f"CARC 'B5' ended on 2016-05-01, and the rule is in force after that. {LIST}"
    collected = registry.collect("acme")
    messages = [str(problem) for problem in collected.problems]
    place = f"{ENTRY}, {LIMITS}"
    assert messages == [
        f"{place}, acme/ended, adjustment.carc: {ended}",
        f"{place}, acme/nothing, adjustment.carc: '4711' is not a CARC. "
        "Write one to three digits, or a capital letter and digits, such as '119' or 'B15'.",
        f"{place}, acme/nothing, adjustment.rarc.1: RARC 'M63' ended in 2004, "
        f"and the rule is in force after that. {LIST}",
        f"{place}: the rule 'umbrella/ended' is given for the payer 'acme', and 'umbrella' is "
        "neither that payer nor a namespace of this plugin. "
        "Begin its id with 'acme/', or list 'umbrella' in payer_rules_payers.",
        f"{place}, umbrella/ended, adjustment.carc: {ended}",
    ]
    assert registry.problems == ()


def test_rules_with_a_problem_are_dropped_and_the_others_stand(registry: Registry) -> None:
    """A rule with such a code is left out, its hook is incomplete, and no other rule is affected."""
    collected = registry.collect("acme")
    theirs = {rule.id for rule in collected.rules if rule.origin and "denial" in rule.origin.plugin}
    assert theirs == {"acme/ceased", "acme/other"}
    assert collected.incomplete == (f"denial_codes: {LIMITS}",)
    assert "acme/one-per-day" in {rule.id for rule in collected.rules}
    assert registry.collect("tricare").incomplete == ()


def test_a_table_with_a_code_with_a_problem_is_dropped(registry: Registry) -> None:
    """The code of an edit table is looked at like that of a rule, for as long as its rows hold."""
    collected = registry.collect("medicare")
    assert [str(problem) for problem in collected.problems if TABLES in problem.where] == [
        f"{ENTRY}, {TABLES}, medicare/rhc, pair_adjustment.carc: "
        f"CARC 'B5' ended on 2016-05-01, and its edits are in force after that. {LIST}"
    ]
    assert collected.incomplete == (f"denial_codes: {TABLES}",)
    theirs = {table.address for table in collected.tables if table.release == "2016 Q1"}
    assert theirs == {"medicare/fqhc"}


def test_bundled_rules_have_codes_in_force(registry: Registry) -> None:
    """No bundled plugin or profile uses a code that ended while its rule is in force."""
    bundled = [payer for payer, owner in registry.owners.items() if owner != "sound"]
    theirs = {p: [f for f in registry.collect(p).problems if ENTRY not in f.where] for p in bundled}
    assert theirs == {payer: [] for payer in bundled}
