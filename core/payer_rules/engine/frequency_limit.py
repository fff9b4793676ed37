"""The judge of frequency limits: it judges all the lines of a pool and a provider as one set."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.excess import describe
from payer_rules.engine.limits.group import Excess, LimitResult
from payer_rules.engine.limits.limit_evaluator import LimitEvaluator
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFact, MissingFacts
from payer_rules.engine.mue import MueEvaluator
from payer_rules.engine.providers import resolve
from payer_rules.rules import FrequencyLimit, Payer


class FrequencyLimitEvaluator:
    """Judges the lines of each pool and provider together, by each reading of the limit."""

    def __init__(self, rule: FrequencyLimit, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.detected_in = rule.detected_in
        self.scope = resolve(rule.scope, payer)
        self._readings = [
            LimitEvaluator(each, resolve(each.scope, payer), Applicability(each))
            for each in readings_of(rule)
        ]

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find the lines that do not fit into a window, and leave open those that may not."""
        for line, doubt in met:
            if EDITION in doubt:
                state.record_missing(self, line.number, doubt)
        if self.rule.is_permission:
            return
        answers = [
            reading.verdicts(state, met, Ledger(state.claim.authorizations or ()), self.is_made_up)
            for reading in self._readings
        ]
        for line, doubt in met:
            if EDITION not in doubt:
                self._record(
                    state, line, [answer.get(line.number, NONE_MISSING) for answer in answers]
                )

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """As far as the windows of each reading reach, both ways."""
        if not self.rule.is_permission:
            for reading in self._readings:
                yield from reading.lookbacks(claim, line)

    def _record(self, state: ClaimState, line: ServiceLine, told: list[LimitResult]) -> None:
        """The verdict on the line, where all readings agree."""
        found = [verdict for verdict in told if isinstance(verdict, Excess)]
        missing = tuple(m for verdict in told if isinstance(verdict, tuple) for m in verdict)
        if len(found) == len(told):
            state.record_finding(self, describe(self.rule, self._readings[0].rule, found[0]))
        elif missing:
            state.record_missing(self, line.number, missing)
        elif found:
            ways = " or ".join(map(str, self.rule.readings))
            state.record_missing(
                self, line.number, (MissingFact("text", f"which reading is meant: {ways}"),)
            )

    def is_made_up(self, evaluator: Evaluator) -> bool:
        """Whether an unknown line by which the judge would deny a line counts here in its place.

        A shorter limit on the same codes denies a line only for others that this limit counts
        too: such history can move the excess to other lines, and never make it less.
        """
        if isinstance(evaluator, MueEvaluator):
            return self.scope == "member"
        if not isinstance(evaluator, FrequencyLimitEvaluator):
            return False
        mine, other = self.rule, evaluator.rule
        pooled = mine.pool == "together" or other.pool == "per-code" or len(other.codes) == 1
        scoped = self.scope in ("member", evaluator.scope)
        alike = (other.when, other.only, other.exempt) == (mine.when, mine.only, mine.exempt)
        return pooled and scoped and other.codes <= mine.codes and alike


def readings_of(rule: FrequencyLimit) -> Iterable[FrequencyLimit]:
    """The rule as each of its readings has it; itself where there is one."""
    for reading in rule.readings:
        yield attrs.evolve(
            rule,
            readings=(),
            window=reading.window or rule.window,
            limit=rule.limit if reading.limit is None else reading.limit,
            counts=reading.counts or rule.counts,
            scope=reading.scope or rule.scope,
        )
    if not rule.readings:
        yield rule
