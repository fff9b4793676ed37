"""Drafts of payments while their segments are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.x12.payments import PaymentAdjustment, ServicePayment
from payer_rules.readers.x12.segments import SegmentProblem


@attrs.define(kw_only=True)
class ServiceDraft:
    """A service (loop 2110): the values of its SVC, and those of the segments after it."""

    service: ServicePayment
    first: date | None = None
    last: date | None = None
    control_number: str | None = None
    rendering_npi: str | None = None
    allowed: Decimal | None = None
    adjustments: list[PaymentAdjustment] = attrs.Factory(list)
    remarks: list[str] = attrs.Factory(list)

    def build(self, first: date | None, last: date | None) -> ServicePayment:
        """Return the service; the given days are the claim's, for a service without days."""
        return attrs.evolve(
            self.service,
            date_from=self.first or self.last or first or last,
            date_to=(self.last or self.first) or last or first,
            control_number=self.control_number,
            rendering_npi=self.rendering_npi,
            allowed=self.allowed,
            adjustments=tuple(self.adjustments),
            remarks=tuple(self.remarks),
        )


#: The most problems that are kept of a payment without an end.
_MOST_PROBLEMS: Final = 100


@attrs.define(kw_only=True)
class PaymentDraft:
    """A payment (loop 2100); ``patient``, ``insured`` and ``corrected`` are ids."""

    at: int
    claim: str
    status: str = ""
    charge: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    patient_responsibility: Decimal | None = None
    payer_claim: str | None = None
    original: str | None = None
    frequency: str | None = None
    patient: str = ""
    first_name: str = ""
    insured: str = ""
    corrected: str = ""
    rendering_npi: str | None = None
    first: date | None = None
    last: date | None = None
    adjustments: list[PaymentAdjustment] = attrs.Factory(list)
    remarks: list[str] = attrs.Factory(list)
    services: list[ServiceDraft] = attrs.Factory(list)
    problems: list[SegmentProblem] = attrs.Factory(list)
    is_abandoned: bool = False
    is_named: bool = True

    def has_other_id(self, member: str | None) -> bool:
        """Return True if the payer corrects the id of the member by more than a prefix."""
        named = (member or "").partition("/")[0]
        ids = named.casefold(), self.corrected.casefold()
        return all(ids) and not (ids[0].endswith(ids[1]) or ids[1].endswith(ids[0]))

    def abandon(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark the payment as invalid, and release what it holds."""
        if not self.is_abandoned:
            self.problems.append(SegmentProblem(at, message, remedy, code=code))
            self.is_abandoned = True
        for held in (self.adjustments, self.remarks, self.services):
            held.clear()
        del self.problems[_MOST_PROBLEMS:-1]
