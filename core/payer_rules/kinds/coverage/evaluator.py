"""The judge of coverage: whether a code is paid at all."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.kinds.coverage.rule import Coverage


def weigh(rule: Coverage, state: ClaimState, line: ServiceLine) -> Answer:
    """What the payer says of the line's code; a code that is covered breaks nothing."""
    if rule.covered:
        return NONE_MISSING
    return Breach(message=f"{line_label(line)}: {rule.rationale.rstrip('.')}", pays=rule.pays)


make = line_evaluator(weigh)
