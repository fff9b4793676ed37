"""Rules and tables that were public on a day."""

from __future__ import annotations

from datetime import date

import attrs

from payer_rules.rules import EditTable, EditTerms, Payer, Rule, TopicStatement


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


def as_known(payer: Payer, day: date | None) -> Payer:
    """Return the payer without statements about texts that were not public on the day.

    The day of publication of a text is not stated; it counts as public from the first day for which
    it was read.
    """
    if day is None:
        return payer
    return attrs.evolve(payer, topics=tuple(t for t in payer.topics if _was_stated(t, day)))


def _was_stated(statement: TopicStatement, day: date) -> bool:
    first = statement.verified.first if statement.verified else None
    return first is None or first <= day
