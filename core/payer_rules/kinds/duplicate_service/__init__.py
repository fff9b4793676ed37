"""Lines that bill the same service twice."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import DUPLICATES
from payer_rules.kinds.duplicate_service.evaluator import DuplicateEvaluator
from payer_rules.kinds.duplicate_service.rule import DuplicateService
from payer_rules.kinds.duplicate_service.words import WORDS
from payer_rules.kinds.kind import Kind

#: The fields of a line that a rule may compare.
_COMPARED: Final = frozenset(
    ["code", "charge", "minutes", "modifiers", "place_of_service", "units"]
)

KIND: Final = Kind(
    rule=DuplicateService,
    table="duplicate_service",
    topic=None,
    evaluator=DuplicateEvaluator,
    stage=lambda rule: DUPLICATES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line=_COMPARED,
        history={*_COMPARED, "billing_provider", "rendering_provider"},
        links={"same day"},
    ),
)
