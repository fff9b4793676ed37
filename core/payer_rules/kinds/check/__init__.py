"""Rules that a function of a plugin evaluates."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.stages import LINES
from payer_rules.kinds.check.evaluator import CheckEvaluator
from payer_rules.kinds.check.rule import Check
from payer_rules.kinds.check.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=Check,
    table="check",
    topic=None,
    evaluator=CheckEvaluator,
    stage=lambda rule: LINES,
    words=WORDS,
    is_data=False,
    reads=Reads.everything(),
)
