"""The evaluation of authorization requirements: an authorization, a referral or an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts, field
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.truth import Truth
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.authorization_requirement.words import WORDS
from payer_rules.rules import Payer


class AuthorizationEvaluator(RuleEvaluator[AuthorizationRequirement, tuple[str, ...]]):
    """An authorization requirement: lines take units of authorizations by date and number.

    The details of its verdicts are the numbers of authorizations that have no units left.
    """

    def __init__(self, rule: AuthorizationRequirement, payer: Payer) -> None:
        super().__init__(rule, WORDS)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each line without what the rule needs."""
        ledger = Ledger(state.claim.authorizations or (), self.rule.details)
        for line, missing in sorted(met, key=lambda each: (each[0].date_from, each[0].number)):
            if EDITION in missing:
                # NOTE: such a line takes no units.
                state.record_unread_text(self, line.number, missing, is_kept=False)
            else:
                answer = self._evaluate_line(ledger, state.claim, line)
                self.record_answer(state, line, missing, answer)

    def claim_days(self, claim: Claim) -> Iterator[int]:
        """Yield the days from which on the dates of authorizations keep the deadlines."""
        if self.rule.details is None:
            return
        for authorization in claim.authorizations or ():
            for name, deadline in self.rule.details.deadlines.items():
                stated: date | None = getattr(authorization, name)
                if stated is not None:
                    yield stated.toordinal() - deadline.offset

    def _evaluate_line(
        self, ledger: Ledger, claim: Claim, line: ServiceLine
    ) -> Answer[tuple[str, ...]]:
        """Return the verdict on a line for which the claim has nothing of what the rule needs."""
        missing: MissingFacts = ()
        for needed in sorted(self.rule.needs):
            truth = _has(needed, ledger, claim, line)
            if truth is True:
                return NONE_MISSING
            missing = (*missing, *(truth or ()))
        if missing:
            return missing
        used_up = ledger.used_up(claim, line) if "authorization" in self.rule.needs else []
        return broken(self.rule, line, tuple(used_up))


def _has(needed: str, ledger: Ledger, claim: Claim, line: ServiceLine) -> Truth:
    if needed == "authorization":
        known = claim.authorizations is not None
        return ledger.take(claim, line) if known else field("authorizations")
    stated = claim.referral if needed == "referral" else claim.order
    return field(needed) if stated is None else stated != "none"
