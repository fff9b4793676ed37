"""The evaluator of limits by the number of other services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, HISTORY, NONE_MISSING, MissingFacts
from payer_rules.engine.nearness import days_near, is_near, window_days
from payer_rules.engine.other_lines import meets
from payer_rules.engine.providers import resolve, shares
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.truth import Truth, both
from payer_rules.engine.verdict import Answer, Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.ratio_limit.excess import RatioExcess
from payer_rules.kinds.ratio_limit.rule import RatioLimit
from payer_rules.kinds.ratio_limit.words import WORDS
from payer_rules.rules import Payer, at_most_review, codes_to_look_up, looks_ahead

MetLines: TypeAlias = list[tuple[ServiceLine, MissingFacts]]
_NOTHING: Final = Decimal(0)


@attrs.frozen
class CountedRange:
    """The least and the most that is counted, and what is missing to know it."""

    least: Decimal = _NOTHING
    most: Decimal = _NOTHING
    missing: MissingFacts = NONE_MISSING

    def plus(self, amount: Decimal, truth: Truth) -> CountedRange:
        """Return the range with an amount that counts, or may count."""
        if truth is False:
            return self
        if truth is True:
            return attrs.evolve(self, least=self.least + amount, most=self.most + amount)
        return CountedRange(self.least, self.most + amount, (*self.missing, *truth))


class RatioEvaluator(RuleEvaluator[RatioLimit, RatioExcess]):
    """The evaluator of a ratio: each line with those that are counted before it."""

    def __init__(self, rule: RatioLimit, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._near = rule.each.within
        self._scope = resolve(rule.each.scope, payer)
        self._applies = Applicability(rule, payer)

    def evaluate(self, state: ClaimState, met: MetLines) -> None:
        """Record the lines beyond the ratio, and those that may be."""
        for line, missing in met:
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
            elif line.number not in state.denied:
                self.record_answer(state, line, missing, self._answer(state, line, met))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Yield the codes on both sides of the ratio, on the days of the window."""
        days = days_near(self._near, line.date_from, line.date_to)
        yield Lookback(codes_to_look_up(self.rule.codes), *days)
        yield Lookback(self.rule.each.codes, *days)

    def window_days(self, claim: Claim, day: int) -> Iterable[int]:
        """Return the days from which on a moved line may be in another window."""
        return window_days(self._near, day)

    def _answer(self, state: ClaimState, line: ServiceLine, met: MetLines) -> Answer[RatioExcess]:
        allowed = self._allowed(state, line)
        first, _ = days_near(self._near, line.date_from, line.date_to)
        npi = state.claim.billing_provider.npi
        is_complete = state.history.is_complete(first, self._scope, npi)
        kept = CountedRange()
        for other, missing in self._in_order(state, line, met):
            amount = self._amount(other)
            truth = self._counts(state, line, other, missing)
            if not isinstance(other, HistoryLine) and truth is not False:
                fits = self._fits(kept, amount, allowed, is_complete=is_complete)
                if other is line:
                    return self._verdict(line, kept, amount, allowed, fits)
                truth = both((truth, fits))
            kept = kept.plus(amount, truth)
        return NONE_MISSING

    def _fits(
        self, kept: CountedRange, amount: Decimal, allowed: CountedRange, *, is_complete: bool
    ) -> Truth:
        """Return whether a line fits after those that are kept."""
        if not is_complete:
            return (*kept.missing, *allowed.missing, HISTORY)
        if kept.most + amount <= allowed.least:
            return True
        if kept.least + amount > allowed.most:
            return False
        return (*kept.missing, *allowed.missing)

    def _verdict(
        self,
        line: ServiceLine,
        kept: CountedRange,
        amount: Decimal,
        allowed: CountedRange,
        fits: Truth,
    ) -> Answer[RatioExcess]:
        if fits is True:
            return NONE_MISSING
        if fits is not False:
            return fits
        outcome = at_most_review(self.outcome) if looks_ahead(self._near) else self.outcome
        excess = RatioExcess(counted=kept.least + amount, allowed=allowed.most)
        return Verdict(self.rule_id, (line.number,), outcome, excess)

    def _allowed(self, state: ClaimState, line: ServiceLine) -> CountedRange:
        """Return how much is allowed with the line, by the other services of its window."""
        each, allowed = self.rule.each, CountedRange()
        days = days_near(self._near, line.date_from, line.date_to)
        for other in (*state.lines, *state.before(*days, each.codes)):
            if other.code in each.codes:
                truth = both((meets(each, state, other), self._counts(state, line, other, ())))
                allowed = allowed.plus(self.rule.times * self._amount(other), truth)
        return allowed

    def _in_order(
        self, state: ClaimState, line: ServiceLine, met: MetLines
    ) -> Iterator[tuple[ServiceLine, MissingFacts]]:
        """Yield the lines of the codes: those of earlier claims, then those of the claim."""
        days = days_near(self._near, line.date_from, line.date_to)
        for earlier in state.before(*days, self.rule.codes):
            applies = self._applies.to(state, earlier)
            if not isinstance(applies, str):
                yield earlier, tuple(fact for fact in applies if fact != EDITION)
        for other, missing in sorted(met, key=lambda item: (item[0].date_from, item[0].number)):
            yield other, NONE_MISSING if other is line else missing

    def _counts(
        self, state: ClaimState, line: ServiceLine, other: ServiceLine, missing: MissingFacts
    ) -> Truth:
        """Return whether the other line counts with the line."""
        if other is line:
            return True
        same = shares(self._scope, state.claim, line, other)
        if isinstance(other, HistoryLine):
            counts, doubt = state.status(other)
        else:
            counts = other.number not in state.denied
            doubt = state.payable_unless(other.number)
        if same is None or not counts:
            return False
        return both((is_near(self._near, line, other), (*missing, *same, *doubt) or True))

    def _amount(self, line: ServiceLine) -> Decimal:
        if self.rule.counts == "services":
            return Decimal(1)
        paid = line.paid_units if isinstance(line, HistoryLine) else None
        return line.units if paid is None else paid
