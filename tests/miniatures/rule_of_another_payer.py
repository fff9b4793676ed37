"""A plugin that returns its rules for every payer."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A rule of the payer asked for, and one of another."""
    return [limit(f"{payer}/its-own"), limit("umbrella/one-per-day")]
