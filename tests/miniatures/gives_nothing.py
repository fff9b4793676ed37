"""A plugin for a payer whose id is misspelled, so that it has no payer."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A limit of the payer 'il-medicaid', as it was meant."""
    return [limit("il-medicaid/one-per-day")] if payer == "il_medicaid" else []
