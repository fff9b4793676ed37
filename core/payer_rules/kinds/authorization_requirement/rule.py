"""The rule that codes need an authorization, a referral or an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.authorization_details import AuthorizationDetails
from payer_rules.rules.facts import Adjustment
from payer_rules.rules.rule import Requirement

Approval: TypeAlias = Literal["authorization", "referral", "order"]


@attrs.frozen(kw_only=True)
class AuthorizationRequirement(Requirement):
    """A line with one of the codes needs an authorization, a referral or an order on the claim.

    One of those in ``needs`` is enough. An authorization counts if it covers the code, the days and
    the provider and has units of service left; ``used_up`` are the denial codes if only units are
    missing. ``details`` are the dates and the requester that an authorization must have to count.
    """

    needs: frozenset[Approval]
    details: AuthorizationDetails | None = None
    used_up: Adjustment | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not self.needs:
            remedy = 'Write needs = ["authorization"], ["referral"] or ["order"].'
            yield FieldError(("needs",), "needs is empty", remedy)
        if self.used_up and "authorization" not in self.needs:
            message = "used_up is stated, and only an authorization has units to use up"
            yield FieldError(("used_up",), message, "Leave it out.")
        if self.details and "authorization" not in self.needs:
            message = "details are stated, and no authorization is needed"
            yield FieldError(("details",), message, "Leave them out.")
