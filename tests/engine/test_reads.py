"""Kinds of rules and conditions declare the facts that they read."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import reduce
from importlib.util import find_spec
from operator import or_
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import pytest
from rules_of_every_kind import RULES, claims
from rules_of_every_kind import rule as rule_of
from shapes import DAY, paid

import payer_rules.kinds
from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.conditions import CONDITIONS, Conditions
from payer_rules.engine.lookback import NeedsHistory
from payer_rules.engine.member_conditions import PERIOD_READS
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.reads import OWNERS, Reads
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import KINDS, Kind, RequiredField, evaluator_of, kind_of
from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.required_field.rule import RequiredFieldName
from payer_rules.rules import Payer, Rule, When

PAYERS: Final = tuple(
    Payer(id="p", name="P", kind="commercial", same_provider=same)
    for same in ("rendering", "billing", "billing-and-specialty")
)
PAST: Final = (
    History.unknown(),
    History(
        lines=[
            paid("90834", DAY - timedelta(days=1), diagnoses=("F33",)),
            paid("90834", DAY),
            paid("90853", DAY),
        ]
    ),
)
NOTHING_PRESUMED: Final = Assumptions.presuming(frozenset())
STATED: Final = tuple(
    (name, rule)
    for rule in RULES
    for name in CONDITIONS
    if any(getattr(when, name) not in (None, ()) for when in rule.condition_tables)
)


#: The modules of each kind.
PARTS: Final = frozenset(["rule", "evaluator", "words", "examples", "mutants"])
#: What copies a value reads all of its fields, and uses none; so many calls lie between at most.
COPYING: Final = frozenset(["evolve", "__attrs_post_init__"])
DEEPEST: Final = 6


class Recorder:
    """The fields that are read of claims and histories, and the lines of which one was read."""

    def __init__(self) -> None:
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.lines: set[int] = set()

    def note(self, owner: str, value: object, name: str) -> None:
        """Record that the field was read."""
        self.fields[owner].add(name)
        if isinstance(value, ServiceLine) and owner == "line" and name != "number":
            self.lines.add(id(value))

    def undeclared(self, reads: Reads) -> dict[str, set[str]]:
        """Return the fields that were read and are not declared."""
        excess = {
            owner: names - getattr(reads, owner) - {"number"}
            for owner, names in self.fields.items()
        }
        return {owner: names for owner, names in excess.items() if names}


def is_copied() -> bool:
    """Return True if the reader copies the value with another field, such as for a cure."""
    frame = sys._getframe(2)
    for _ in range(DEEPEST):
        if frame.f_code.co_name in COPYING:
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Record each read of a field of a claim, its parts and earlier lines."""
    recorder = Recorder()
    names = {owner: {field.name for field in attrs.fields(c)} for owner, c in OWNERS.items()}
    owner_of: dict[type, str] = {c: owner for owner, c in OWNERS.items()}

    def note(self: Any, name: str) -> Any:
        owner = owner_of[type(self)]
        if name in names[owner] and not is_copied():
            recorder.note(owner, self, name)
        return object.__getattribute__(self, name)

    owners: tuple[Any, ...] = tuple(OWNERS.values())
    for owner in owners:
        owner.__getattribute__ = note
    try:
        yield recorder
    finally:
        for owner in owners:
            del owner.__getattribute__


def read_by_kind(rule: Rule, payer: Payer, claim: Claim, history: History) -> Recorder:
    """Return what the evaluator of the rule reads of the claim and the history."""
    evaluator = evaluator_of(rule, payer)
    state = ClaimState(claim, history, NOTHING_PRESUMED)
    met: list[tuple[ServiceLine, MissingFacts]] = [
        (line, ()) for line in state.lines if line.code in rule.meets
    ]
    with recorded() as recorder:
        evaluator.evaluate(state, met)
    return recorder


def reads_of(rule: Rule) -> Reads:
    """Return the declarations of the rule, or else of its kind, and of its conditions."""
    declared = evaluator_of(rule, PAYERS[0]).reads or kind_of(rule).reads
    stated = [condition for condition, item in STATED if item is rule]
    of_conditions = (CONDITIONS[name] for name in stated)
    conditions = (each.reads | each.reads_earlier for each in of_conditions)
    period = PERIOD_READS if rule.when.age and rule.when.age.on == "period" else Reads()
    return reduce(or_, conditions, declared | period)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: kind_of(rule).table)
def test_a_kind_reads_nothing_that_it_does_not_declare(rule: Rule) -> None:
    """The evaluator of a rule reads the fields that it, or its kind, and its conditions declare."""
    for payer in PAYERS:
        for claim in claims():
            for history in PAST:
                read = read_by_kind(rule, payer, claim, history)
                assert read.undeclared(reads_of(rule)) == {}


@pytest.mark.parametrize("name", get_args(RequiredFieldName))
def test_a_rule_on_one_field_declares_what_it_reads(name: str) -> None:
    """A rule that requires one field reads what it declares, and not the other fields."""
    item = rule_of(RequiredField, fields=frozenset([name]))
    for claim in claims():
        assert read_by_kind(item, PAYERS[0], claim, PAST[0]).undeclared(reads_of(item)) == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: kind_of(rule).table)
def test_a_rule_declares_no_more_than_its_kind(rule: Rule) -> None:
    """What an evaluator declares of its rule is a part of what the kind declares."""
    declared = evaluator_of(rule, PAYERS[0]).reads
    assert declared is None or declared.without(kind_of(rule).reads) == Reads()


