"""Claims that keep or break a same-day combination."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_codes, with_each_line
from payer_rules.kinds.same_day_combination.rule import SameDayCombination


def examples(rule: SameDayCombination, base: Claim) -> Iterator[Claim]:
    """Yield the pair with and without a bypass modifier, of two providers, and one code alone."""
    first, second = min(rule.first), min(rule.second)
    pair = with_codes(base, first, second)
    for number in (1, 2):
        for modifier in sorted(rule.bypass)[:1]:
            lines = [
                attrs.evolve(line, modifiers=(modifier,)) if line.number == number else line
                for line in pair.lines
            ]
            yield attrs.evolve(pair, lines=lines)
    yield pair
    yield with_each_line(pair, [{}, {"rendering_provider": OTHER_PROVIDER}])
    yield with_codes(base, second)
