"""The parts of an allowed amount: deductible, coinsurance, and what the payer sends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from payer_rules.money.cents import in_cents
from payer_rules.money.fee_schedules import FeeSchedule


@attrs.frozen(kw_only=True)
class ExpectedPayment:
    """The parts of an allowed amount, in dollars.

    ``deductible`` and ``coinsurance`` are the patient's. ``sequestration`` is taken off the
    rest, and nobody pays it; ``payer`` is what the payer sends. ``sequestration`` is None if the
    share of the day is not known; ``payer`` is then before it.
    """

    deductible: Decimal
    coinsurance: Decimal
    sequestration: Decimal | None
    payer: Decimal


def payment_of(
    allowed: Decimal, schedule: FeeSchedule, day: date, *, deductible_left: Decimal = Decimal(0)
) -> ExpectedPayment:
    """Return the parts of the amount for a service on the day.

    The deductible comes first, then the coinsurance of the rest, then the sequestration, each
    rounded to cents. ``deductible_left`` is what the patient still owes of the year's deductible.
    """
    deductible = in_cents(min(allowed, deductible_left))
    coinsurance = in_cents((allowed - deductible) * schedule.coinsurance)
    rest = allowed - deductible - coinsurance
    share = next((s.share for s in schedule.sequestration if day in s.dates), None)
    taken = None if share is None else in_cents(rest * share)
    return ExpectedPayment(
        deductible=deductible,
        coinsurance=coinsurance,
        sequestration=taken,
        payer=rest - (taken or Decimal(0)),
    )
