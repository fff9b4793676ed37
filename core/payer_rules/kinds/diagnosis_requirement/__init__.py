"""Diagnoses that a code needs, or with which it is not paid."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.diagnosis_requirement.evaluator import evaluate_line
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.kinds.diagnosis_requirement.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=DiagnosisRequirement,
    table="diagnosis_requirement",
    topic="diagnosis",
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=Reads(claim={"diagnoses"}, line={"diagnosis_pointers"}),
)
