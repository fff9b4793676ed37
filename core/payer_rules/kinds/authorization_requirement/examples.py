"""Claims that keep or break an authorization requirement."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.claim_changes import authorization_of


def examples(rule: AuthorizationRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with an authorization, a referral and an order, without, and with one."""
    authorization = authorization_of(base)
    yield attrs.evolve(base, authorizations=(authorization,), referral="R1", order="O1")
    yield base
    yield attrs.evolve(base, authorizations=(authorization,))
    yield attrs.evolve(base, referral="R1")
    yield attrs.evolve(base, order="O1")
