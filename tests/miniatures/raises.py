"""A plugin of which one hook raises and the other does not."""

from __future__ import annotations

from a_rule import MANUAL

from payer_rules import FrequencyLimit, ModifierRequirement, hookimpl


@hookimpl
def payer_rules_frequency_limits(payer: str) -> list[FrequencyLimit]:
    """A limit out of a dict that does not hold it."""
    return {"other": []}[payer]


@hookimpl
def payer_rules_modifier_requirements(payer: str) -> list[ModifierRequirement]:
    """A requirement."""
    if payer != "acme":
        return []
    return [
        ModifierRequirement(
            id="acme/beside-what-raises",
            codes=frozenset({"90853"}),
            none_of=frozenset({"59"}),
            citations=(MANUAL,),
            rationale="Group sessions carry no modifier 59.",
        )
    ]
