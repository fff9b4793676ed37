"""The kind of rule ``diagnosis_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.diagnosis_requirement.evaluator import make
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=DiagnosisRequirement,
    table="diagnosis_requirement",
    hook="payer_rules_diagnosis_requirements",
    evaluator=make,
    stage=lambda rule: LINES,
)
