"""Add-on codes, which are paid only with a primary code."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import ADD_ONS
from payer_rules.kinds.add_on_code.covers import covers
from payer_rules.kinds.add_on_code.evaluator import AddOnCodeEvaluator
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.add_on_code.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=AddOnCode,
    table="add_on_code",
    topic="combination",
    covers=covers,
    evaluator=AddOnCodeEvaluator,
    stage=lambda rule: ADD_ONS,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code"},
        history={"billing_provider", "rendering_provider"},
        provider={"specialty"},
        links={"same day"},
    ),
)
