"""The kind of rule ``authorization_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.authorization_requirement.evaluator import AuthorizationEvaluator
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=AuthorizationRequirement,
    table="authorization_requirement",
    hook="payer_rules_authorization_requirements",
    evaluator=AuthorizationEvaluator,
    stage=lambda rule: LINES,
)
