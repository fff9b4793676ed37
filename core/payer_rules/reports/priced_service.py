"""The amount that a payer should allow for a service, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.money import AmountInput, ExpectedAmount, ExpectedPayment, UnknownAmount


@attrs.frozen(kw_only=True)
class PricedService:
    """A service with its expected amount and payment, or the reason why it has none."""

    payer: str
    line: ServiceLine
    amount: ExpectedAmount | UnknownAmount
    payment: ExpectedPayment | None = None


def lines_of_price(priced: PricedService) -> Iterator[str]:
    """Yield the service, its amount, the inputs with their sources, and who pays what."""
    line, amount = priced.line, priced.amount
    heading = f"{line.code} · {priced.payer} · {line.date_from}"
    if isinstance(amount, UnknownAmount):
        yield f"{heading} · amount not known"
        yield f"  {amount.reason}"
        if amount.remedy:
            yield f"  {amount.remedy}"
        return
    yield f"{heading} · {_shown(amount)}{' · presumed' if amount.presumed else ''}"
    for each in amount.inputs:
        yield f"  {each.name}: {each.value}"
        yield f"    {_source(each)}"
    for sentence in amount.presumed:
        yield f"  Presumed: {sentence}"
    for sentence in amount.not_known:
        yield f"  Not known: {sentence}"
    if priced.payment:
        yield from _payment_lines(priced.payment)


def _source(found: AmountInput) -> str:
    """Return the source of a value: a text with the place in it, or the practice's own file."""
    cited = found.citation
    if cited is None:
        return found.source
    doubt = "" if cited.confidence == "primary" else f" ({cited.confidence} source)"
    return f"{cited.title}{f', {cited.locator}' if cited.locator else ''}{doubt}"


def _input_data(found: AmountInput) -> dict[str, str | None]:
    """Return the value with its source; that of a practice's own file is the title alone."""
    cited = found.citation
    return {
        "name": found.name,
        "value": found.value,
        "row": cited.row if cited else None,
        "title": cited.title if cited else found.source,
        "url": cited.url if cited else None,
        "locator": cited.locator if cited else None,
        "confidence": cited.confidence if cited else None,
    }


def _shown(amount: ExpectedAmount) -> str:
    tolerance = f" ± ${amount.tolerance}" if amount.tolerance else ""
    return f"${amount.amount}{tolerance} allowed"


def _payment_lines(payment: ExpectedPayment) -> Iterator[str]:
    yield f"  Patient: ${payment.deductible} deductible, ${payment.coinsurance} coinsurance"
    if payment.sequestration is None:
        yield f"  Payer: ${payment.payer}, before a sequestration that was not read for the day"
    elif payment.sequestration:
        yield f"  Payer: ${payment.payer}, after ${payment.sequestration} of sequestration"
    else:
        yield f"  Payer: ${payment.payer}"


def price_data(priced: PricedService) -> dict[str, Any]:
    """Return the service and its amount as data of JSON; amounts are texts with two decimals."""
    line, amount = priced.line, priced.amount
    data: dict[str, Any] = {
        "payer": priced.payer,
        "code": line.code,
        "date": line.date_from.isoformat(),
        "units": str(line.units),
    }
    if isinstance(amount, UnknownAmount):
        return {**data, "allowed": None, "reason": amount.reason, "remedy": amount.remedy}
    return {
        **data,
        "allowed": str(amount.amount),
        "of_unit": str(amount.of_unit),
        "tolerance": str(amount.tolerance),
        "inputs": [_input_data(each) for each in amount.inputs],
        "presumed": list(amount.presumed),
        "not_known": list(amount.not_known),
        "payment": _payment_data(priced.payment),
    }


def _payment_data(payment: ExpectedPayment | None) -> dict[str, str | None] | None:
    if payment is None:
        return None
    parts: dict[str, Decimal | None] = attrs.asdict(payment)
    return {name: None if part is None else str(part) for name, part in parts.items()}
