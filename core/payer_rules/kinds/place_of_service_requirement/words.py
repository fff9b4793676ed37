"""The words of place of service requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim, ServiceLine, modalities
from payer_rules.decisions import Cure, Evidence
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import CodeList, Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.place_of_service_requirement.evaluator import DeliveryFault
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement
from payer_rules.text.lists import listed

_THERE: Final = "only if the service was delivered there"


def _sentence(rule: PlaceOfServiceRequirement) -> str:
    asks = []
    if rule.any_of:
        asks.append(f"has place of service {listed(rule.any_of)}")
    if rule.none_of:
        asks.append(f"may not have place of service {listed(rule.none_of)}")
    if rule.modality:
        asks.append(f"is delivered by {listed(rule.modality)} and not otherwise")
    return f"{codes_text(rule.codes)} {' and '.join(asks)}."


def _answers(rule: PlaceOfServiceRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.codes:
        return
    asks = [f"place {listed(rule.any_of)}"] if rule.any_of else []
    asks += [f"not place {listed(rule.none_of)}"] if rule.none_of else []
    asks += [listed(rule.modality)] if rule.modality else []
    yield "Where", ", ".join(asks)


def _explain(
    rule: PlaceOfServiceRequirement, verdict: Verdict[tuple[DeliveryFault, ...]], claim: Claim
) -> Explanation:
    line = line_of(verdict, claim)
    parts = [_part(rule, fault, line) for fault in verdict.details]
    return Explanation(
        message="; ".join(f"{line_label(line)}: {text}" for text, _ in parts),
        evidence=tuple(evidence for _, evidence in parts),
    )


def _part(
    rule: PlaceOfServiceRequirement, fault: DeliveryFault, line: ServiceLine
) -> tuple[str, Evidence]:
    if fault == "modality":
        billed = listed(modalities(line))
        text = f"delivered by {billed}, and the payer takes {listed(rule.modality)}"
        return text, value("modality", billed)
    place = line.place_of_service
    wanted = f"not {listed(rule.any_of)}" if rule.any_of else "which is not allowed"
    return f"place of service {place}, {wanted}", value("place_of_service", place)


def _cure(
    rule: PlaceOfServiceRequirement, verdict: Verdict[tuple[DeliveryFault, ...]], claim: Claim
) -> Cure | None:
    """Return the claim with an allowed place, if the place alone is wrong."""
    places = rule.any_of - rule.none_of
    if verdict.details != ("place_of_service",) or not places:
        return None
    line = line_of(verdict, claim)
    return Cure(
        change=f"place of service {listed(places)} on line {line.number}",
        condition=_THERE,
        claim=changed(claim, line, place_of_service=min(places)),
    )


def _named_codes(rule: PlaceOfServiceRequirement) -> Iterator[tuple[CodeList, str]]:
    for codes in (rule.any_of, rule.none_of):
        yield from (("place", code) for code in codes)


WORDS: Final = Words(
    subject="Where, and by telehealth",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(["place_of_service", "modality"]),
    named=_named_codes,
)
