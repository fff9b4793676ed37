"""The size, the length and the record of a session."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.session_requirement.evaluator import SessionEvaluator
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.kinds.session_requirement.words import WORDS

KIND: Final = Kind(
    rule=SessionRequirement,
    table="session_requirement",
    topic="session",
    evaluator=SessionEvaluator,
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "minutes", "session"},
        history={"minutes", "rendering_provider", "session"},
        session={"documented", "end", "group_size", "group_size_at_most", "start"},
        links={"same day"},
    ),
)
