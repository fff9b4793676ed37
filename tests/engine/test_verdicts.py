"""Verdicts are data: they hold no claim, and the words of a kind describe them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import pytest
from rules_of_every_kind import RULES, claims
from shapes import DAY, paid

from payer_rules.claims import Claim
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.verdict import Verdict
from payer_rules.history import History
from payer_rules.kinds import evaluator_of, kind_of
from payer_rules.rules import Payer, Rule

PAYER: Final = Payer(id="p", name="P", kind="commercial")
PAST: Final = History(lines=[paid("90834", DAY), paid("90853", DAY)])
NOTHING_PRESUMED: Final = Assumptions.presuming(frozenset())
NONE_MISSING: Final[MissingFacts] = ()


def verdicts_on(rule: Rule, claim: Claim) -> list[Verdict[Any]]:
    """Return the verdicts of the rule on the claim."""
    state = ClaimState(claim, PAST, NOTHING_PRESUMED)
    met = [(line, NONE_MISSING) for line in state.lines if line.code in rule.meets]
    evaluator_of(rule, PAYER).evaluate(state, met)
    return [verdict for _, verdict in state.verdicts]


def broken() -> Iterator[tuple[Rule, Claim]]:
    """Yield each rule with each claim that breaks it."""
    for rule in RULES:
        for claim in claims():
            if verdicts_on(rule, claim):
                yield rule, claim


BROKEN: Final = tuple(broken())


def test_every_kind_is_broken_by_a_claim() -> None:
    """The claims of these tests break a rule of every kind, or keep it as add-on codes do."""
    tried = {kind_of(rule).table for rule in RULES}
    assert tried - {kind_of(rule).table for rule, _ in BROKEN} == {"add_on_code"}


@pytest.mark.parametrize(("rule", "claim"), BROKEN, ids=lambda item: type(item).__name__)
def test_a_verdict_is_equal_on_another_claim_with_the_same_lines(rule: Rule, claim: Claim) -> None:
    """A verdict can be hashed, and does not depend on the id of the claim."""
    first = verdicts_on(rule, claim)
    assert first == verdicts_on(rule, attrs.evolve(claim, id="OTHER"))
    assert len(set(first)) == len(first)


@pytest.mark.parametrize(("rule", "claim"), BROKEN, ids=lambda item: type(item).__name__)
def test_the_words_of_a_kind_describe_each_verdict(rule: Rule, claim: Claim) -> None:
    """A finding has the rule, lines and outcome of its verdict, and a message."""
    for verdict in verdicts_on(rule, claim):
        finding = evaluator_of(rule, PAYER).describe(verdict, claim)
        assert (finding.rule, finding.lines) == (verdict.rule, verdict.lines)
        assert finding.outcome == verdict.outcome
        assert finding.message
