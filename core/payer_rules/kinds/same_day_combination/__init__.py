"""The kind of rule ``same_day_combination``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import PAIRS
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.same_day_combination.evaluator import CombinationEvaluator
from payer_rules.kinds.same_day_combination.mutants import MUTANTS
from payer_rules.kinds.same_day_combination.rule import SameDayCombination

KIND: Final = Kind(
    rule=SameDayCombination,
    table="same_day_combination",
    evaluator=CombinationEvaluator,
    stage=lambda rule: PAIRS,
    mutants=MUTANTS,
)
