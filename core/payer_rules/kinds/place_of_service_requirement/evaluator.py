"""The evaluation of place of service requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from payer_rules.claims import ServiceLine, modalities
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field, of_record
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement

#: The facts of a line that may not be as required.
DeliveryFault: TypeAlias = Literal["place_of_service", "modality"]


def evaluate_line(
    rule: PlaceOfServiceRequirement, state: ClaimState, line: ServiceLine
) -> Answer[tuple[DeliveryFault, ...]]:
    """Return whether the place or the modality of the line is not allowed."""
    return broken_parts(rule, line, _faults(rule, line))


def _faults(
    rule: PlaceOfServiceRequirement, line: ServiceLine
) -> Iterator[DeliveryFault | MissingFacts]:
    if rule.any_of or rule.none_of:
        yield _place(rule, line)
    if rule.modality:
        yield _modality(rule, line)


def _place(rule: PlaceOfServiceRequirement, line: ServiceLine) -> DeliveryFault | MissingFacts:
    place = line.place_of_service
    if place is None:
        return field("place_of_service")
    is_allowed = (not rule.any_of or place in rule.any_of) and place not in rule.none_of
    return NONE_MISSING if is_allowed else "place_of_service"


def _modality(rule: PlaceOfServiceRequirement, line: ServiceLine) -> DeliveryFault | MissingFacts:
    possible = modalities(line)
    if possible <= rule.modality:
        return NONE_MISSING
    return of_record("modality") if possible & rule.modality else "modality"
