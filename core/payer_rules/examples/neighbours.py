"""The other lines that the conditions of a rule ask for."""

from __future__ import annotations

from datetime import timedelta

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.history import History, HistoryLine
from payer_rules.rules import OtherLine, Rule


def with_neighbours(rule: Rule, claim: Claim) -> tuple[Claim, History]:
    """Return the claim with the line of the same day that the rule asks for, and its history."""
    beside = rule.when.same_day
    if beside is not None:
        second = attrs.evolve(_like(claim.lines[0], beside), number=2)
        claim = attrs.evolve(claim, lines=[*claim.lines, second])
    earlier = [
        _paid(claim, _like(claim.lines[0], wanted), number)
        for number, wanted in enumerate(rule.when.history, 1)
        if wanted.present
    ]
    return claim, History(lines=earlier, covers_rendering=claim.billing_provider.npi)


def _like(line: ServiceLine, beside: OtherLine) -> ServiceLine:
    places, ways = beside.place_of_service, beside.modality
    return attrs.evolve(
        line,
        code=min(beside.codes),
        place_of_service=min(places) if places else line.place_of_service,
        modality=min(ways) if ways else line.modality,
        modifiers=tuple(sorted(beside.modifier or ())[:1]),
    )


def _paid(claim: Claim, line: ServiceLine, number: int) -> HistoryLine:
    day = line.date_from - timedelta(days=1)
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
