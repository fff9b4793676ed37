"""The evaluation of duplicates: lines that are equal in all facts that the rule compares."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_day, same_day
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import (
    EDITION,
    HISTORY,
    MissingFact,
    MissingFacts,
    field,
    of_history,
)
from payer_rules.engine.providers import Scope, identity
from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.truth import Truth, both
from payer_rules.engine.verdict import LineReference, broken
from payer_rules.history import HistoryLine
from payer_rules.kinds.duplicate_service.rule import DuplicateService
from payer_rules.kinds.duplicate_service.words import WORDS
from payer_rules.rules import Payer

_PROVIDERS: Final[dict[str, Scope]] = {
    "rendering_provider": "rendering",
    "billing_provider": "billing",
}


class DuplicateEvaluator(RuleEvaluator[DuplicateService, LineReference]):
    """A rule on duplicates; the details of its verdicts are the line that was billed first."""

    reads_alone = Reads()

    def __init__(self, rule: DuplicateService, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._same = sorted(rule.same)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each line that is on the claim, or was paid, already."""
        for line, unclear in met:
            others = tuple(self._before(state, line)) if state.shares_day(line) else ()
            if EDITION in unclear:
                alone = all(self._is_equal(state, line, other) is False for other in others)
                is_kept = alone and not self._missing_history(state, line)
                state.record_unread_text(self, line.number, unclear, is_kept=is_kept)
            else:
                self._evaluate_line(state, line, unclear, others)

    def _evaluate_line(
        self,
        state: ClaimState,
        line: ServiceLine,
        unclear: MissingFacts,
        others: Iterable[ServiceLine],
    ) -> None:
        """Record the line if it is equal to one of the others, or may be.

        ``unclear`` are the facts that are missing to know whether the rule applies.
        """
        missing: dict[MissingFact, None] = {}
        # NOTE: many earlier lines are equal in these facts: each combination is compared once.
        compared: dict[Hashable, Truth] = {}
        for other in others:
            kind = self._kind(state.claim, other)
            if kind not in compared:
                compared[kind] = self._is_equal(state, line, other)
            is_equal = compared[kind]
            if is_equal is True and not unclear:
                state.record(self, broken(self.rule, line, LineReference.of(other)))
                return
            if is_equal is not False:
                missing.update(
                    dict.fromkeys(unclear if is_equal is True else (*unclear, *is_equal))
                )
        missing.update(dict.fromkeys(self._missing_history(state, line)))
        if missing:
            state.record_missing(self, line.number, (*unclear, *missing))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the lookback on the code of the line, on its days."""
        return (lookback_on_days(frozenset([line.code]), line),) if self.rule.across_claims else ()

    def _before(self, state: ClaimState, line: ServiceLine) -> Iterator[ServiceLine]:
        """Yield the other lines of the code that were billed before the line."""
        for other in state.lines:
            if other.code == line.code and other.number < line.number:
                yield other
        if self.rule.across_claims:
            yield from state.before(line.date_from, line.date_to, [line.code])

    def _kind(self, claim: Claim, other: ServiceLine) -> Hashable:
        """Return the facts of the other line that decide whether it is equal."""
        status = other.status if isinstance(other, HistoryLine) else other.number
        values = (_value(name, claim, other) for name in self.rule.same)
        return (other.date_from, other.date_to, status, *values)

    def _is_equal(self, state: ClaimState, line: ServiceLine, other: ServiceLine) -> Truth:
        days = _same_days(line, other)
        if days is False and not isinstance(other, HistoryLine):
            return False
        truths = [days, *(_equal(name, state.claim, line, other) for name in self._same)]
        if isinstance(other, HistoryLine):
            counts, status = state.status(other)
            truths.append(counts and (status or True))
        return both(truths)

    def _missing_history(self, state: ClaimState, line: ServiceLine) -> MissingFacts:
        scope = "billing" if "billing_provider" in self.rule.same else "member"
        npi = state.claim.billing_provider.npi
        known = state.history.is_complete(line.date_from, scope, npi)
        return () if known or not self.rule.across_claims else (HISTORY,)


def _same_days(line: ServiceLine, other: ServiceLine) -> Truth:
    """Return whether the days are the same; an earlier line may be of any of its days."""
    if (line.date_from, line.date_to) == (other.date_from, other.date_to):
        return True
    perhaps = isinstance(other, HistoryLine) and same_day(line, other)
    return missing_day(other) or False if perhaps else False


def _equal(name: str, claim: Claim, line: ServiceLine, other: ServiceLine) -> Truth:
    mine, theirs = _value(name, claim, line), _value(name, claim, other)
    if mine is not None and theirs is not None:
        return mine == theirs
    return of_history(name) if theirs is None and isinstance(other, HistoryLine) else field(name)


def _value(name: str, claim: Claim, line: ServiceLine) -> object:
    if name in _PROVIDERS:
        return identity(_PROVIDERS[name], claim, line)[0]
    fact: object = getattr(line, name)
    return tuple(sorted(line.modifiers)) if name == "modifiers" else fact
