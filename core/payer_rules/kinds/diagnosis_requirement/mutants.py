"""The mutants of diagnosis requirements."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[DiagnosisRequirement]] = Mutants(
    words={"among": {"principal": "claim", "line": "claim"}}
)
