"""Claims that keep or break a relation between lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.history import HistoryLine
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, paid_before
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.related_lines import like, near_days, of_member_asked

_CLOCKS: Final = tuple(Session(start=time(hour), end=time(hour + 1)) for hour in (9, 9, 11))


def examples(rule: LineRelation, base: Claim) -> Iterator[Claim]:
    """Yield the claim with the other line near it and not near it, of two providers, and alone."""
    own = attrs.evolve(base.lines[0], session=_CLOCKS[0])
    if rule.other.scope == "another-member":
        yield from _moved(rule, base, own)
        return
    for day in near_days(rule.other.within, own.date_from):
        for session in _CLOCKS[1:]:
            other = attrs.evolve(
                like(own, rule.other), number=2, date_from=day, date_to=day, session=session
            )
            yield _with(base, own, other)
            yield _with(base, own, attrs.evolve(other, modifiers=()))
            yield _with(base, own, attrs.evolve(other, rendering_provider=OTHER_PROVIDER))
    yield base


def earlier_lines(rule: LineRelation, claim: Claim) -> Iterator[HistoryLine]:
    """Yield the other line, if it has to be of another member."""
    if rule.other.scope == "another-member":
        line = like(claim.lines[0], rule.other)
        before = paid_before(claim, line, 1, line.date_from)
        yield of_member_asked(attrs.evolve(before, session=_CLOCKS[0]), rule.other)


def _moved(rule: LineRelation, base: Claim, own: ServiceLine) -> Iterator[Claim]:
    """Yield the line near the one of another member and not near it, and of another provider."""
    for day in near_days(rule.other.within, own.date_from):
        for session in _CLOCKS[1:]:
            line = attrs.evolve(own, date_from=day, date_to=day, session=session)
            yield _with(base, line)
            yield _with(base, attrs.evolve(line, rendering_provider=OTHER_PROVIDER))


def _with(base: Claim, *lines: ServiceLine) -> Claim:
    return attrs.evolve(base, lines=lines)
