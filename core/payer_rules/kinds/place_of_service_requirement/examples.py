"""Claims that keep or break a place of service requirement."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import elsewhere, with_line
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement


def examples(rule: PlaceOfServiceRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with each modality and place that the rule names, and with others."""
    for modality in sorted(rule.modality):
        yield with_line(base, modality=modality)
    for place in (*sorted(rule.any_of), *sorted(rule.none_of)):
        yield with_line(base, place_of_service=place)
    yield base
    yield from elsewhere(base)
