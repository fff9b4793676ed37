"""The kind of rule ``timely_filing``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.timely_filing.evaluator import make
from payer_rules.kinds.timely_filing.rule import TimelyFiling

KIND: Final = Kind(
    rule=TimelyFiling,
    table="timely_filing",
    hook="payer_rules_timely_filing",
    evaluator=make,
    stage=lambda rule: LINES,
)
