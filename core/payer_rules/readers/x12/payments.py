"""Payments: a payer's answers to claims in an 835."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

__all__ = ["Payment", "PaymentAdjustment", "ServicePayment"]


@attrs.frozen(kw_only=True)
class PaymentAdjustment:
    """A reason why less was paid than charged: group code, CARC, amount (CAS).

    ``quantity`` is the number of units that were not paid, if the payer states it.
    """

    group: str
    carc: str
    amount: Decimal
    quantity: Decimal | None = None


@attrs.frozen(kw_only=True)
class ServicePayment:
    """A service of a payment (SVC): what was billed, adjudicated and paid.

    ``code`` and ``modifiers`` are those that the payer adjudicated; ``submitted_code`` is there if
    another was billed. ``code`` is ``None`` if the service has only a revenue code. ``units`` are
    those billed, ``paid_units`` those paid. Dates are ``None`` if neither the service nor the claim
    has them.
    """

    number: int
    code: str | None
    modifiers: tuple[str, ...] = ()
    qualifier: str = ""
    submitted_code: str | None = None
    submitted_modifiers: tuple[str, ...] = ()
    revenue_code: str | None = None
    charge: Decimal
    paid: Decimal
    allowed: Decimal | None = None
    units: Decimal
    paid_units: Decimal
    date_from: date | None = None
    date_to: date | None = None
    control_number: str | None = None
    rendering_npi: str | None = None
    adjustments: tuple[PaymentAdjustment, ...] = ()
    remarks: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Payment:
    """A payer's answer to one claim (CLP), with its services.

    ``claim`` is the provider's claim id (CLM01), ``payer_claim`` the payer's claim control number,
    which a replacement names (REF F8). ``original`` is REF F8 of the payment itself: the number of
    the payment that it reverses or corrects. ``status`` is CLP02: 1, 2, 3 processed as primary,
    secondary, tertiary; 19, 20, 21 the same and forwarded; 4 denied; 22 reversal of an earlier
    payment; 23 not this payer's claim, forwarded; 25 predetermination. ``frequency`` is CLP09, the
    frequency code that the payer received with the claim (CLM05-3 of the 837). ``segment`` is the
    number of the CLP in the file, ``paid_on`` the day of the payment (BPR16).

    ``payer_id`` is N104, or else REF 2U: by the guide, the REF is for numbers beyond the one in N1.
    Source: ASC X12N/005010X221A1, loops 1000A (N1, REF) and 2100 (CLP).
    """

    claim: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal | None = None
    payer_claim: str | None = None
    original: str | None = None
    frequency: str | None = None
    paid_on: date | None = None
    member: str | None = None
    payer_id: str | None = None
    payee_npi: str | None = None
    rendering_npi: str | None = None
    trace: str | None = None
    adjustments: tuple[PaymentAdjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    services: tuple[ServicePayment, ...] = ()
    file: str = ""
    segment: int = 0
