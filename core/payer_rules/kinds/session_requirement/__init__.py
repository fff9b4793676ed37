"""The kind of rule ``session_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.session_requirement.evaluator import make
from payer_rules.kinds.session_requirement.rule import SessionRequirement

KIND: Final = Kind(
    rule=SessionRequirement,
    table="session_requirement",
    hook="payer_rules_session_requirements",
    evaluator=make,
    stage=lambda rule: LINES,
)
