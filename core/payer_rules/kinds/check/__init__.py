"""The kind of rule ``check``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.check.evaluator import CheckEvaluator
from payer_rules.kinds.check.rule import Check
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=Check,
    table="check",
    hook="payer_rules_checks",
    evaluator=CheckEvaluator,
    stage=lambda rule: LINES,
    is_data=False,
)
