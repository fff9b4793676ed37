"""Expected amounts: what a payer's fee schedule allows for a line, with all that it rests on.

- ``fee_schedules``: a fee schedule as a plugin states it;
- ``postal_localities``: the localities of ZIP codes;
- ``expected_amounts``: the amount of a line; ``contracts``: the amounts of a practice's contracts;
- ``payments``: who pays which part of it;
- ``cents``: the rounding of amounts.
"""

from __future__ import annotations

from payer_rules.money.contracts import ContractRate, Contracts, read_contracts
from payer_rules.money.expected_amounts import (
    AmountInput,
    ExpectedAmount,
    UnknownAmount,
    price_line,
)
from payer_rules.money.fee_schedules import (
    FeeSchedule,
    LocalityIndices,
    PaidShare,
    RelativeValues,
    Sequestration,
    ValueEdition,
)
from payer_rules.money.payments import ExpectedPayment, payment_of
from payer_rules.money.postal_localities import PostalRange, locality_of

__all__ = [
    "AmountInput",
    "ContractRate",
    "Contracts",
    "ExpectedAmount",
    "ExpectedPayment",
    "FeeSchedule",
    "LocalityIndices",
    "PaidShare",
    "PostalRange",
    "RelativeValues",
    "Sequestration",
    "UnknownAmount",
    "ValueEdition",
    "locality_of",
    "payment_of",
    "price_line",
    "read_contracts",
]
