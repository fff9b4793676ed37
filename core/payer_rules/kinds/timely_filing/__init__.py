"""How long after the service a claim may be received."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.timely_filing.evaluator import evaluate_line
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.kinds.timely_filing.words import WORDS

KIND: Final = Kind(
    rule=TimelyFiling,
    table="timely_filing",
    topic="filing",
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | Reads(claim={"other_payers", "received", "sent"}, payer={"decided", "paid", "reasons"}),
)
