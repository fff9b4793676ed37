"""How the lines of a claim are laid out: days, months, claims and modifiers."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LINES
from payer_rules.kinds.claim_layout.evaluator import LayoutEvaluator
from payer_rules.kinds.claim_layout.rule import ClaimLayout
from payer_rules.kinds.claim_layout.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=ClaimLayout,
    table="claim_layout",
    topic=None,
    evaluator=LayoutEvaluator,
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "modifiers", "session"},
        history={"billing_provider", "rendering_provider", "session"},
        provider={"specialty"},
        session={"start", "end"},
        links={"any line", "nearby line"},
    ),
)
