"""A plugin that gives a rule of one kind to the hook of another."""

from __future__ import annotations

from a_rule import limit

from payer_rules import ModifierRequirement, hookimpl


@hookimpl
def payer_rules_modifier_requirements(payer: str) -> list[ModifierRequirement]:
    """A limit."""
    return [limit("acme/no-requirement")] if payer == "acme" else []
