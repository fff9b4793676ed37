"""Who may perform and supervise a code, and who may bill for it."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import RENDERING, Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.provider_requirement.evaluator import evaluate_line
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.kinds.provider_requirement.words import WORDS

KIND: Final = Kind(
    rule=ProviderRequirement,
    table="provider_requirement",
    topic="provider",
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=RENDERING
    | Reads(
        line={"date_from", "date_to", "performed_by"},
        provider={"npi", "profession", "specialty", "statuses", "supervised_by", "taxonomy"},
        status={"date_from", "date_to", "kind", "value"},
    ),
)
