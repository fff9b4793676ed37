"""The evaluation of coverage."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.coverage.rule import Coverage


def evaluate_line(rule: Coverage, state: ClaimState, line: ServiceLine) -> Answer[None]:
    """Return a verdict on each line, unless the rule states that its code is covered."""
    return NONE_MISSING if rule.covered else broken(rule, line, None)
