"""Where, and by which modality, a code may be delivered."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.place_of_service_requirement.covers import covers
from payer_rules.kinds.place_of_service_requirement.evaluator import evaluate_line
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement
from payer_rules.kinds.place_of_service_requirement.words import WORDS

KIND: Final = Kind(
    rule=PlaceOfServiceRequirement,
    table="place_of_service_requirement",
    topic="place",
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    covers=covers,
    reads=Reads(line={"modality", "modifiers", "place_of_service"}),
)
