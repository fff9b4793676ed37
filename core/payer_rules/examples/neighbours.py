"""The other lines that the conditions of a rule ask for."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.history import History, HistoryLine
from payer_rules.kinds.related_lines import like
from payer_rules.rules import DaysAround, Nearness, OtherLine, Rule


def with_neighbours(rule: Rule, claim: Claim) -> tuple[Claim, History]:
    """Return the claim with the line of the same day that the rule asks for, and its history."""
    beside = rule.when.same_day
    if beside is not None:
        second = attrs.evolve(like(claim.lines[0], beside), number=2)
        claim = attrs.evolve(claim, lines=[*claim.lines, second])
    wanted: list[OtherLine] = [*rule.when.history, *rule.when.other_lines]
    earlier = [
        _paid(claim, like(claim.lines[0], other), number, _day_of(other, claim.lines[0]))
        for number, other in enumerate(wanted, 1)
    ]
    return claim, History(lines=earlier, covers_rendering=claim.billing_provider.npi)


def _day_of(other: OtherLine, line: ServiceLine) -> date:
    """Return a day on which the other line may be: the day before, if it may be then."""
    return line.date_from + timedelta(days=_distance(other.near))


def _distance(near: Nearness) -> int:
    if not isinstance(near, DaysAround):
        return 0
    return -1 if near.looks_back else 1


def _paid(claim: Claim, line: ServiceLine, number: int, day: date) -> HistoryLine:
    return HistoryLine(
        claim=f"BEFORE-{number}",
        member=claim.member.id,
        billing_provider=claim.billing_provider,
        rendering_provider=line.rendering_provider,
        code=line.code,
        modifiers=line.modifiers,
        date_from=day,
        place_of_service=line.place_of_service,
        modality=line.modality,
        status="paid",
    )
