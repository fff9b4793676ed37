"""The kinds of rules: one package for each, and `KINDS`, which lists them."""

from __future__ import annotations

from typing import Any, Final

from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.stages import Stage
from payer_rules.kinds import (
    add_on_code,
    authorization_requirement,
    check,
    claim_layout,
    code_choice,
    coverage,
    diagnosis_requirement,
    duplicate_service,
    frequency_limit,
    frequency_minimum,
    line_relation,
    modifier_requirement,
    place_of_service_requirement,
    provider_requirement,
    ratio_limit,
    record_requirement,
    required_field,
    same_day_combination,
    session_requirement,
    standing_requirement,
    timely_filing,
    unit_rule,
)
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.check.rule import Check, MissingInformation, Violation
from payer_rules.kinds.claim_layout.rule import ClaimLayout, ModifierPosition
from payer_rules.kinds.code_choice.rule import CodeChoice, CodeOption
from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.kinds.diagnosis_requirement.rule import DiagnosisRequirement
from payer_rules.kinds.duplicate_service.rule import DuplicateService
from payer_rules.kinds.frequency_limit.parts import (
    ExcessHandling,
    Exemption,
    LimitReading,
    LineFilter,
    Measure,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
    UnitMinutes,
    UnitPoints,
)
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.kinds.kind import Kind
from payer_rules.kinds.line_relation.rule import LineRelation
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.kinds.ratio_limit.rule import RatioLimit
from payer_rules.kinds.record_requirement.parts import DocumentCriteria, FindingCriteria
from payer_rules.kinds.record_requirement.rule import RecordRequirement
from payer_rules.kinds.required_field.rule import RequiredField
from payer_rules.kinds.same_day_combination.rule import SameDayCombination
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.kinds.standing_requirement.rule import StandingRequirement
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.kinds.unit_rule.rule import UnitRule, UnitSteps
from payer_rules.rules import SEVERITY, Payer, Rule, Topic

__all__ = [
    "KINDS",
    "AddOnCode",
    "AuthorizationRequirement",
    "Check",
    "ClaimLayout",
    "CodeChoice",
    "CodeOption",
    "Coverage",
    "DiagnosisRequirement",
    "DocumentCriteria",
    "DuplicateService",
    "ExcessHandling",
    "Exemption",
    "FindingCriteria",
    "FrequencyLimit",
    "FrequencyMinimum",
    "Kind",
    "LimitReading",
    "LineFilter",
    "LineRelation",
    "Measure",
    "MissingInformation",
    "ModifierPosition",
    "ModifierRequirement",
    "PaymentTiers",
    "PlaceOfServiceRequirement",
    "ProviderRequirement",
    "RatioLimit",
    "RecordRequirement",
    "ReductionUnless",
    "RequiredField",
    "SameDayCombination",
    "ServiceTypes",
    "SessionRequirement",
    "StandingRequirement",
    "TimelyFiling",
    "UnitMinutes",
    "UnitPoints",
    "UnitRule",
    "UnitSteps",
    "Violation",
    "evaluator_of",
    "kind_of",
    "stage_of",
    "topic_of",
]

KINDS: Final[tuple[Kind[Any], ...]] = (
    frequency_limit.KIND,
    frequency_minimum.KIND,
    ratio_limit.KIND,
    modifier_requirement.KIND,
    same_day_combination.KIND,
    add_on_code.KIND,
    line_relation.KIND,
    session_requirement.KIND,
    unit_rule.KIND,
    code_choice.KIND,
    record_requirement.KIND,
    standing_requirement.KIND,
    provider_requirement.KIND,
    place_of_service_requirement.KIND,
    authorization_requirement.KIND,
    diagnosis_requirement.KIND,
    coverage.KIND,
    duplicate_service.KIND,
    timely_filing.KIND,
    required_field.KIND,
    claim_layout.KIND,
    check.KIND,
)
_KIND_OF: Final[dict[type[Rule], Kind[Any]]] = {kind.rule: kind for kind in KINDS}


def kind_of(rule: Rule) -> Kind[Any]:
    """Return the kind of the rule."""
    return _KIND_OF[type(rule)]


def evaluator_of(rule: Rule, payer: Payer) -> Evaluator:
    """Return the evaluator of the rule.

    A rule of an unknown date finds nothing worse than a matter for review.
    """
    if rule.verified == "unknown" and SEVERITY[rule.outcome] > SEVERITY["inform"]:
        rule = rule.for_review()
    return kind_of(rule).evaluator(rule, payer)


def stage_of(rule: Rule) -> Stage:
    """Return the stage in which the rule is evaluated."""
    return kind_of(rule).stage(rule)


def topic_of(rule: Rule) -> Topic | None:
    """Return the topic that the rule reads: its own, or that of its kind."""
    return rule.own_topic or kind_of(rule).topic
