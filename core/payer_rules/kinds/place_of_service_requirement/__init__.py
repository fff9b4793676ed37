"""The kind of rule ``place_of_service_requirement``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.place_of_service_requirement.evaluator import make
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement

KIND: Final = Kind(
    rule=PlaceOfServiceRequirement,
    table="place_of_service_requirement",
    hook="payer_rules_place_of_service_requirements",
    evaluator=make,
    stage=lambda rule: LINES,
)
