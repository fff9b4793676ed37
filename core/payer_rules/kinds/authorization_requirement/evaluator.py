"""The judge of authorization requirements: an authorization, a referral or an order."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

import attrs

from payer_rules.claims import Authorization, Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, LineEvaluator, line_label, listed
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.truth import Truth
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.rules import Payer

_AUTHORIZED: Final = "asked for before the service"
_ON_FILE: Final = "only if it was given before the service"
_NUMBER: Final = "as given by the payer"


class AuthorizationEvaluator:
    """Judges the lines in order of date and number: each takes its units of an authorization."""

    def __init__(self, rule: AuthorizationRequirement, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.detected_in = rule.detected_in

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find each line without what the rule needs."""
        ledger = Ledger(state.claim.authorizations or ())
        in_turn = sorted(met, key=lambda each: (each[0].date_from, each[0].number))
        evaluator = LineEvaluator(self.rule, partial(_weigh, ledger), recorded_as=self)
        evaluator.evaluate(state, in_turn)


def _weigh(
    ledger: Ledger, rule: AuthorizationRequirement, state: ClaimState, line: ServiceLine
) -> Answer:
    """Any of what the rule names will do; it is lacking where each is known to be."""
    missing: MissingFacts = ()
    for needed in sorted(rule.needs):
        held = _held(needed, ledger, state.claim, line)
        if held is True:
            return NONE_MISSING
        missing = (*missing, *(held or ()))
    return missing or _lacking(rule, ledger, state.claim, line)


def _held(needed: str, ledger: Ledger, claim: Claim, line: ServiceLine) -> Truth:
    if needed == "authorization":
        known = claim.authorizations is not None
        return ledger.take(claim, line) if known else field("authorizations")
    given = claim.referral if needed == "referral" else claim.order
    return field(needed) if given is None else given != "none"


def _lacking(
    rule: AuthorizationRequirement, ledger: Ledger, claim: Claim, line: ServiceLine
) -> Breach:
    used_up = ledger.used_up(claim, line) if "authorization" in rule.needs else []
    if used_up:
        return Breach(
            message=f"{line_label(line)}: authorization {', '.join(used_up)} has no units left",
            evidence=tuple(value("authorization", number) for number in used_up),
            adjustment=rule.used_up,
            cure=partial(_granted, rule, claim, line),
        )
    lacks = "none on the claim covers it" if claim.authorizations else "the claim has none"
    message = f"{line_label(line)}: needs {_named(rule)}, and {lacks}"
    return Breach(message=message, cure=partial(_granted, rule, claim, line))


def _named(rule: AuthorizationRequirement) -> str:
    return listed(f"{'a' if each == 'referral' else 'an'} {each}" for each in rule.needs)


def _granted(rule: AuthorizationRequirement, claim: Claim, line: ServiceLine) -> Cure:
    """The claim with what it lacks."""
    change = f"{_named(rule)} for line {line.number}"
    if "authorization" in rule.needs:
        given = (*(claim.authorizations or ()), _wide(claim))
        cured = attrs.evolve(claim, authorizations=given)
        return Cure(change=change, condition=_AUTHORIZED, claim=cured)
    if "referral" in rule.needs:
        cured = attrs.evolve(claim, referral=_NUMBER)
    else:
        cured = attrs.evolve(claim, order=_NUMBER)
    return Cure(change=change, condition=_ON_FILE, claim=cured)


def _wide(claim: Claim) -> Authorization:
    """An authorization of all that the claim bills."""
    return Authorization(
        number=_NUMBER,
        codes=frozenset(line.code for line in claim.lines),
        date_from=min(line.date_from for line in claim.lines),
        date_to=max(line.date_to for line in claim.lines),
        provider=claim.billing_provider.npi,
        units_left=sum((line.units for line in claim.lines), Decimal(0)),
    )
