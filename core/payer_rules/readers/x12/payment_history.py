"""What a payer answered becomes history: lines that were paid, denied or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from payer_rules.claims import Provider, is_code
from payer_rules.errors import Fault
from payer_rules.history import HistoryLine, Status
from payer_rules.readers.x12.payments import Payment, ServicePayment

__all__ = ["history_lines", "settled_history"]

_DENIED: Final = "4"
_REVERSAL: Final = "22"
#: Not adjudicated by this payer: forwarded to another; priced before the service.
_NO_ANSWER: Final = frozenset(["23", "25"])
#: Lists whose codes are HCPCS codes: HCPCS itself, and its dental part.
_HCPCS: Final = frozenset(["HC", "AD"])
#: Deductible, coinsurance, copayment: the service is payable, and the patient pays it.
_OWED: Final = frozenset(["1", "2", "3"])
#: What an earlier payer did, and capitation: they leave nothing to pay and deny nothing.
_SILENT: Final = frozenset(["23", "24"])


def history_lines(payment: Payment, *, member: str | None = None) -> Iterator[HistoryLine]:
    """The services of the payment that have a HCPCS code and a date, as lines of the history.

    The member is the payment's where no other is given; without either there is no line. A line is
    known by the code by which the payer adjudicated it, for that is what its limits count.
    """
    whose = member or payment.member
    if whose is None or payment.status in _NO_ANSWER:
        return
    for service in payment.services:
        if service.code is None or service.qualifier not in _HCPCS or not is_code(service.code):
            continue
        if service.date_from is None or service.date_to is None:
            continue
        yield _line(payment, service, whose)


def settled_history(found: Iterable[Payment | Fault]) -> Iterator[HistoryLine | Fault]:
    """What is left of payments in the order in which they were made, and the faults among them.

    A reversal takes back the payment of the same claim that has the same number of the payer; it
    leaves void lines where that payment is not there. A payment told twice counts once. The lines
    come when all was read, for a later payment may take back an earlier one.
    """
    left: dict[tuple[str, str | None], list[HistoryLine]] = {}
    for each in found:
        if isinstance(each, Fault):
            yield each
            continue
        key, lines = (each.claim, each.payer_claim), [*history_lines(each)]
        if each.status == _REVERSAL and left.pop(key, None) is not None:
            continue
        kept = left.setdefault(key, [])
        kept += [line for line in lines if line not in kept]
    for lines in left.values():
        yield from lines


def _line(payment: Payment, service: ServicePayment, member: str) -> HistoryLine:
    assert service.code is not None
    assert service.date_from is not None
    assert service.date_to is not None
    status = _status(payment, service)
    rendering = service.rendering_npi or payment.rendering_npi
    # NOTE: a reversal has negative amounts and, with some payers, negative units.
    units = abs(service.units) or abs(service.paid_units) or Decimal(1)
    paid_units = min(abs(service.paid_units), units) if status == "paid" else None
    return HistoryLine(
        number=service.number,
        code=service.code,
        modifiers=service.modifiers,
        units=units,
        date_from=service.date_from,
        date_to=service.date_to,
        rendering_provider=Provider(npi=rendering) if rendering else None,
        charge=abs(service.charge),
        revenue_code=service.revenue_code,
        claim=payment.claim,
        payer_claim=payment.payer_claim,
        member=member,
        billing_provider=Provider(npi=payment.payee_npi) if payment.payee_npi else None,
        status=status,
        paid_units=paid_units,
    )


def _status(payment: Payment, service: ServicePayment) -> Status | None:
    """What became of the service; ``None`` where the amounts do not tell."""
    if payment.status == _REVERSAL:
        return "void"
    if payment.status == _DENIED:
        return "denied"
    if service.paid > 0:
        return "paid"
    reasons = [(each.group, each.carc) for each in service.adjustments]
    if any(group == "PR" and carc in _OWED for group, carc in reasons):
        return "paid"
    if not reasons or any(carc in _SILENT for _, carc in reasons):
        return None
    return "denied"
