"""Units that must follow from something measured: minutes, miles or a dose."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LINES, PAIRS
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.unit_rule.evaluator import evaluator
from payer_rules.kinds.unit_rule.rule import UnitRule
from payer_rules.kinds.unit_rule.words import WORDS

KIND: Final = Kind(
    rule=UnitRule,
    table="unit_rule",
    topic=None,
    evaluator=evaluator,
    stage=lambda rule: LINES if rule.pool == "line" else PAIRS,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "drug", "miles", "minutes", "session", "units"},
        history={
            "billing_provider",
            "drug",
            "miles",
            "minutes",
            "rendering_provider",
            "session",
            "units",
        },
        provider={"specialty"},
        session={"start", "end"},
        links={"same day"},
    ),
)
