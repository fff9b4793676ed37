"""The rounding of amounts, and the amounts that people write."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

CENT: Final = Decimal("0.01")


def in_cents(amount: Decimal) -> Decimal:
    """Return the amount in whole cents; half a cent is rounded up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def written_dollars(text: str) -> Decimal | None:
    """Return the dollars of a text such as ``$150.00``; ``None`` if it is no amount in cents."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
        # NOTE: a number that is too large to be rounded raises, too.
        is_amount = amount.is_finite() and amount >= 0 and amount == round(amount, 2)
    except InvalidOperation:
        return None
    return round(amount, 2) if is_amount else None
