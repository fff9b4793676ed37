"""Codes that are paid only without, or only with, another line that is near in time."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import OTHER_LINE, Reads
from payer_rules.engine.stages import ADD_ONS, PAIRS
from payer_rules.kinds.kind import GroupLimit, Kind
from payer_rules.kinds.line_relation.covers import covers
from payer_rules.kinds.line_relation.evaluator import evaluator
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.line_relation.words import WORDS


def _group_limit(rule: LineRelation) -> GroupLimit[LineRelation] | None:
    """Return the relation if a line of another member excludes a line."""
    excludes = rule.excluded_by is not None and rule.excluded_by.scope == "another-member"
    return GroupLimit(rule) if excludes else None


KIND: Final = Kind(
    rule=LineRelation,
    table="line_relation",
    topic="combination",
    covers=covers,
    evaluator=evaluator,
    stage=lambda rule: PAIRS if rule.requires is None else ADD_ONS,
    words=WORDS,
    group_limit=_group_limit,
    reads=OTHER_LINE
    | Reads(
        line={"session"},
        history={"session"},
        session={"start", "end"},
        links={"nearby line"},
    ),
)
