"""Evaluators of rules: what those of all kinds share, and those that take each line by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import excused
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts
from payer_rules.engine.reads import Reads
from payer_rules.engine.verdict import Answer, D, Verdict
from payer_rules.engine.words import R, Words
from payer_rules.rules import Payer

#: How one line fares by a rule.
EvaluateLine: TypeAlias = Callable[[R, ClaimState, ServiceLine], Answer[D]]


class RuleEvaluator(Evaluator, Generic[R, D]):
    """A rule with the words of its kind."""

    def __init__(self, rule: R, words: Words[R, D]) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.detected_in = rule.detected_in
        self.words = words

    def describe(self, verdict: Verdict[D], claim: Claim) -> Finding:
        """Return the verdict as a finding, with its message and its cure."""
        rule = self.rule
        explanation = self.words.explain(rule, verdict, claim)
        by_number = {line.number: line for line in claim.lines}
        return Finding(
            rule=rule.id,
            lines=verdict.lines,
            outcome=verdict.outcome,
            detected_in=rule.detected_in,
            adjustment=explanation.adjustment or rule.adjustment,
            message=explanation.message,
            pays=explanation.pays,
            bill_instead=explanation.bill_instead,
            evidence=(*(evidence_of(by_number[n]) for n in verdict.lines), *explanation.evidence),
            citations=rule.citations,
            cure=self.words.cure(rule, verdict, claim)
            or excused(claim, verdict.lines, rule.excusing_modifiers),
        )

    def record_answer(
        self, state: ClaimState, line: ServiceLine, missing: MissingFacts, answer: Answer[D]
    ) -> None:
        """Record the answer on a line; ``missing`` keeps it open whether the rule applies."""
        if not answer:
            return
        if isinstance(answer, Verdict) and not missing:
            state.record(self, answer)
        else:
            facts = () if isinstance(answer, Verdict) else answer
            state.record_missing(self, line.number, (*missing, *facts))


class LineRuleEvaluator(RuleEvaluator[R, D]):
    """An evaluator that takes each line by itself."""

    def __init__(self, rule: R, words: Words[R, D], evaluate_line: EvaluateLine[R, D]) -> None:
        super().__init__(rule, words)
        self._evaluate_line = evaluate_line

    def answer(self, state: ClaimState, line: ServiceLine) -> Answer[D]:
        """Return the answer on a line to which the rule applies."""
        return self._evaluate_line(self.rule, state, line)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines that break the rule, and those for which facts are missing."""
        for line, missing in met:
            answer = self._evaluate_line(self.rule, state, line)
            # NOTE: where the text itself is not known, what it asks of the line is not either.
            if EDITION in missing:
                as_read = NONE_MISSING if isinstance(answer, Verdict) else answer
                state.record_unread_text(
                    self, line.number, missing, is_kept=not answer, as_read=as_read
                )
            else:
                self.record_answer(state, line, missing, answer)


def line_rule(
    words: Words[R, D],
    evaluate_line: EvaluateLine[R, D],
    reads_of: Callable[[R], Reads | None] = lambda _rule: None,
) -> Callable[[R, Payer], LineRuleEvaluator[R, D]]:
    """Return the constructor of evaluators for a kind that takes each line by itself.

    ``reads_of`` returns what a rule reads, if that is less than the kind declares.
    """

    def evaluator(rule: R, payer: Payer) -> LineRuleEvaluator[R, D]:
        made = LineRuleEvaluator(rule, words, evaluate_line)
        made.reads = reads_of(rule)
        return made

    return evaluator
