"""The one table of rule kinds: everything that must know all kinds reads it here."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.rules.frequency_limit import FrequencyLimit
from payer_rules.rules.modifier_requirement import ModifierRequirement
from payer_rules.rules.rule import Rule
from payer_rules.rules.same_day_combination import SameDayCombination


@attrs.frozen
class Kind:
    """One kind of rule: its class, the hook that hands it over, its table in a profile."""

    rule: type[Rule]
    hook: str
    table: str


KINDS: Final = (
    Kind(FrequencyLimit, "payer_rules_frequency_limits", "frequency_limit"),
    Kind(ModifierRequirement, "payer_rules_modifier_requirements", "modifier_requirement"),
    Kind(SameDayCombination, "payer_rules_same_day_combinations", "same_day_combination"),
)


def kind_of(rule: Rule) -> Kind:
    """The row of the table for the rule."""
    return next(kind for kind in KINDS if type(rule) is kind.rule)
