"""A plugin with a rule without a citation."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A rule without a source."""
    return [limit("acme/hearsay", citations=())] if payer == "acme" else []
