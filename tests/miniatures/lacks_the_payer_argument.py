"""A plugin that gives its rules to every payer."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits() -> list[FrequencyLimit]:
    """Limits of some payer."""
