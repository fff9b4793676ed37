"""A plugin that implements a hook which does not exist."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limit(payer: str) -> list[FrequencyLimit]:
    """Limits; but the hook's name is in the plural."""
