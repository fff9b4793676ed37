"""The kind of rule ``modifier_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.modifier_requirement.evaluator import make
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement

KIND: Final = Kind(
    rule=ModifierRequirement,
    table="modifier_requirement",
    hook="payer_rules_modifier_requirements",
    evaluator=make,
    stage=lambda rule: LINES,
)
