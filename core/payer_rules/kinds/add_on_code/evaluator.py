"""The evaluator of add-on codes whose primary codes a rule lists."""

from __future__ import annotations

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.add_on_code import AddOnEvaluator, Need
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts
from payer_rules.engine.providers import Scope, resolve
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.rules import Payer


@attrs.frozen
class _ByRule:
    """The primaries that a rule lists."""

    rule: AddOnCode
    scope: Scope

    def of(self, claim: Claim, line: ServiceLine, assumptions: Assumptions) -> Need | MissingFacts:
        """What the rule says, whatever the line."""
        others = (MissingFact("table", f"the primary codes of {line.code}"),)
        return Need(
            primaries=self.rule.primaries,
            others=NONE_MISSING if self.rule.exhaustive else others,
            scope=self.scope,
            adjustment=self.rule.adjustment,
            citations=self.rule.citations,
        )


def make(rule: AddOnCode, payer: Payer) -> AddOnEvaluator:
    """The judge of the rule."""
    needs = _ByRule(rule, resolve(rule.scope, payer))
    return AddOnEvaluator(rule.id, needs, rule.outcome, rule.detected_in)
