"""One of two plugins that give a rule of one id."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A rule that the other plugin gives too."""
    return [limit("acme/given-twice")] if payer == "acme" else []
