"""Claims with as many services as a minimum asks for, and with one less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.rules import code_of

_MOST_LINES: Final = 100
_AFTER_YEARS: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)


def examples(rule: FrequencyMinimum, base: Claim) -> Iterator[Claim]:
    """Yield the claim with as many lines as the minimum asks for and one less, and in time."""
    late = attrs.evolve(base, received=base.lines[0].date_from + _AFTER_YEARS)
    for count in _counts(rule, base.lines[0]):
        for apart in (0, 1):
            yield _with_others(rule, late, count, apart)
    for units in {rule.at_least, max(Decimal(1), rule.at_least - 1)}:
        yield with_line(late, units=units, minutes=int(units))
    yield base
    yield attrs.evolve(base, received=None)


def _counts(rule: FrequencyMinimum, line: ServiceLine) -> list[int]:
    """Return how many lines like this one the minimum asks for in addition, and one less."""
    is_timed = rule.counts in ("minutes", "clock-minutes")
    each = (line.minutes if is_timed else None) or 1
    enough = min(ceil(rule.at_least / each), _MOST_LINES)
    own = 1 if code_of(rule.codes) in rule.counted_codes else 0
    return [max(0, count - own) for count in (enough, enough - 1)]


def _with_others(rule: FrequencyMinimum, claim: Claim, count: int, apart: int) -> Claim:
    """Return the claim with so many more lines of a counted code, some days apart."""
    first, code = claim.lines[0], code_of(rule.counted_codes)
    days = [first.date_from - apart * at * _DAY for at in range(1, count + 1)]
    others = [
        first.recoded(code, number=at, date_from=day, date_to=day) for at, day in enumerate(days, 2)
    ]
    return attrs.evolve(claim, lines=[first, *others])
