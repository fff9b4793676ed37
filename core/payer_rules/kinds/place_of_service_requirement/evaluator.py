"""The judge of place of service requirements: where, and whether by telehealth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from payer_rules.claims import ServiceLine, modalities
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label, listed, merged
from payer_rules.engine.missing import NONE_MISSING, field, of_record
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement

_THERE: Final = "only if the service was delivered there"


def weigh(rule: PlaceOfServiceRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the line's place of service and modality are allowed."""
    return merged(_answers(rule, state, line))


def _answers(
    rule: PlaceOfServiceRequirement, state: ClaimState, line: ServiceLine
) -> Iterator[Answer]:
    if rule.any_of or rule.none_of:
        yield _place(rule, state, line)
    if rule.modality:
        yield _modality(rule, line)


def _place(rule: PlaceOfServiceRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    place = line.place_of_service
    if place is None:
        return field("place_of_service")
    if (not rule.any_of or place in rule.any_of) and place not in rule.none_of:
        return NONE_MISSING
    wanted = f"not {listed(rule.any_of)}" if rule.any_of else "which is not allowed"
    return Breach(
        message=f"{line_label(line)}: place of service {place}, {wanted}",
        evidence=(value("place_of_service", place),),
        cure=partial(_moved, rule, state, line),
    )


def _moved(rule: PlaceOfServiceRequirement, state: ClaimState, line: ServiceLine) -> Cure | None:
    places = rule.any_of - rule.none_of
    if not places:
        return None
    return Cure(
        change=f"place of service {listed(places)} on line {line.number}",
        condition=_THERE,
        claim=changed(state.claim, line, place_of_service=min(places)),
    )


def _modality(rule: PlaceOfServiceRequirement, line: ServiceLine) -> Answer:
    possible = modalities(line)
    if possible <= rule.modality:
        return NONE_MISSING
    if possible & rule.modality:
        return of_record("modality")
    told = listed(possible)
    message = (
        f"{line_label(line)}: delivered by {told}, and the payer takes {listed(rule.modality)}"
    )
    return Breach(message=message, evidence=(value("modality", told),))


make = line_evaluator(weigh)
