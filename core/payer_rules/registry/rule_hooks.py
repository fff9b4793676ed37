"""The hooks that give rules, and the names of hooks that they replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payer_rules.kinds import (
    KINDS,
    Check,
    FrequencyLimit,
    ModifierRequirement,
    SameDayCombination,
)
from payer_rules.rules import Rule

#: The hook that gives rules of any kind.
ANY_KIND: Final = "payer_rules_rules"
#: The classes of the rules that each hook gives.
RULE_HOOKS: Final[Mapping[str, tuple[type[Rule], ...]]] = {
    ANY_KIND: tuple(kind.rule for kind in KINDS),
    "payer_rules_frequency_limits": (FrequencyLimit,),
    "payer_rules_modifier_requirements": (ModifierRequirement,),
    "payer_rules_same_day_combinations": (SameDayCombination,),
    "payer_rules_checks": (Check,),
}
#: Hooks of one kind each that `ANY_KIND` replaced.
REPLACED_HOOKS: Final = frozenset(
    {
        "payer_rules_add_on_codes",
        "payer_rules_authorization_requirements",
        "payer_rules_coverage",
        "payer_rules_diagnosis_requirements",
        "payer_rules_duplicate_services",
        "payer_rules_place_of_service_requirements",
        "payer_rules_provider_requirements",
        "payer_rules_required_fields",
        "payer_rules_session_requirements",
        "payer_rules_timely_filing",
    }
)


def hook_of(rule: type[Rule]) -> str:
    """Return the hook that gives rules of this class: its own hook, or the one for any kind."""
    return next((name for name, classes in RULE_HOOKS.items() if classes == (rule,)), ANY_KIND)
