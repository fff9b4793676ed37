"""The kind of rule ``required_field``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.required_field.evaluator import make
from payer_rules.kinds.required_field.rule import RequiredField

KIND: Final = Kind(
    rule=RequiredField,
    table="required_field",
    hook="payer_rules_required_fields",
    evaluator=make,
    stage=lambda rule: LINES,
)
