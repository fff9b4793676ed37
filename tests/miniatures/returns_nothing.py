"""A plugin whose author forgot to return what was made."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """Nothing at all."""
