"""Other payers of an 837 and their decisions: loops 2320, 2330 and 2430."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.claims import OtherPayer, PayerOrder
from payer_rules.readers.x12.element_values import ElementValues

_ORDERS: Final[dict[str, PayerOrder]] = {"P": "primary", "S": "secondary", "T": "tertiary"}
#: CAS: the positions of the reasons, of which each has an amount and a quantity.
_REASONS: Final = range(2, 20, 3)


class OtherPayerDraft:
    """Another payer, as the segments of its loops describe it; ``decided`` is its last decision."""

    __slots__ = ("decided", "has_result", "id", "order", "paid", "reasons")

    def __init__(self, order: str) -> None:
        self.order = _ORDERS.get(order)
        self.id: str | None = None
        self.decided: date | None = None
        self.paid: Decimal | None = None
        self.reasons: list[str] = []
        #: Whether a result of the payer is stated: a payment, a reason, or a decision on a line.
        self.has_result = False

    def adjust(self, elements: Sequence[str]) -> None:
        """Add the reasons of a CAS."""
        self.has_result = True
        self.reasons += [elements[at] for at in _REASONS if at < len(elements) and elements[at]]

    def pay(self, elements: Sequence[str], values: ElementValues) -> None:
        """Set the amount that the payer paid (AMT*D)."""
        self.has_result = True
        amount = values.numbers[elements[2]] if len(elements) > 2 else None
        self.paid = amount if amount is not None and amount >= 0 else None

    def decide(self, elements: Sequence[str], values: ElementValues) -> None:
        """Set the day of the decision (DTP*573), the last one if there are several."""
        self.has_result = True
        day = values.days[elements[3]] if len(elements) > 3 else None
        if day is not None and (self.decided is None or day > self.decided):
            self.decided = day

    def payer(self) -> OtherPayer:
        """Return the payer; without any result of it, it has not decided."""
        if not self.has_result:
            return OtherPayer(id=self.id, order=self.order, decided="none")
        reasons = tuple(dict.fromkeys(reason.strip() for reason in self.reasons if reason.strip()))
        return OtherPayer(
            id=self.id, order=self.order, decided=self.decided, paid=self.paid, reasons=reasons
        )


def named_payer(
    payers: Sequence[OtherPayerDraft] | None, payer_id: str | None
) -> OtherPayerDraft | None:
    """Return the payer of an adjudication of a line (SVD01), or the only one."""
    if not payers:
        return None
    found = [payer for payer in payers if payer.id is not None and payer.id == payer_id]
    return found[0] if found else payers[0] if len(payers) == 1 else None
