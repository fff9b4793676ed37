"""The codes of which a combination says whether they are paid with a code."""

from __future__ import annotations

from collections.abc import Container

from payer_rules.claims import ServiceLine
from payer_rules.kinds.same_day_combination.rule import SameDayCombination


def covers(rule: SameDayCombination, line: ServiceLine) -> Container[str]:
    """Return the codes of the other column."""
    return rule.second if line.code in rule.first else rule.first
