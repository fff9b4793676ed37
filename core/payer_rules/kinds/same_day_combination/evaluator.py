"""The evaluator of same-day combinations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import EDITION, MissingFacts
from payer_rules.engine.pairs import (
    PairConflict,
    PairDetails,
    PairEvaluator,
    evaluate_pairs,
    pair_finding,
    record_missing_history,
)
from payer_rules.engine.providers import Scope, resolve
from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.same_day_combination.bypass import Place, is_bypassed
from payer_rules.kinds.same_day_combination.rule import SameDayCombination
from payer_rules.kinds.same_day_combination.words import WORDS
from payer_rules.rules import Payer

#: The indicator of a row that was never in force.
_NEVER_IN_FORCE: Final = 9


class CombinationEvaluator(RuleEvaluator[SameDayCombination, PairDetails], PairEvaluator):
    """The evaluator of every pair of a first and a second code on one day."""

    reads_alone = Reads(line={"code", "modifiers"})

    def __init__(self, rule: SameDayCombination, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._scope = resolve(rule.scope, payer)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each second code on a day with a payable first code."""
        if self.rule.indicator == _NEVER_IN_FORCE:
            return
        known = [(line, missing) for line, missing in met if EDITION not in missing]
        for line, missing in met:
            # NOTE: if the text is not known for the day, the codes that it pairs are not either.
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
        codes = self.rule.meets if self.rule.undirected else self.rule.first
        evaluate_pairs(self, state, known, [line for line in state.lines if line.code in codes])
        unbypassed = [(line, missing) for line, missing in known if not self._is_exempt(line)]
        record_missing_history(self, state, unbypassed)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the codes that the rule pairs, on the days of the line."""
        return (lookback_on_days(self.rule.meets, line),)

    def scope(self, state: ClaimState) -> Scope:
        """Return the provider whose lines are paired."""
        return self._scope

    def conflict(
        self, state: ClaimState, first: ServiceLine, second: ServiceLine
    ) -> PairConflict | None:
        """Return the conflict of a first and a second code without a bypass modifier."""
        rule = self.rule
        if not self._is_pair(first, second):
            return None
        bypassed = is_bypassed(rule, first, "first") or is_bypassed(rule, second, "second")
        return None if rule.may_be_bypassed and bypassed else PairConflict()

    def describe(self, verdict: Verdict[PairDetails], claim: Claim) -> Finding:
        """Return the verdict as a finding."""
        return pair_finding(
            self,
            verdict,
            message=self.words.explain(self.rule, verdict, claim).message,
            adjustment=self.rule.adjustment,
            citations=self.rule.citations,
            cure=self.words.cure(self.rule, verdict, claim),
        )

    def _is_pair(self, first: ServiceLine, second: ServiceLine) -> bool:
        rule = self.rule
        if first.code in rule.first and second.code in rule.second:
            return not (rule.undirected and isinstance(second, HistoryLine))
        reversed_pair = first.code in rule.second and second.code in rule.first
        return rule.undirected and reversed_pair and not isinstance(second, HistoryLine)

    def _is_exempt(self, line: ServiceLine) -> bool:
        """Return True if the line's own modifier bypasses every pair with an unknown line."""
        place: Place = "second" if line.code in self.rule.second else "first"
        return self.rule.may_be_bypassed and is_bypassed(self.rule, line, place)
