"""The years of policies that were read only for days before a claim."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.rulebook import RuleBook
from payer_rules.rules import DateRange


def last_days_read(book: RuleBook) -> dict[str, date]:
    """Return the last day for which the source of each rule was read, if there is one."""
    days: dict[str, date] = {}
    for rule in book.rules:
        day = rule.verified.last if isinstance(rule.verified, DateRange) else None
        if day is not None:
            days[rule.id] = max(day, days.get(rule.id, day))
    return days


def with_policy_years(decision: Decision, claim: Claim, days: Mapping[str, date]) -> Decision:
    """Return the decision with the year of each policy that may no longer be in effect."""
    if not any(entry.reason == "edition" for entry in decision.not_evaluated):
        return decision
    first = min(line.date_from for line in claim.lines)
    entries = tuple(_with_year(entry, first, days) for entry in decision.not_evaluated)
    return attrs.evolve(decision, not_evaluated=entries)


def _with_year(entry: NotEvaluated, first: date, days: Mapping[str, date]) -> NotEvaluated:
    day = days.get(entry.rule or "") if entry.reason == "edition" else None
    return attrs.evolve(entry, policy_year=day.year) if day and day < first else entry
