"""The judge of diagnosis requirements."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final, assert_never

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label, listed
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.vocabularies.formats import diagnosis_beginning

_IN_RECORD: Final = "only if the record supports that diagnosis"


def weigh(rule: DiagnosisRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the diagnoses that the rule asks are as required."""
    given = _asked(rule, state.claim, line)
    if isinstance(given, _Unknown):
        return given.doubt
    barred = [each for each in given if _begins(each, rule.none_of)]
    if barred:
        return Breach(
            message=f"{line_label(line)}: not with diagnosis {listed(barred)}",
            evidence=tuple(value("diagnosis", each) for each in barred),
        )
    if not rule.any_of or any(_begins(each, rule.any_of) for each in given):
        return NONE_MISSING
    told = listed(given, "and") if given else "none"
    return Breach(
        message=f"{line_label(line)}: needs a diagnosis that begins with {listed(rule.any_of)}; "
        f"given: {told}",
        evidence=(value("diagnoses", told),),
        cure=partial(_diagnosed, rule, state.claim, line),
    )


@attrs.frozen
class _Unknown:
    doubt: MissingFacts


def _asked(
    rule: DiagnosisRequirement, claim: Claim, line: ServiceLine
) -> tuple[str, ...] | _Unknown:
    if claim.diagnoses is None:
        return _Unknown(field("diagnoses"))
    if rule.among == "principal":
        return claim.diagnoses[:1]
    if rule.among == "claim":
        return claim.diagnoses
    if rule.among == "line":
        return _pointed(claim.diagnoses, line)
    assert_never(rule.among)


def _pointed(diagnoses: tuple[str, ...], line: ServiceLine) -> tuple[str, ...] | _Unknown:
    if line.diagnosis_pointers is None:
        return _Unknown(field("diagnosis_pointers"))
    places = [at for at in line.diagnosis_pointers if 0 < at <= len(diagnoses)]
    return tuple(diagnoses[at - 1] for at in places)


def _begins(diagnosis: str, starts: Collection[str]) -> bool:
    plain = diagnosis.replace(".", "")
    return any(plain.startswith(start.replace(".", "")) for start in starts)


def _diagnosed(rule: DiagnosisRequirement, claim: Claim, line: ServiceLine) -> Cure:
    diagnoses = (diagnosis_beginning(min(rule.any_of)), *(claim.diagnoses or ()))
    pointed = changed(claim, line, diagnosis_pointers=(1,)) if rule.among == "line" else claim
    return Cure(
        change=f"a diagnosis that begins with {listed(rule.any_of)}",
        condition=_IN_RECORD,
        claim=attrs.evolve(pointed, diagnoses=diagnoses),
    )


make = line_evaluator(weigh)
