"""What the record of a session holds: documents, elements of the note, and findings."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, RENDERING, Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.record_requirement.evaluator import evaluate_line
from payer_rules.kinds.record_requirement.rule import RecordRequirement
from payer_rules.kinds.record_requirement.words import WORDS

KIND: Final = Kind(
    rule=RecordRequirement,
    table="record_requirement",
    topic=None,
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | Reads(
        line={"session"},
        session={"documented", "documents", "elements", "findings"},
        document={"expires", "kind", "signed", "signed_by", "written"},
        finding={"name", "previous", "score"},
        provider={"npi", "profession", "specialty", "statuses", "taxonomy"},
        status={"date_from", "date_to", "kind", "value"},
    ),
)
