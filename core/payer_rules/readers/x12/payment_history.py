"""History made of a payment: lines that were paid, denied or reversed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from payer_rules.claims import Provider, code_of_revenue_line, is_code
from payer_rules.history import HistoryLine, Status
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.x12.payments import Payment, PaymentAdjustment, ServicePayment
from payer_rules.text.quoting import redacted
from payer_rules.vocabularies.claim_frequencies import VOID

__all__ = ["PROCESSED", "REVERSAL", "history_lines", "left_out"]

_DENIED: Final = "4"
#: CLP02 of a payment that takes back an earlier one.
REVERSAL: Final = "22"
#: Processed as primary, secondary or tertiary, and perhaps forwarded.
PROCESSED: Final = frozenset(["1", "2", "3", "19", "20", "21"])
#: Not adjudicated by this payer: forwarded to another; priced before the service.
_NO_ANSWER: Final = frozenset(["23", "25"])
#: Qualifiers of HCPCS codes: HCPCS itself, and its dental part.
_HCPCS: Final = frozenset(["HC", "AD"])
#: Deductible, coinsurance, copayment: the service is payable, and the patient pays it.
_OWED: Final = frozenset(["1", "2", "3"])
#: Earlier payments of another payer, and capitation: nothing is left to pay, nothing is denied.
_ABOVE_SCHEDULE: Final = ("CO", "45")
_MAY_COUNT: Final = ("paid", None)
_SILENT: Final = frozenset(["23", "24"])


_NO_MEMBER: Final = (
    "Ask the payer for an 835 with the member id in NM1*QC, or in NM1*IL for a dependent (NM109),"
    " or give the services in a table of earlier lines."
)
_NO_DAY: Final = (
    "Ask the payer for an 835 with the day of service (DTM*472, or DTM*232 of the claim), or give"
    " the service in a table of earlier lines."
)
_NO_SERVICE: Final = (
    "Ask the payer for an 835 that lists the services (SVC), or give them in a table of earlier"
    " lines instead of the 835. Until then no history with the file is complete."
)
_NO_CODE: Final = "Ask the payer for an 835 with the code of five characters in SVC01."

_PROVIDERS: Final[ParseCache[str, Provider]] = ParseCache(lambda npi: Provider(npi=npi))


def history_lines(payment: Payment, *, member: str | None = None) -> Iterator[HistoryLine]:
    """Yield the services of the payment with a HCPCS or revenue code and a date, as history lines.

    The member is the payment's if none is given; without either there is no line. A line has the
    code that the payer adjudicated, since that is what its limits count.
    """
    whose = member or payment.member
    if whose is None or payment.status in _NO_ANSWER:
        return
    for service in payment.services:
        if _code(service) is None:
            continue
        if service.date_from is None or service.date_to is None:
            continue
        yield _line(payment, service, whose)


def left_out(payment: Payment) -> Iterator[tuple[str, str]]:
    """Yield why services of the payment cannot become history lines, and what to do about it.

    Nothing is lost of a payment without an answer of this payer, nor of a reversal: it takes back
    the payment of its claim, number and amounts. Codes of other lists than HCPCS have no rules.
    A claim that was paid as a whole may have services that count; one that was denied has none.
    """
    if payment.status in _NO_ANSWER or payment.status == REVERSAL:
        return
    if not payment.services and _status(payment, payment.paid, payment.adjustments) in _MAY_COUNT:
        yield "the claim was paid as a whole, so its services are not counted", _NO_SERVICE
    if payment.services and payment.member is None:
        yield "the payment has no member id, so its services are not counted", _NO_MEMBER
    for service in payment.services:
        which = f"service {service.number}"
        if service.qualifier in _HCPCS and not is_code(service.code or ""):
            code = redacted(service.code)
            yield f"{which} has no HCPCS code ({code}), so it is not counted", _NO_CODE
        elif _code(service) is not None and service.date_from is None:
            yield f"{which} has no day, so it is not counted", _NO_DAY


def _code(service: ServicePayment) -> str | None:
    """Return the HCPCS code of the service, or its revenue code if it has nothing else."""
    if service.code is None:
        return code_of_revenue_line(service.revenue_code) if service.revenue_code else None
    return service.code if service.qualifier in _HCPCS and is_code(service.code) else None


def _line(payment: Payment, service: ServicePayment, member: str) -> HistoryLine:
    code = _code(service)
    assert code is not None
    assert service.date_from is not None
    assert service.date_to is not None
    status = _status(payment, service.paid, service.adjustments)
    rendering = service.rendering_npi or payment.rendering_npi
    # NOTE: a reversal has negative amounts and, with some payers, negative units.
    units = abs(service.units) or abs(service.paid_units) or Decimal(1)
    # NOTE: of a paid service zero units are a count that the payer did not fill in.
    paid_units = min(abs(service.paid_units), units) or None if status == "paid" else None
    return HistoryLine(
        number=service.number,
        code=code,
        modifiers=service.modifiers,
        units=units,
        date_from=service.date_from,
        date_to=service.date_to,
        rendering_provider=_PROVIDERS[rendering] if rendering else None,
        charge=abs(service.charge),
        revenue_code=service.revenue_code,
        claim=payment.claim,
        payer_claim=payment.payer_claim,
        payer=payment.payer_id,
        member=member,
        billing_provider=_PROVIDERS[payment.payee_npi] if payment.payee_npi else None,
        status=status,
        allowed=_allowed(service) if status == "paid" else None,
        paid=abs(service.paid) if status == "paid" else None,
        paid_units=paid_units,
    )


def _allowed(service: ServicePayment) -> Decimal | None:
    """Return the allowed amount: as stated, or what was paid and what the patient owes of it.

    The latter is known only if nothing else was taken off but the part above the fee schedule.
    """
    if service.allowed is not None:
        return abs(service.allowed)
    owed = off = Decimal(0)
    for each in service.adjustments:
        if each.group == "PR" and each.carc in _OWED:
            owed += each.amount
        elif (each.group, each.carc) == _ABOVE_SCHEDULE:
            off += each.amount
        else:
            return None
    allowed = service.paid + owed
    return allowed if allowed + off == service.charge else None


def _status(
    payment: Payment, paid: Decimal, adjustments: Iterable[PaymentAdjustment]
) -> Status | None:
    """Return the status of a service, or of the whole claim; ``None`` if its amounts show none."""
    if payment.status == REVERSAL:
        return "void"
    if payment.status == _DENIED:
        return "denied"
    if payment.frequency == VOID:
        # NOTE: a claim that voids another one bills no service.
        return None if paid > 0 else "void"
    if paid > 0:
        return "paid"
    reasons = [(each.group, each.carc) for each in adjustments]
    if any(group == "PR" and carc in _OWED for group, carc in reasons):
        return "paid"
    if not reasons or any(carc in _SILENT for _, carc in reasons):
        return None
    return "denied"
