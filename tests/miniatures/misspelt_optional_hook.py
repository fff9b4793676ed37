"""A plugin that silences pluggy about its misspelt hook."""

from __future__ import annotations

from payer_rules import FrequencyLimit, hookimpl


@hookimpl(optionalhook=True)
def payer_rules_frequency_limit(payer: str) -> list[FrequencyLimit]:
    """Limits; but the hook's name is in the plural."""
