"""Answers of a rule that rest on a line in review, which the payer may pay or not."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import DOUBTED, ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import MissingFacts

_IN_REVIEW = DOUBTED[0]


def evaluate_rule(
    state: ClaimState, evaluator: Evaluator, met: list[tuple[ServiceLine, MissingFacts]]
) -> None:
    """Evaluate the rule on its lines.

    In the expected answer a line in review counts as paid. The rule is then evaluated twice: with
    such lines in doubt, and with such lines as paid. What only the second evaluation finds is at
    most for review.
    """
    if not state.in_review:
        evaluator.evaluate(state, met)
        return
    start = len(state.verdicts)
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
