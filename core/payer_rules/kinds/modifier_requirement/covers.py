"""The modifiers of which a requirement speaks."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement
from payer_rules.rules.topics import TELEHEALTH

_TELEHEALTH_MODIFIERS: Final = frozenset(["93", "95", "FQ", "G0", "GQ", "GT"])


def covers(rule: ModifierRequirement, line: ServiceLine) -> Container[str]:
    """Return the modifiers that the rule names, and whether it speaks of telehealth."""
    named = rule.any_of | rule.all_of | rule.none_of | rule.at_most_one_of
    for when in rule.condition_tables:
        named |= when.modifier or frozenset()
    is_of_telehealth = rule.when.modality is not None or named & _TELEHEALTH_MODIFIERS
    return named | {TELEHEALTH} if is_of_telehealth else named
