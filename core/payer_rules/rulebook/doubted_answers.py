"""Answers of a rule that rest on a fact in doubt: a line in review, or a derived profession.

Such a rule is evaluated twice, with the fact and without it.
"""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.engine.applicability import Applies
from payer_rules.engine.claim_state import DOUBTED, ClaimState
from payer_rules.engine.missing import PROFESSION, MissingFacts
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.derived_professions import without_derived_professions

_IN_REVIEW = DOUBTED[0]


def evaluate_rule(
    state: ClaimState,
    compiled: CompiledRule,
    met: list[tuple[ServiceLine, MissingFacts]],
    *,
    confirms: bool = False,
) -> None:
    """Evaluate the rule on its lines.

    ``confirms`` is True if a profession is derived, and findings must be confirmed without it.
    """
    if state.in_review:
        _evaluate_in_review(state, compiled, met)
    elif confirms and compiled.profession_codes:
        _evaluate_unconfirmed(state, compiled, met)
    else:
        compiled.evaluator.evaluate(state, met)


def _evaluate_in_review(
    state: ClaimState, compiled: CompiledRule, met: list[tuple[ServiceLine, MissingFacts]]
) -> None:
    """Evaluate the rule with lines in review in doubt, then with such lines as paid.

    What only the second evaluation finds is at most for review.
    """
    evaluator, start = compiled.evaluator, len(state.verdicts)
    state.doubted = state.in_review
    evaluator.evaluate(state, met)
    state.doubted = frozenset()
    doubts = [key for key in state.entries if key[0] is evaluator and key[1] == _IN_REVIEW]
    if doubts:
        for key in doubts:
            del state.entries[key]
        certain = state.verdicts[start:]
        del state.verdicts[start:]
        evaluator.evaluate(state, met)
        found = {verdict.lines for _, verdict in certain}
        state.verdicts[start:] = certain + [
            (by, verdict.at_most_review())
            for by, verdict in state.verdicts[start:]
            if verdict.lines not in found
        ]


def _evaluate_unconfirmed(
    state: ClaimState,
    compiled: CompiledRule,
    met: list[tuple[ServiceLine, MissingFacts]],
) -> None:
    """Evaluate the rule; what it finds only by a derived profession stays open."""
    evaluator, start = compiled.evaluator, len(state.verdicts)
    evaluator.evaluate(state, met)
    found = state.verdicts[start:]
    if not found:
        return
    other = without_derived_professions(state)
    evaluator.evaluate(other, _met(compiled, other))
    confirmed = {(verdict.lines, verdict.outcome) for _, verdict in other.verdicts}
    del state.verdicts[start:]
    for by, verdict in found:
        if (verdict.lines, verdict.outcome) in confirmed:
            state.verdicts.append((by, verdict))
        else:
            for line in verdict.lines:
                state.record_missing(evaluator, line, (PROFESSION,))


def _met(compiled: CompiledRule, state: ClaimState) -> list[tuple[ServiceLine, MissingFacts]]:
    """Return the lines to which the rule may apply."""
    met: list[tuple[ServiceLine, MissingFacts]] = []
    for line in state.lines:
        if line.code in compiled.profession_codes:
            applies: Applies = compiled.applies.to(state, line) if compiled.applies else ()
            if not isinstance(applies, str):
                met.append((line, applies))
    return met
