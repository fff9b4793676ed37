"""The judge of same-day combinations."""

from __future__ import annotations

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.missing import HISTORY, Doubt
from payer_rules.engine.pairs import Ruling, judge_pairs
from payer_rules.engine.providers import Scope, resolve
from payer_rules.history import HistoryLine
from payer_rules.rules import Payer, SameDayCombination

_NEVER_IN_FORCE = 9
_MOST_MODIFIERS = 4
CONDITION = "only if the services were separate and separately documented"


class CombinationJudge:
    """Judges every pair of a first and a second code on one day."""

    def __init__(self, rule: SameDayCombination, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.stage = rule.stage
        self._scope = resolve(rule.scope, payer)

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Find each second code beside a payable first one."""
        if self.rule.indicator == _NEVER_IN_FORCE:
            return
        firsts = [line for line in case.lines if line.code in self.rule.first]
        judge_pairs(self, case, met, firsts)
        npi = case.claim.billing_provider.npi
        for line, doubt in met:
            known = case.history.is_complete(line.date_from, self._scope, npi)
            if not known and not self._is_immune(line) and not case.has_found(self, line.number):
                case.doubt(self, line.number, (*doubt, HISTORY))

    def scope(self, case: Adjudication) -> Scope:
        """Whose lines are paired."""
        return self._scope

    def bars(self, case: Adjudication, first: ServiceLine, second: ServiceLine) -> Ruling | None:
        """The ruling on a first and a second code without a bypass modifier."""
        rule = self.rule
        if first.code not in rule.first or second.code not in rule.second:
            return None
        bypassed = self._bypassed(first, "first") or self._bypassed(second, "second")
        if rule.indicator == 1 and bypassed:
            return None
        return Ruling(
            why=rule.rationale.rstrip("."),
            citations=rule.citations,
            adjustment=rule.adjustment,
            cure=self._cure(first, second),
        )

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

    def _cure(self, first: ServiceLine, second: ServiceLine) -> Cure | None:
        if self.rule.indicator != 1:
            return None
        line = second if self._may_carry(second, "second") else first
        if isinstance(line, HistoryLine):
            return None
        return adding(min(self.rule.bypass), line, CONDITION)


def adding(modifier: str, line: ServiceLine, condition: str) -> Cure | None:
    """The cure that adds the modifier to the line, if the line has room for one more."""
    if len(line.modifiers) >= _MOST_MODIFIERS:
        return None
    change = f"modifier {modifier} on line {line.number}"
    return Cure(change=change, condition=condition, add=((line.number, modifier),))
