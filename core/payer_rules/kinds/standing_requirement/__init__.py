"""Statuses that a member, a provider or a stay must have on the days of a service."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, RENDERING, Reads
from payer_rules.engine.rule_evaluator import line_rule
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.standing_requirement.evaluator import evaluate_line
from payer_rules.kinds.standing_requirement.rule import StandingRequirement
from payer_rules.kinds.standing_requirement.words import WORDS

KIND: Final = Kind(
    rule=StandingRequirement,
    table="standing_requirement",
    topic="coverage",
    evaluator=line_rule(WORDS, evaluate_line),
    stage=lambda rule: LINES,
    words=WORDS,
    reads=DAYS
    | RENDERING
    | Reads(
        claim={"inpatient_stays", "member"},
        line={"performed_by"},
        member={"statuses"},
        provider={"statuses", "supervised_by"},
        stay={"date_from", "date_to", "statuses"},
        status={"date_from", "date_to", "kind", "value"},
    ),
)
