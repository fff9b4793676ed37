"""A plugin that describes a rule and does not make it."""

from __future__ import annotations

from a_rule import limit

from payer_rules import FrequencyLimit, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A rule, a description of a rule, and an object whose repr has an address."""
    return [limit("acme/beside-a-dict"), {"id": "acme/dict"}, object()] if payer == "acme" else []
