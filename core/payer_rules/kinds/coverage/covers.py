"""The codes in whose payment a rule includes others: per diems."""

from __future__ import annotations

from collections.abc import Container

from payer_rules.claims import ServiceLine
from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.rules.topics import EVERYTHING


def covers(rule: Coverage, line: ServiceLine) -> Container[str]:
    """Return the codes of the day that the rule names; everything if it names none."""
    return rule.when.same_day.codes if rule.when.same_day else EVERYTHING