@pytest.mark.parametrize(
    ("name", "rule"), STATED, ids=lambda item: item if item == str(item) else ""
)
def test_a_condition_reads_nothing_that_it_does_not_declare(name: str, rule: Rule) -> None:
    """Each condition reads the fields that it declares."""
    first, *others = [When(**{name: getattr(when, name)}) for when in rule.condition_tables]
    alone = [Conditions(first, payer, rule.counting_window, others) for payer in PAYERS]
    period = PERIOD_READS if rule.when.age and rule.when.age.on == "period" else Reads()
    for claim in claims():
        for history in PAST:
            state = ClaimState(claim, history, NOTHING_PRESUMED)
            for line in (*state.lines, *history.lines):
                with recorded() as recorder:
                    for conditions in alone:
                        conditions.weigh(state, line)
                own = CONDITIONS[name].reads | period
                if isinstance(line, HistoryLine):
                    own |= CONDITIONS[name].reads_earlier
                # NOTE: a condition on an earlier line reads of it what it reads of a line.
                assert recorder.undeclared(own | Reads(history=own.line)) == {}


def test_every_condition_is_tried() -> None:
    """The rules of these tests state every condition."""
    assert set(CONDITIONS) == {name for name, _ in STATED}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: kind_of(rule).table)
def test_a_kind_without_links_takes_each_line_by_itself(rule: Rule) -> None:
    """Without a declared link, no other line of the claim is read."""
    if kind_of(rule).reads.links:
        return
    for claim in claims():
        state = ClaimState(claim, PAST[1], NOTHING_PRESUMED)
        for line in state.lines:
            if line.code in rule.meets:
                with recorded() as recorder:
                    evaluator_of(rule, PAYERS[0]).evaluate(state, [(line, ())])
                assert recorder.lines <= {id(line)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: kind_of(rule).table)
def test_a_kind_that_reads_the_history_says_how_far_back(rule: Rule) -> None:
    """An evaluator has look-backs if its kind declares fields of earlier lines, and only then."""
    evaluator = evaluator_of(rule, PAYERS[0])
    assert isinstance(evaluator, NeedsHistory) == bool(kind_of(rule).reads.history)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: kind_of(rule).table)
def test_the_dates_of_a_kind_are_boundary_days(rule: Rule) -> None:
    """Every date that a kind of rule states of its own is one of its boundary days."""
    common = {field.name for field in attrs.fields(Rule)}
    own = [
        getattr(rule, field.name) for field in attrs.fields(type(rule)) if field.name not in common
    ]
    stated = {value for value in own if isinstance(value, date)}
    assert stated <= kind_of(rule).boundary_days(rule)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_a_declaration_names_fields(kind: Kind[Any]) -> None:
    """A kind declares only fields that the classes have."""
    for owner, cls in OWNERS.items():
        assert getattr(kind.reads, owner) <= {field.name for field in attrs.fields(cls)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
@pytest.mark.parametrize("part", ["rule", "table", "evaluator", "stage", "words", "reads"])
def test_a_kind_has_every_part(kind: Kind[Any], part: str) -> None:
    """A kind without one of its parts cannot be built."""
    parts = {field.name: getattr(kind, field.name) for field in attrs.fields(Kind)}
    del parts[part]
    with pytest.raises(TypeError, match=part):
        Kind(**parts)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_the_folder_of_a_kind_has_examples_and_mutants(kind: Kind[Any]) -> None:
    """Every kind has examples and mutants, and those with history examples declare them."""
    folder, _, _ = kind.rule.__module__.rpartition(".")
    assert callable(kind.examples)
    assert isinstance(kind.mutants, Mutants)
    assert (kind.history_examples is not None) == bool(find_spec(f"{folder}.history_examples"))


def test_decisions_import_no_examples_and_no_mutants() -> None:
    """The kinds, the rule book and the registry are imported without examples and mutants."""
    code = "import payer_rules.registry, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    parts = {name.rpartition(".")[2] for name in run.stdout.split() if ".kinds." in name}
    assert parts.isdisjoint({"examples", "history_examples"})
    assert "payer_rules.kinds.coverage.mutants" not in run.stdout.split()


def test_a_kind_of_rule_must_say_which_codes_it_meets() -> None:
    """A class of rules without ``meets`` cannot be constructed."""

    class NoCodes(Rule):
        """A rule on no code."""

    with pytest.raises(TypeError, match="meets"):
        NoCodes(id="acme/x", citations=(), rationale="x")  # type: ignore[abstract]


def test_an_undeclared_read_is_reported() -> None:
    """A field that is read and not declared is named, with the class that has it."""
    (asked, *_) = claims()
    with recorded() as recorder:
        assert asked.received is None
        assert asked.lines[0].units
    assert recorder.undeclared(Reads(claim={"lines"})) == {
        "claim": {"received"},
        "line": {"units"},
    }
    assert recorder.undeclared(Reads(claim={"lines", "received"}, line={"units"})) == {}


def test_every_folder_of_a_kind_is_listed_and_has_the_same_files() -> None:
    """A kind that is not in `KINDS`, or whose folder has no words, examples or mutants, fails."""
    root = Path(payer_rules.kinds.__file__).parent
    folders = {path.parent for path in root.glob("*/__init__.py")}
    assert {folder.name for folder in folders} == {kind.table for kind in KINDS}
    for folder in folders:
        assert {path.stem for path in folder.glob("*.py")} >= PARTS
