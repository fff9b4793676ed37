"""The judge of same-day combinations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import SEPARATE, adding
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import EDITION, HISTORY, MissingFacts
from payer_rules.engine.pairs import Ruling, evaluate_pairs
from payer_rules.engine.providers import Scope, resolve
from payer_rules.history import HistoryLine
from payer_rules.kinds.same_day_combination.rule import SameDayCombination
from payer_rules.rules import Payer

_NEVER_IN_FORCE = 9


class CombinationEvaluator:
    """Judges every pair of a first and a second code on one day."""

    def __init__(self, rule: SameDayCombination, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.detected_in = rule.detected_in
        self._scope = resolve(rule.scope, payer)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find each second code beside a payable first one."""
        if self.rule.indicator == _NEVER_IN_FORCE:
            return
        known = [(line, doubt) for line, doubt in met if EDITION not in doubt]
        for line, doubt in met:
            # NOTE: where the text itself is not known, which codes it pairs is not either.
            if EDITION in doubt:
                state.record_missing(self, line.number, doubt)
        codes = self.rule.meets if self.rule.undirected else self.rule.first
        evaluate_pairs(self, state, known, [line for line in state.lines if line.code in codes])
        self._record_missing_history(state, known)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """The codes that it pairs, on the days of the line."""
        return (lookback_on_days(self.rule.meets, line),)

    def _record_missing_history(
        self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]
    ) -> None:
        npi = state.claim.billing_provider.npi
        for line, doubt in met:
            known = state.history.is_complete(line.date_from, self._scope, npi)
            if not known and not self._is_immune(line) and not state.has_found(self, line.number):
                state.record_missing(self, line.number, (*doubt, HISTORY))

    def scope(self, state: ClaimState) -> Scope:
        """Whose lines are paired."""
        return self._scope

    def bars(self, state: ClaimState, first: ServiceLine, second: ServiceLine) -> Ruling | None:
        """The ruling on a first and a second code without a bypass modifier."""
        rule = self.rule
        if not self._pairs(first, second):
            return None
        bypassed = self._bypassed(first, "first") or self._bypassed(second, "second")
        if rule.indicator == 1 and bypassed:
            return None
        return Ruling(
            why=rule.rationale.rstrip("."),
            citations=rule.citations,
            adjustment=rule.adjustment,
            cure=partial(self._cure, state.claim, first, second),
        )

    def _pairs(self, first: ServiceLine, second: ServiceLine) -> bool:
        rule = self.rule
        if first.code in rule.first and second.code in rule.second:
            return not (rule.undirected and isinstance(second, HistoryLine))
        turned = first.code in rule.second and second.code in rule.first
        return rule.undirected and turned and not isinstance(second, HistoryLine)

    def _bypassed(self, line: ServiceLine, place: str) -> bool:
        return self._may_carry(line, place) and not self.rule.bypass.isdisjoint(line.modifiers)

    def _may_carry(self, line: ServiceLine, place: str) -> bool:
        rule = self.rule
        if rule.either_since is not None and line.date_from >= rule.either_since:
            return True
        return rule.bypass_on in (place, "either")

    def _is_immune(self, line: ServiceLine) -> bool:
        """Whether no unknown line could pair with this one: its own modifier bypasses the pair."""
        if self.rule.indicator != 1:
            return False
        place = "second" if line.code in self.rule.second else "first"
        return self._bypassed(line, place)

    def _cure(self, claim: Claim, first: ServiceLine, second: ServiceLine) -> Cure | None:
        if self.rule.indicator != 1:
            return None
        line = second if self._may_carry(second, "second") else first
        if isinstance(line, HistoryLine):
            return None
        return adding(claim, min(self.rule.bypass), line, SEPARATE)
