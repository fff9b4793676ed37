"""What was public on a day: rules by the day on which they were known, tables by theirs."""

from __future__ import annotations

from datetime import date

from payer_rules.rules import EditTable, EditTerms, Rule


def was_known(rule: Rule, day: date | None) -> bool:
    """Whether the rule was known on the day; where that is not told, from its first day on."""
    if day is None:
        return True
    if rule.known is None:
        return rule.in_force.first is None or rule.in_force.first <= day
    return day in rule.known


def was_public(table: EditTerms, day: date | None) -> bool:
    """Whether the table was public on the day; terms alone always are."""
    if not isinstance(table, EditTable):
        return True
    first = table.known_from or table.verified.first
    return day is None or first is None or first <= day
