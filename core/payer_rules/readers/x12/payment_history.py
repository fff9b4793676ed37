"""History made of remittances: lines that were paid, denied or reversed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Provider, code_of_revenue_line, is_code
from payer_rules.errors import Problem
from payer_rules.history import HistoryLine, Status
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.x12.payments import Payment, ServicePayment

__all__ = ["history_lines", "settled_history"]

_DENIED: Final = "4"
_REVERSAL: Final = "22"
#: Processed as primary, secondary or tertiary, and perhaps forwarded.
_PROCESSED: Final = frozenset(["1", "2", "3", "19", "20", "21"])
#: Not adjudicated by this payer: forwarded to another; priced before the service.
_NO_ANSWER: Final = frozenset(["23", "25"])
#: Qualifiers of HCPCS codes: HCPCS itself, and its dental part.
_HCPCS: Final = frozenset(["HC", "AD"])
#: Deductible, coinsurance, copayment: the service is payable, and the patient pays it.
_OWED: Final = frozenset(["1", "2", "3"])
#: Earlier payments of another payer, and capitation: nothing is left to pay, nothing is denied.
_ABOVE_SCHEDULE: Final = ("CO", "45")
_SILENT: Final = frozenset(["23", "24"])


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


def settled_history(found: Iterable[Payment | Problem]) -> Iterator[HistoryLine | Problem]:
    """Yield the problems among the payments, then the lines of payments still in force.

    A reversal takes back the payment that its REF F8 names, or the one of its claim and number; it
    leaves void lines if there is no such payment. A corrected payment replaces the one that it
    names. The payments may come in any order and from several files; repeated ones count once.
    """
    states: dict[object, _PaymentState] = {}
    for payment in found:
        if isinstance(payment, Problem):
            yield payment
        else:
            state = _PaymentState(payment, [*history_lines(payment)])
            states.setdefault(state.identity, state)
    _settle(list(states.values()))
    left: dict[tuple[str, str | None], list[HistoryLine]] = {}
    for state in states.values():
        if state.holds:
            kept = left.setdefault((state.claim, state.number), [])
            kept += [line for line in state.lines if line not in kept]
    for lines in left.values():
        yield from lines


class _PaymentState:
    """A payment as far as other payments matter to it, and its history lines."""

    __slots__ = (
        "amounts",
        "claim",
        "day",
        "holds",
        "identity",
        "lines",
        "number",
        "original",
        "payer",
        "status",
        "trace",
    )

    def __init__(self, payment: Payment, lines: list[HistoryLine]) -> None:
        self.claim = payment.claim
        self.number = payment.payer_claim
        self.original = payment.original if payment.original != self.number else None
        self.payer = payment.payer_id
        self.status = payment.status
        self.trace, self.day = payment.trace, payment.paid_on
        self.amounts = (abs(payment.charge), abs(payment.paid))
        self.lines = lines
        #: Whether the payment is in force; for a reversal: whether it has reversed nothing.
        self.holds = True
        #: The key of the same payment in another file.
        self.identity = (
            self.trace,
            self.payer,
            self.claim,
            self.number,
            self.original,
            self.status,
            payment.charge,
            payment.paid,
            tuple(lines),
        )

    def clear_outcome(self) -> None:
        """Clear the status of its lines: it is not known what became of them."""
        self.lines = [attrs.evolve(line, status=None, paid_units=None) for line in self.lines]


def _settle(states: Sequence[_PaymentState]) -> None:
    """Mark payments that were reversed or corrected, and their reversals, as no longer in force."""
    by_number: dict[str | None, list[_PaymentState]] = {}
    by_claim: dict[str, list[_PaymentState]] = {}
    reversals = []
    for state in states:
        if state.status == _REVERSAL:
            reversals.append(state)
        else:
            by_number.setdefault(state.number, []).append(state)
            by_claim.setdefault(state.claim, []).append(state)
    places = {id(state): place for place, state in enumerate(states)}
    for reversal in reversals:
        if reversal.original is not None:
            named = [each for each in by_number.get(reversal.original, []) if each.holds]
            # NOTE: of several payments with one number, the one with the same amounts.
            named.sort(key=lambda each: each.amounts != reversal.amounts)
            _take_back(reversal, named[:1])
    for reversal in reversals:
        if reversal.original is None:
            own = [each for each in by_claim.get(reversal.claim, []) if each.holds]
            meant = [each for each in own if reversal.number in (None, each.number)]
            _take_back_by_amounts(reversal, meant, places)
    for state in states:
        if state.original is not None and state.status in _PROCESSED:
            for other in by_number.get(state.original, []):
                if other is not state and other.payer == state.payer:
                    other.holds = False


def _take_back(reversal: _PaymentState, payments: Iterable[_PaymentState]) -> None:
    for payment in payments:
        payment.holds = reversal.holds = False


def _take_back_by_amounts(
    reversal: _PaymentState, meant: Sequence[_PaymentState], places: Mapping[int, int]
) -> None:
    """Take back the payment of the same amounts that came before the reversal.

    A payment after it, in the same 835 or a later one, is the corrected one. If neither is clear,
    the outcome of the lines is not known.
    """
    doubtful = []
    for payment in meant:
        is_alike = payment.amounts == reversal.amounts
        is_together = payment.trace is not None and payment.trace == reversal.trace
        is_after = is_together and places[id(payment)] > places[id(reversal)]
        if not is_together and payment.day and reversal.day and payment.day > reversal.day:
            continue
        if is_alike and not is_after:
            _take_back(reversal, [payment])
            return
        if is_alike or not is_after:
            doubtful.append(payment)
    for payment in doubtful:
        payment.clear_outcome()


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
    status = _status(payment, service)
    rendering = service.rendering_npi or payment.rendering_npi
    # NOTE: a reversal has negative amounts and, with some payers, negative units.
    units = abs(service.units) or abs(service.paid_units) or Decimal(1)
    paid_units = min(abs(service.paid_units), units) if status == "paid" else None
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


def _status(payment: Payment, service: ServicePayment) -> Status | None:
    """Return the status of the service; ``None`` if the amounts do not show it."""
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
