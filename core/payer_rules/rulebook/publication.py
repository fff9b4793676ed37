"""Rules and tables that were public on a day."""

from __future__ import annotations

from datetime import date

from payer_rules.rules import EditTable, EditTerms, Rule


def was_known(rule: Rule, day: date | None) -> bool:
    """Return True if the rule was known on the day.

    A rule without such dates counts as known from its first day in force.
    """
    if day is None:
        return True
    if rule.known is None:
        return rule.in_force.first is None or rule.in_force.first <= day
    return day in rule.known


def was_public(table: EditTerms, day: date | None) -> bool:
    """Return True if the table was public on the day; terms without rows always are."""
    if not isinstance(table, EditTable):
        return True
    first = table.known_from or table.verified.first
    return day is None or first is None or first <= day
