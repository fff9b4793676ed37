"""A plugin that asks for the claim."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str, claim: object) -> list[FrequencyLimit]:
    """Limits for the claim; but hooks see no claim."""
