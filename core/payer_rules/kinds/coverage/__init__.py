"""The kind of rule ``coverage``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.coverage.evaluator import make
from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=Coverage,
    table="coverage",
    hook="payer_rules_coverage",
    evaluator=make,
    stage=lambda rule: LINES,
)
