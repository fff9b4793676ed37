"""A plugin whose hook does not look for which payer it is asked."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, Payer, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A limit of the payer acme, given for all."""
    return [limit("acme/one-per-day")]
