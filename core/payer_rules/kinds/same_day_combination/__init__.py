"""Codes that are not paid on the same day."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import PAIRS
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.same_day_combination.covers import covers
from payer_rules.kinds.same_day_combination.evaluator import CombinationEvaluator
from payer_rules.kinds.same_day_combination.rule import SameDayCombination
from payer_rules.kinds.same_day_combination.words import WORDS

KIND: Final = Kind(
    rule=SameDayCombination,
    table="same_day_combination",
    topic="combination",
    covers=covers,
    evaluator=CombinationEvaluator,
    stage=lambda rule: PAIRS,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "modifiers"},
        history={"billing_provider", "modifiers", "rendering_provider"},
        provider={"specialty"},
        links={"same day"},
    ),
    boundary_days=lambda rule: frozenset(filter(None, [rule.either_since])),
)
