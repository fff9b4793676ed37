"""Fields without which a claim cannot be processed."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import RENDERING, Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.required_field.evaluator import evaluate_line, reads_of
from payer_rules.kinds.required_field.rule import RequiredField
from payer_rules.kinds.required_field.words import WORDS

KIND: Final = Kind(
    rule=RequiredField,
    table="required_field",
    topic="filing",
    evaluator=line_rule(WORDS, evaluate_line, reads_of),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=RENDERING
    | Reads(
        claim={
            *("authorizations", "condition_codes", "dates", "diagnoses", "member"),
            *("occurrences", "order", "referral"),
        },
        line={"body_site", "dates", "diagnosis_pointers", "drug", "modifiers", "revenue_code"},
        member={"sex"},
        provider={"npi"},
    ),
)
