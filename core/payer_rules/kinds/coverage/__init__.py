"""Whether a code is paid at all."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.coverage.covers import covers
from payer_rules.kinds.coverage.evaluator import evaluate_line
from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.kinds.coverage.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=Coverage,
    table="coverage",
    topic="coverage",
    covers=covers,
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=Reads(),
)
