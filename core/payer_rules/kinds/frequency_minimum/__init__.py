"""Frequency minimums: at least so many services of some codes in a window."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.stages import MINIMUMS
from payer_rules.kinds import frequency_limit
from payer_rules.kinds.frequency_minimum.evaluator import FrequencyMinimumEvaluator
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.kinds.frequency_minimum.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=FrequencyMinimum,
    table="frequency_minimum",
    topic="frequency",
    covers=lambda rule, line: (),
    evaluator=FrequencyMinimumEvaluator,
    stage=lambda rule: MINIMUMS,
    words=WORDS,
    reads=frequency_limit.KIND.reads | Reads(claim={"received", "sent"}),
)
