"""The words of diagnosis requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.diagnosis_requirement.evaluator import DiagnosisFault
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.text.lists import listed
from payer_rules.vocabularies.formats import diagnosis_beginning

_IN_RECORD: Final = "only if the record supports that diagnosis"
_AMONG: Final = {
    "principal": "as the first diagnosis of the claim",
    "claim": "among the diagnoses of the claim",
    "line": "among the diagnoses to which the line points",
}


def _sentence(rule: DiagnosisRequirement) -> str:
    asks = []
    if rule.any_of:
        asks.append(f"needs a diagnosis that begins with {listed(rule.any_of)}")
    if rule.none_of:
        asks.append(f"is not paid with a diagnosis that begins with {listed(rule.none_of)}")
    return f"{codes_text(rule.codes)} {' and '.join(asks)}, {_AMONG[rule.among]}."


def _answers(rule: DiagnosisRequirement, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        asks = [f"diagnosis {listed(rule.any_of)}"] if rule.any_of else []
        asks += [f"no diagnosis {listed(rule.none_of)}"] if rule.none_of else []
        yield "What else", ", ".join(asks)


def _explain(
    rule: DiagnosisRequirement, verdict: Verdict[DiagnosisFault], claim: Claim
) -> Explanation:
    label, fault = line_label(line_of(verdict, claim)), verdict.details
    if fault.excluded:
        return Explanation(
            message=f"{label}: not with diagnosis {listed(fault.excluded)}",
            evidence=tuple(value("diagnosis", each) for each in fault.excluded),
        )
    stated = listed(fault.stated, "and") if fault.stated else "none"
    return Explanation(
        message=f"{label}: needs a diagnosis that begins with {listed(rule.any_of)}; "
        f"given: {stated}",
        evidence=(value("diagnoses", stated),),
    )


def _cure(
    rule: DiagnosisRequirement, verdict: Verdict[DiagnosisFault], claim: Claim
) -> Cure | None:
    """Return the claim with such a diagnosis in the first place."""
    if verdict.details.excluded:
        return None
    diagnoses = (diagnosis_beginning(min(rule.any_of)), *(claim.diagnoses or ()))
    pointed = claim
    if rule.among == "line":
        pointed = changed(claim, line_of(verdict, claim), diagnosis_pointers=(1,))
    return Cure(
        change=f"a diagnosis that begins with {listed(rule.any_of)}",
        condition=_IN_RECORD,
        claim=attrs.evolve(pointed, diagnoses=diagnoses),
    )


WORDS: Final = Words(
    subject="What is paid",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(["diagnoses"]),
)
