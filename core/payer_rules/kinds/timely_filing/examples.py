"""Claims that were received in time, and too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.timely_filing.rule import TimelyFiling


def examples(rule: TimelyFiling, base: Claim) -> Iterator[Claim]:
    """Yield the claim, and the claim received after the time limit."""
    yield base
    days = 31 * (rule.within.months or 0) + (rule.within.days or 0) + 1
    yield attrs.evolve(base, received=base.lines[0].date_from + timedelta(days=days))
