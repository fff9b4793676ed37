"""A plugin that returns a dict where a list belongs, and a list elsewhere."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A dict."""
    return {"rules": 3}
