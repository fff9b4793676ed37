"""Claims that were received in time, and too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import attrs

from payer_rules.claims import Claim, OtherPayer
from payer_rules.kinds.timely_filing.evaluator import last_day
from payer_rules.kinds.timely_filing.rule import TimelyFiling


def examples(rule: TimelyFiling, base: Claim) -> Iterator[Claim]:
    """Yield the claim, and the claim received after the time limit."""
    yield base
    if rule.since == "other-payer-decision":
        yield from _decided(rule, base)
    days = 31 * (rule.within.months or 0) + (rule.within.days or 0) + 1
    yield attrs.evolve(base, received=base.lines[0].date_from + timedelta(days=days))


def _decided(rule: TimelyFiling, base: Claim) -> Iterator[Claim]:
    """Yield the claim after another payer's decision: in time, and on the days around the last."""
    day = base.lines[0].date_from
    payer = OtherPayer(order="primary", decided=day)
    decided = attrs.evolve(base, other_payers=(payer,))
    for limit in (rule.within, rule.at_latest):
        if limit is not None:
            for step in (-1, 0, 1):
                yield attrs.evolve(decided, received=last_day(day, limit) + timedelta(days=step))
    undecided = attrs.evolve(payer, decided="none")
    for others in ((), (undecided,)):
        yield attrs.evolve(decided, other_payers=others)
