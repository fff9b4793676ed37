"""The evaluators of relations: of lines that exclude others, and of lines that others require."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.add_ons import AddOnDetails, AddOnEvaluator, RequiredPrimaries
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts
from payer_rules.engine.nearness import days_related, window_days
from payer_rules.engine.other_lines import meets
from payer_rules.engine.pairs import (
    PairConflict,
    PairDetails,
    PairEvaluator,
    evaluate_pairs,
    pair_finding,
    record_missing_history,
)
from payer_rules.engine.providers import EVERYONE, Scope, resolve
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.line_relation.words import WORDS
from payer_rules.rules import Payer, codes_to_look_up

#: What a verdict about an excluded line, or about one without what it requires, rests on.
Details: TypeAlias = PairDetails | AddOnDetails


class ExclusionEvaluator(RuleEvaluator[LineRelation, Details], PairEvaluator):
    """The evaluator of lines that another line near them keeps from being paid."""

    pairs_one_code = True

    def __init__(self, rule: LineRelation, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self.near = rule.other.within
        self._scope = resolve(rule.other.scope, payer)
        self._applies = Applicability(rule, payer)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each line of the codes that is near a payable line that excludes it."""
        known = [(line, missing) for line, missing in met if EDITION not in missing]
        for line, missing in met:
            # NOTE: if the text is not known for the day, the lines that it relates are not either.
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
        codes = self.rule.other.codes
        evaluate_pairs(self, state, known, [line for line in state.lines if line.code in codes])
        record_missing_history(self, state, known)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the codes that the rule relates, on the days near the line."""
        codes, days = codes_to_look_up(self.rule.meets), days_related(self.near, line)
        return (Lookback(codes, *days, everyone=self._scope in EVERYONE),)

    def window_days(self, claim: Claim, day: int) -> Iterable[int]:
        """Return the days from which on a moved line may be near the day, or the day near it."""
        return () if self.near == "day" else window_days(self.near, day)

    def scope(self, state: ClaimState) -> Scope:
        """Return the provider whose lines are related."""
        return self._scope

    def conflict(
        self, state: ClaimState, first: ServiceLine, second: ServiceLine
    ) -> PairConflict | None:
        """Return the conflict of a line of the codes with one that excludes it."""
        if second.code not in self.rule.codes:
            return None
        excludes = meets(self.rule.other, state, first)
        if excludes is False:
            return None
        missing = NONE_MISSING if excludes is True else excludes
        if isinstance(second, HistoryLine):
            applies = self._applies.to(state, second)
            if isinstance(applies, str):
                return None
            missing = (*missing, *(fact for fact in applies if fact != EDITION))
        is_later = isinstance(first, HistoryLine) and first.date_from > second.date_to
        return PairConflict(missing=missing, is_later=is_later)

    def describe(self, verdict: Verdict[Details], claim: Claim) -> Finding:
        """Return the verdict as a finding."""
        details = verdict.details
        if isinstance(details, AddOnDetails):
            return RuleEvaluator.describe(self, verdict, claim)
        return pair_finding(
            self,
            Verdict(verdict.rule, verdict.lines, verdict.outcome, details),
            message=self.words.explain(self.rule, verdict, claim).message,
            adjustment=self.rule.adjustment,
            citations=self.rule.citations,
            cure=None,
        )


class RequirementEvaluator(AddOnEvaluator, RuleEvaluator[LineRelation, Details]):
    """The evaluator of lines that are paid only near another line."""

    def __init__(self, rule: LineRelation, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self.near = rule.other.within
        self._scope = resolve(rule.other.scope, payer)

    def required(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> RequiredPrimaries:
        """Return the criteria of the line that the rule requires."""
        other = self.rule.other
        return RequiredPrimaries(
            primaries=other.codes, others=NONE_MISSING, scope=self._scope, criteria=other
        )

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the codes that the rule requires, on the days near the line."""
        days = days_related(self.near, line)
        return (Lookback(self.rule.other.codes, *days, everyone=self._scope in EVERYONE),)

    def cure_lines(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """Return no line: what is required may be of another day."""
        return ()

    def describe(self, verdict: Verdict[Details], claim: Claim) -> Finding:
        """Return the verdict as a finding in the words of the kind."""
        return RuleEvaluator.describe(self, verdict, claim)


def evaluator(rule: LineRelation, payer: Payer) -> Evaluator:
    """Return the evaluator of the rule: of what is excluded, or of what is required."""
    if rule.requires is None:
        return ExclusionEvaluator(rule, payer)
    return RequirementEvaluator(rule, payer)
