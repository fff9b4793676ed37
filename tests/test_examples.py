"""Example claims made from rules: every bundled rule can be shown, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import pytest

from payer_rules import Payer, Rule, load
from payer_rules.examples import examples_of, examples_of_table
from payer_rules.kinds import Check, ModifierRequirement, kind_of
from payer_rules.registry import Registry
from payer_rules.reports.conditions import _PHRASES
from payer_rules.reports.explaining import explained
from payer_rules.reports.rule_sentences import rule_sentence
from payer_rules.rulebook import RuleBook
from payer_rules.rules import SCOPES, When

REGISTRY: Final[Registry] = load()
RULES: Final = [
    (rule, REGISTRY.payers[payer])
    for payer in REGISTRY.payers
    for rule in REGISTRY.collect(payer).rules
]


def named(value: object) -> str | None:
    """A rule by its id and first day, a payer by nothing."""
    return f"{value.id}-{value.in_force.first}" if isinstance(value, Rule) else ""


@pytest.mark.parametrize(("rule", "payer"), RULES, ids=named)
def test_a_bundled_rule_has_a_claim_it_accepts_and_one_it_rejects(rule: Rule, payer: Payer) -> None:
    """For all conditions of a rule, the engine accepts one of its claims and rejects another."""
    if isinstance(rule, Check):
        pytest.skip("of a function no claim can be made")
    examples = examples_of(rule, payer)
    assert examples.accepted or always_finds(rule)
    assert bool(examples.rejected) is not rule.is_permission


def always_finds(rule: Rule) -> bool:
    """Return True if the rule denies its codes on all claims of its scope."""
    return rule.when == When(**{scope: getattr(rule.when, scope) for scope in SCOPES})


@pytest.mark.parametrize(("rule", "payer"), RULES, ids=named)
def test_a_bundled_rule_is_reported_in_words(rule: Rule, payer: Payer) -> None:
    """The rule in words is a sentence that names what it is about, in lines without loose ends."""
    sentence = rule_sentence(rule)
    assert sentence.endswith(".")
    assert "frozenset" not in sentence
    assert "None" not in sentence
    text = "\n".join(explained(rule, examples_of(rule, payer), ()))
    assert all(citation.row in text for citation in rule.citations)
    topic = kind_of(rule).topic
    assert (f"Topic          {topic}" in text) is (topic is not None)


def cures() -> Iterator[tuple[Rule, Payer]]:
    """The rules whose rejected example has a cure."""
    for rule, payer in RULES:
        rejected = examples_of(rule, payer).rejected
        if rejected and any(finding.cure for finding in rejected.decision.proved_findings):
            yield rule, payer


@pytest.mark.parametrize(("rule", "payer"), list(cures()), ids=named)
def test_a_cure_cures_under_all_rules_of_the_payer(rule: Rule, payer: Payer) -> None:
    """Given the cured claim, the payer's whole rule book no longer makes the finding."""
    rejected = examples_of(rule, payer).rejected
    assert rejected is not None
    book = REGISTRY.rulebook(payer.id)
    found = [f for f in book.decide(rejected.claim, rejected.history).proved_findings if f.cure]
    assert {finding.rule for finding in rejected.decision.proved_findings} == {rule.id}
    for finding in found:
        assert finding.cure is not None
        assert finding.cure.claim is not None
        assert finding.cure.condition.startswith(("only if", "asked for before"))
        again = book.decide(finding.cure.claim, rejected.history).proved_findings
        assert (finding.rule, finding.lines) not in {(f.rule, f.lines) for f in again}


@pytest.mark.parametrize("edits", ["ptp", "mue"])
def test_edit_tables_have_examples(edits: str) -> None:
    """A row of each bundled table is kept by one claim and broken by another."""
    payer = REGISTRY.payers["medicare"]
    tables = [t for t in REGISTRY.collect("medicare").tables if edits in t.holds]
    assert len(tables) == {"ptp": 2, "mue": 3}[edits]
    for table in tables:
        examples = examples_of_table(f"medicare/{edits}", table, payer)
        assert examples.accepted
        assert examples.rejected


def test_a_cure_that_does_not_cure_is_not_offered() -> None:
    """A cure is tried on the whole rule book before it is offered."""
    rule, payer = next(
        (rule, payer) for rule, payer in cures() if rule.id == "tricare/video-needs-gt"
    )
    rejected = examples_of(rule, payer).rejected
    assert rejected is not None
    assert isinstance(rule, ModifierRequirement)
    barred = attrs.evolve(rule, any_of=frozenset(), none_of=frozenset(["GT"]))
    book = RuleBook.build(payer, [rule, barred])
    for finding in book.decide(rejected.claim, rejected.history).proved_findings:
        assert finding.cure is None


def test_every_condition_has_words() -> None:
    """Every condition that a rule can state has words."""
    assert set(_PHRASES) == {field.name for field in attrs.fields(When)}
