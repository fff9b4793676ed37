"""The evaluation of diagnosis requirements."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, field
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement


@attrs.frozen
class DiagnosisFault:
    """The diagnoses that count for a line, and those of them with which it is not paid."""

    stated: tuple[str, ...]
    excluded: tuple[str, ...] = ()


def evaluate_line(
    rule: DiagnosisRequirement, state: ClaimState, line: ServiceLine
) -> Answer[DiagnosisFault]:
    """Return the diagnoses that are not as required, if any."""
    diagnoses = state.claim.diagnoses
    if diagnoses is None:
        return field("diagnoses")
    if rule.among != "line" or line.diagnosis_pointers is not None or not diagnoses:
        return _answer(rule, line, _counted(rule, diagnoses, line))
    answers = [_answer(rule, line, (diagnosis,)) for diagnosis in diagnoses]
    if all(answers):
        return _answer(rule, line, diagnoses)
    # NOTE: the line points to one of them at least, so what each gives alone holds for any.
    return field("diagnosis_pointers") if any(answers) else NONE_MISSING


def _answer(
    rule: DiagnosisRequirement, line: ServiceLine, stated: tuple[str, ...]
) -> Answer[DiagnosisFault]:
    """Return what is wrong with the diagnoses that count for the line, if anything is."""
    excluded = tuple(each for each in stated if _begins(each, rule.none_of))
    if excluded:
        return broken(rule, line, DiagnosisFault(stated, excluded))
    if not rule.any_of or any(_begins(each, rule.any_of) for each in stated):
        return NONE_MISSING
    return broken(rule, line, DiagnosisFault(stated))


def _counted(
    rule: DiagnosisRequirement, diagnoses: tuple[str, ...], line: ServiceLine
) -> tuple[str, ...]:
    """Return the diagnoses among which the rule looks."""
    if rule.among == "principal":
        return diagnoses[:1]
    if rule.among == "claim":
        return diagnoses
    if rule.among == "line":
        places = [at for at in line.diagnosis_pointers or () if 0 < at <= len(diagnoses)]
        return tuple(diagnoses[at - 1] for at in places)
    assert_never(rule.among)


def _begins(diagnosis: str, starts: Collection[str]) -> bool:
    plain = diagnosis.replace(".", "")
    return any(plain.startswith(start.replace(".", "")) for start in starts)
