"""A plugin whose old edition of a rule did not end."""

from __future__ import annotations

from datetime import date

from a_rule import limit

from payer_rules import DateRange, FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """Three editions, of which the first two overlap."""
    if payer != "acme":
        return []
    return [
        limit("acme/edited", in_force=DateRange(None, date(2024, 7, 1))),
        limit("acme/edited", in_force=DateRange(date(2024, 7, 1), date(2024, 12, 31))),
        limit("acme/edited", in_force=DateRange(date(2025, 1, 1))),
    ]
