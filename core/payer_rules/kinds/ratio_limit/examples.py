"""Claims that keep or break a ratio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import OTHER_PROVIDER
from payer_rules.kinds.ratio_limit.rule import RatioLimit
from payer_rules.kinds.related_lines import like


def examples(rule: RatioLimit, base: Claim) -> Iterator[Claim]:
    """Yield as many units as one other service allows, and one more, and of two providers."""
    most = max(Decimal(1), rule.times // 1)
    for units in (most, most + 1):
        own = attrs.evolve(base.lines[0], units=units)
        for days in (0, 1):
            day = own.date_from + timedelta(days=days)
            other = attrs.evolve(
                like(own, rule.each), number=2, units=Decimal(1), date_from=day, date_to=day
            )
            yield attrs.evolve(base, lines=[own, other])
            yield attrs.evolve(base, lines=[own, attrs.evolve(other, modifiers=())])
            provided = attrs.evolve(other, rendering_provider=OTHER_PROVIDER)
            yield attrs.evolve(base, lines=[own, provided])
    yield base
