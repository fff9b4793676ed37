"""Modifiers that a code needs or may not carry."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.modifier_requirement.covers import covers
from payer_rules.kinds.modifier_requirement.evaluator import evaluate_line
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement
from payer_rules.kinds.modifier_requirement.words import WORDS

KIND: Final = Kind(
    rule=ModifierRequirement,
    table="modifier_requirement",
    topic="modifier",
    covers=covers,
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=Reads(line={"modifiers"}),
)
