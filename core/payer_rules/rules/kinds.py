"""The one table of rule kinds: everything that must know all kinds reads it here."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.rules.add_on_code import AddOnCode
from payer_rules.rules.authorization_requirement import AuthorizationRequirement
from payer_rules.rules.check import Check
from payer_rules.rules.coverage import Coverage
from payer_rules.rules.diagnosis_requirement import DiagnosisRequirement
from payer_rules.rules.duplicate_service import DuplicateService
from payer_rules.rules.frequency_limit import FrequencyLimit
from payer_rules.rules.modifier_requirement import ModifierRequirement
from payer_rules.rules.place_of_service_requirement import PlaceOfServiceRequirement
from payer_rules.rules.provider_requirement import ProviderRequirement
from payer_rules.rules.required_field import RequiredField
from payer_rules.rules.rule import Rule
from payer_rules.rules.same_day_combination import SameDayCombination
from payer_rules.rules.session_requirement import SessionRequirement
from payer_rules.rules.timely_filing import TimelyFiling


@attrs.frozen
class Kind:
    """One kind of rule: its class, the hook that hands it over, its table in a profile.

    ``is_data`` tells whether a profile can state it; a `Check` is code, and so it cannot.
    """

    rule: type[Rule]
    hook: str
    table: str
    is_data: bool = True


KINDS: Final = (
    Kind(FrequencyLimit, "payer_rules_frequency_limits", "frequency_limit"),
    Kind(ModifierRequirement, "payer_rules_modifier_requirements", "modifier_requirement"),
    Kind(SameDayCombination, "payer_rules_same_day_combinations", "same_day_combination"),
    Kind(AddOnCode, "payer_rules_add_on_codes", "add_on_code"),
    Kind(SessionRequirement, "payer_rules_session_requirements", "session_requirement"),
    Kind(ProviderRequirement, "payer_rules_provider_requirements", "provider_requirement"),
    Kind(
        PlaceOfServiceRequirement,
        "payer_rules_place_of_service_requirements",
        "place_of_service_requirement",
    ),
    Kind(
        AuthorizationRequirement,
        "payer_rules_authorization_requirements",
        "authorization_requirement",
    ),
    Kind(DiagnosisRequirement, "payer_rules_diagnosis_requirements", "diagnosis_requirement"),
    Kind(Coverage, "payer_rules_coverage", "coverage"),
    Kind(DuplicateService, "payer_rules_duplicate_services", "duplicate_service"),
    Kind(TimelyFiling, "payer_rules_timely_filing", "timely_filing"),
    Kind(RequiredField, "payer_rules_required_fields", "required_field"),
    Kind(Check, "payer_rules_checks", "check", is_data=False),
)


def kind_of(rule: Rule) -> Kind:
    """The row of the table for the rule."""
    return next(kind for kind in KINDS if type(rule) is kind.rule)
