"""Claims that keep or break a layout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.claim_layout.rule import ClaimLayout

_DAYS: Final = (0, 1, 31)


def examples(rule: ClaimLayout, base: Claim) -> Iterator[Claim]:
    """Yield lines of one day and several, two lines of one day and two months, and modifiers."""
    first = base.lines[0]
    yield base
    for days in _DAYS:
        day = first.date_from + timedelta(days=days)
        yield with_line(base, date_to=day)
        second = attrs.evolve(first, number=2, date_from=day, date_to=day)
        yield attrs.evolve(base, lines=[first, second])
        for modifier in sorted(rule.matching_modifiers or ()):
            other = attrs.evolve(second, modifiers=(modifier,))
            yield attrs.evolve(base, lines=[first, other])
    for position in rule.positions[:1]:
        yield with_line(base, modifiers=(position.modifier,))
    for position in rule.positions:
        for modifiers in ((position.modifier, "76"), ("76", position.modifier)):
            yield with_line(base, modifiers=modifiers)
