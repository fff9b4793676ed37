"""The rounding of amounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


def in_cents(amount: Decimal) -> Decimal:
    """Return the amount in whole cents; half a cent is rounded up."""
    return amount.quantize(CENT, ROUND_HALF_UP)
