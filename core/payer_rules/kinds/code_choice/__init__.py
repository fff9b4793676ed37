"""Which of several codes is billed: by minutes, by the size of a group, by units or codes."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LINES, PAIRS
from payer_rules.kinds.code_choice.evaluator import evaluator
from payer_rules.kinds.code_choice.rule import CodeChoice
from payer_rules.kinds.code_choice.words import WORDS
from payer_rules.kinds.kind import Kind

KIND: Final = Kind(
    rule=CodeChoice,
    table="code_choice",
    topic=None,
    evaluator=evaluator,
    stage=lambda rule: LINES if rule.pool == "line" else PAIRS,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "minutes", "session", "units"},
        history={"billing_provider", "minutes", "rendering_provider", "session", "units"},
        provider={"specialty"},
        session={"start", "end", "group_size", "group_size_at_most"},
        links={"same day"},
    ),
)
