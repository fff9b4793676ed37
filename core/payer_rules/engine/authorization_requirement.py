"""The judge of authorization requirements: an authorization, a referral or an order."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

import attrs

from payer_rules.claims import Authorization, Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.authorizations import Ledger
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, LineJudge, told_of
from payer_rules.engine.missing import SURE, Doubt, field
from payer_rules.rules import AuthorizationRequirement, Payer

_AUTHORIZED: Final = "asked for before the service"
_ON_FILE: Final = "only if it was given before the service"
_NUMBER: Final = "as given by the payer"


class AuthorizationJudge:
    """Judges the lines in order of date and number: each takes its units of an authorization."""

    def __init__(self, rule: AuthorizationRequirement, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.stage = rule.stage

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Find each line without what the rule needs."""
        ledger = Ledger(case.claim.authorizations or ())
        in_turn = sorted(met, key=lambda each: (each[0].date_from, each[0].number))
        judge = LineJudge(self.rule, partial(_weigh, ledger), recorded_as=self)
        judge.judge(case, in_turn)


def _weigh(
    ledger: Ledger, rule: AuthorizationRequirement, case: Adjudication, line: ServiceLine
) -> Answer:
    claim = case.claim
    if rule.needs == "authorization":
        return _authorized(ledger, rule, claim, line)
    given = claim.referral if rule.needs == "referral" else claim.order
    if given is None:
        return field(rule.needs)
    return SURE if given != "none" else _without(rule, claim, line)


def _authorized(
    ledger: Ledger, rule: AuthorizationRequirement, claim: Claim, line: ServiceLine
) -> Answer:
    if claim.authorizations is None:
        return field("authorizations")
    taken = ledger.take(claim, line)
    if taken is True:
        return SURE
    if taken is not False:
        return taken
    used_up = ledger.used_up(claim, line)
    if not used_up:
        return _without(rule, claim, line)
    return Breach(
        message=f"{told_of(line)}: authorization {', '.join(used_up)} has no units left for it",
        evidence=tuple(value("authorization", number) for number in used_up),
        adjustment=rule.used_up,
        cure=_granted(rule, claim, line),
    )


def _without(rule: AuthorizationRequirement, claim: Claim, line: ServiceLine) -> Breach:
    some = rule.needs == "authorization" and claim.authorizations
    lacks = "none on the claim covers it" if some else "the claim has none"
    message = f"{told_of(line)}: needs {_named(rule)}, and {lacks}"
    return Breach(message=message, cure=_granted(rule, claim, line))


def _named(rule: AuthorizationRequirement) -> str:
    return f"a {rule.needs}" if rule.needs == "referral" else f"an {rule.needs}"


def _granted(rule: AuthorizationRequirement, claim: Claim, line: ServiceLine) -> Cure:
    """The claim with what it lacks."""
    change = f"{_named(rule)} for line {line.number}"
    if rule.needs == "referral":
        cured = attrs.evolve(claim, referral=_NUMBER)
    elif rule.needs == "order":
        cured = attrs.evolve(claim, order=_NUMBER)
    else:
        given = (*(claim.authorizations or ()), _wide(claim))
        cured = attrs.evolve(claim, authorizations=given)
    condition = _AUTHORIZED if rule.needs == "authorization" else _ON_FILE
    return Cure(change=change, condition=condition, claim=cured)


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
