"""Claims that keep or break a relation between lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.kinds.claim_changes import OTHER_PROVIDER
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.related_lines import like, near_days

_CLOCKS: Final = tuple(Session(start=time(hour), end=time(hour + 1)) for hour in (9, 9, 11))


def examples(rule: LineRelation, base: Claim) -> Iterator[Claim]:
    """Yield the claim with the other line near it and not near it, of two providers, and alone."""
    own = attrs.evolve(base.lines[0], session=_CLOCKS[0])
    for day in near_days(rule.other.within, own.date_from):
        for session in _CLOCKS[1:]:
            other = attrs.evolve(
                like(own, rule.other), number=2, date_from=day, date_to=day, session=session
            )
            yield _with(base, own, other)
            yield _with(base, own, attrs.evolve(other, modifiers=()))
            yield _with(base, own, attrs.evolve(other, rendering_provider=OTHER_PROVIDER))
    yield base


def _with(base: Claim, *lines: ServiceLine) -> Claim:
    return attrs.evolve(base, lines=lines)
