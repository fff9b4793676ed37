"""The kind of rule ``provider_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.provider_requirement.evaluator import make
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement

KIND: Final = Kind(
    rule=ProviderRequirement,
    table="provider_requirement",
    hook="payer_rules_provider_requirements",
    evaluator=make,
    stage=lambda rule: LINES,
)
