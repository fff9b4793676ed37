"""The evaluator of add-on codes whose primary codes a rule lists."""

from __future__ import annotations

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.add_ons import AddOnDetails, AddOnEvaluator, RequiredPrimaries
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.missing import NONE_MISSING, MissingFact
from payer_rules.engine.providers import resolve
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.add_on_code.words import WORDS
from payer_rules.rules import Payer


class AddOnCodeEvaluator(AddOnEvaluator, RuleEvaluator[AddOnCode, AddOnDetails]):
    """The evaluator of a rule that lists the primary codes of add-on codes."""

    def __init__(self, rule: AddOnCode, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._scope = resolve(rule.scope, payer)
        self.near = rule.within

    def required(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> RequiredPrimaries:
        """Return the primary codes that the rule lists."""
        others = (MissingFact("table", f"the primary codes of {line.code}"),)
        return RequiredPrimaries(
            primaries=self.rule.primaries,
            others=NONE_MISSING if self.rule.exhaustive else others,
            scope=self._scope,
        )

    def describe(self, verdict: Verdict[AddOnDetails], claim: Claim) -> Finding:
        """Return the verdict as a finding in the words of the kind."""
        return RuleEvaluator.describe(self, verdict, claim)
