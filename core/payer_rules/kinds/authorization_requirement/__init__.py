"""Authorizations, referrals and orders that a code needs."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, RENDERING, Reads
from payer_rules.engine.stages import LINES
from payer_rules.kinds.authorization_requirement.evaluator import AuthorizationEvaluator
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.authorization_requirement.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=AuthorizationRequirement,
    table="authorization_requirement",
    topic="authorization",
    evaluator=AuthorizationEvaluator,
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | Reads(
        claim={"authorizations", "order", "referral"},
        line={"code", "units"},
        provider={"npi"},
        authorization={
            *("codes", "date_from", "date_to", "issued", "notified", "number", "provider"),
            *("requested", "requested_by", "units_left"),
        },
        links={"same authorization"},
    ),
)
