"""The evaluator of claim layouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_shared_day, same_day
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, HISTORY, NONE_MISSING, MissingFacts
from payer_rules.engine.nearness import days_near, is_near, window_days
from payer_rules.engine.providers import resolve, shares
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.kinds.claim_layout.faults import LayoutFault
from payer_rules.kinds.claim_layout.rule import ClaimLayout
from payer_rules.kinds.claim_layout.words import WORDS
from payer_rules.rules import Nearness, Payer, codes_to_look_up

Faults: TypeAlias = tuple[LayoutFault, ...]
MetLines: TypeAlias = list[tuple[ServiceLine, MissingFacts]]


class LayoutEvaluator(RuleEvaluator[ClaimLayout, Faults]):
    """The evaluator of a layout: the faults of each line, and of the claim if they reach it."""

    def __init__(self, rule: ClaimLayout, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._scope = resolve(rule.scope, payer)
        self._applies = Applicability(rule, payer)

    def evaluate(self, state: ClaimState, met: MetLines) -> None:
        """Record the lines that are not laid out as the rule demands."""
        faults: list[LayoutFault] = []
        for line, missing in met:
            if EDITION in missing:
                self._record_missing(state, line, missing)
                continue
            for answer in self._answers(state, line, met):
                facts = missing if isinstance(answer, LayoutFault) else (*missing, *answer)
                if facts:
                    self._record_missing(state, line, facts)
                elif isinstance(answer, LayoutFault):
                    faults.append(answer)
        self._record(state, faults)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Yield the codes whose lines belong on one claim, on the days that are near."""
        if self.rule.one_claim is not None:
            days = days_near(self.rule.one_claim, line.date_from, line.date_to)
            yield Lookback(codes_to_look_up(self.rule.codes), *days)

    def window_days(self, claim: Claim, day: int) -> Iterator[int]:
        """Yield the days from which on a moved line may be near the day, or in its month."""
        month: Nearness = "month"
        if self.rule.one_month == "claim":
            yield from window_days(month, day)
        if self.rule.one_claim is not None:
            yield from window_days(self.rule.one_claim, day)

    def _record_missing(self, state: ClaimState, line: ServiceLine, missing: MissingFacts) -> None:
        """Record what is missing on the line, or on all lines if its fault would reach them."""
        for other in state.lines if self.rule.reach == "claim" else (line,):
            state.record_missing(self, other.number, missing)

    def _record(self, state: ClaimState, faults: list[LayoutFault]) -> None:
        """Record the faults of each line, or those of all lines for the whole claim."""
        if self.rule.reach == "claim" and faults:
            numbers = tuple(line.number for line in state.lines)
            state.record(self, Verdict(self.rule_id, numbers, self.outcome, tuple(faults)))
            return
        for number in dict.fromkeys(fault.line.number for fault in faults):
            own = tuple(fault for fault in faults if fault.line.number == number)
            state.record(self, Verdict(self.rule_id, (number,), self.outcome, own))

    def _answers(
        self, state: ClaimState, line: ServiceLine, met: MetLines
    ) -> Iterator[LayoutFault | MissingFacts]:
        """Yield the faults of the line, and what is missing to know whether it has one."""
        rule, itself = self.rule, LineReference.of(line)
        if rule.one_day_per_line and line.date_from != line.date_to:
            yield LayoutFault(demand="one_day_per_line", line=itself)
        if rule.one_month is not None and _month(line.date_from) != _month(line.date_to):
            yield LayoutFault(demand="one_month", line=itself)
        for position in rule.positions:
            modifier, at = position.modifier, position.at
            if modifier in line.modifiers and line.modifiers.index(modifier) + 1 != at:
                yield LayoutFault(demand="positions", line=itself, modifier=modifier, position=at)
        for other, missing in met:
            if other is not line:
                yield from self._beside(line, other, missing)
        if rule.one_claim is not None:
            yield from self._on_other_claims(state, line, rule.one_claim)

    def _beside(
        self, line: ServiceLine, other: ServiceLine, missing: MissingFacts
    ) -> Iterator[LayoutFault | MissingFacts]:
        """Yield the faults of the line for another line of the claim to which the rule applies."""
        rule, pair = self.rule, (LineReference.of(line), LineReference.of(other))
        if rule.one_month == "claim" and _month(line.date_from) > _month(other.date_to):
            yield missing or LayoutFault(demand="one_month", line=pair[0], other=pair[1])
        if not same_day(line, other):
            return
        missing = (*missing, *missing_shared_day(line, other))
        if rule.one_line_per_day and line.code == other.code and line.number > other.number:
            yield missing or LayoutFault(demand="one_line_per_day", line=pair[0], other=pair[1])
        wanted = rule.matching_modifiers
        if wanted and wanted & set(line.modifiers) != wanted & set(other.modifiers):
            yield missing or LayoutFault(demand="matching_modifiers", line=pair[0], other=pair[1])

    def _on_other_claims(
        self, state: ClaimState, line: ServiceLine, near: Nearness
    ) -> Iterator[LayoutFault | MissingFacts]:
        """Yield a fault for a line of another claim that belongs on this one."""
        first, last = days_near(near, line.date_from, line.date_to)
        missing: MissingFacts = NONE_MISSING
        for other in state.before(first, last, self.rule.codes):
            applies, close = self._applies.to(state, other), is_near(near, line, other)
            same = shares(self._scope, state.claim, line, other)
            counts, doubt = state.status(other)
            if isinstance(applies, str) or close is False or same is None or not counts:
                continue
            known = tuple(fact for fact in applies if fact != EDITION)
            facts = (*known, *(() if close is True else close), *same, *doubt)
            if not facts:
                reference = LineReference.of(other)
                yield LayoutFault(demand="one_claim", line=LineReference.of(line), other=reference)
                return
            missing = (*missing, *facts)
        if not state.history.is_complete(first, self._scope, state.claim.billing_provider.npi):
            missing = (*missing, HISTORY)
        if missing:
            yield missing


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
