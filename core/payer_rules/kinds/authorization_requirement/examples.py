"""Claims that keep or break an authorization requirement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs

from payer_rules.claims import Authorization, Claim
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.authorization_requirement.words import required_details
from payer_rules.kinds.claim_changes import authorization_of


def examples(rule: AuthorizationRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with an authorization, a referral and an order, without, and with one."""
    day = base.lines[0].date_from
    authorization = attrs.evolve(authorization_of(base), **required_details(rule, day))
    yield attrs.evolve(base, authorizations=(authorization,), referral="R1", order="O1")
    yield base
    yield attrs.evolve(base, authorizations=(authorization,))
    for other in _other_details(rule, base, authorization):
        yield attrs.evolve(base, authorizations=(other,))
    yield attrs.evolve(base, referral="R1")
    yield attrs.evolve(base, order="O1")


def _other_details(
    rule: AuthorizationRequirement, base: Claim, authorization: Authorization
) -> Iterator[Authorization]:
    """Yield the authorization with dates around each deadline, and with other requesters."""
    if rule.details is None:
        return
    day = base.lines[0].date_from
    for name, deadline in rule.details.deadlines.items():
        for step in (-1, 0, 1, 2):
            changed: dict[str, Any] = {name: day + timedelta(days=deadline.offset + step)}
            yield attrs.evolve(authorization, **changed)
    for profession in (*sorted(rule.details.requested_by or ()), "peer-specialist"):
        if rule.details.requested_by:
            yield attrs.evolve(authorization, requested_by=profession)
