"""Gives its limit for every payer it is asked about."""

from __future__ import annotations

from keeper import A_DAY, A_MONTH, A_WEEK, hooks

from payer_rules import FrequencyLimit, hookimpl

hooks(globals())


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """The limits of the payer acme, whoever is asked about."""
    return [A_DAY, A_MONTH, A_WEEK]
