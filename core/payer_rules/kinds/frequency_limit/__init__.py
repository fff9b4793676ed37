"""The kind of rule ``frequency_limit``."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.stages import LIMITS, Stage
from payer_rules.kinds.frequency_limit.evaluator import FrequencyLimitEvaluator
from payer_rules.kinds.frequency_limit.examples import examples
from payer_rules.kinds.frequency_limit.history_examples import history_examples
from payer_rules.kinds.frequency_limit.mutants import MUTANTS
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_limit.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=FrequencyLimit,
    table="frequency_limit",
    evaluator=FrequencyLimitEvaluator,
    stage=lambda rule: Stage(LIMITS, rule.window.days),
    words=WORDS,
    examples=examples,
    history_examples=history_examples,
    mutants=MUTANTS,
)
