"""The codes of which a relation says whether they are paid with a code on one day."""

from __future__ import annotations

from collections.abc import Container

from payer_rules.claims import ServiceLine
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.rules import DaysAround
from payer_rules.rules.topics import PRIMARY


def covers(rule: LineRelation, line: ServiceLine) -> Container[str]:
    """Return the codes of the other line; none if the rule is about some of its lines alone."""
    other, near = rule.other, rule.other.within
    is_narrow = other.modifier or other.place_of_service or other.modality
    if (
        is_narrow
        or other.scope in ("another-rendering", "another-member")
        or near in ("overlapping-clock", "any-earlier-day")
    ):
        return frozenset()
    if isinstance(near, DaysAround) and not near.same_day:
        return frozenset()
    if rule.requires is not None:
        return other.codes | {PRIMARY}
    return other.codes if line.code in rule.codes else rule.codes
