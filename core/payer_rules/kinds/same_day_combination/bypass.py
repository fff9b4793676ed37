"""The bypass modifiers of a combination, and the lines that may carry them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from payer_rules.claims import ServiceLine
from payer_rules.kinds.same_day_combination.rule import SameDayCombination

Place: TypeAlias = Literal["first", "second"]


def is_bypassed(rule: SameDayCombination, line: ServiceLine, place: Place) -> bool:
    """Return True if the line carries a bypass modifier that counts in its place of the pair."""
    return may_carry(rule, line, place) and not rule.bypass.isdisjoint(line.modifiers)


def may_carry(rule: SameDayCombination, line: ServiceLine, place: Place) -> bool:
    """Return True if a bypass modifier counts on a line in this place of the pair."""
    if rule.either_since is not None and line.date_from >= rule.either_since:
        return True
    return rule.bypass_on in (place, "either")
