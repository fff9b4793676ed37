"""Rules are facts: the kinds, what each says, and where it was read."""

from __future__ import annotations

from payer_rules.rules.add_on_code import AddOnCode
from payer_rules.rules.authorization_requirement import AuthorizationRequirement
from payer_rules.rules.bounds import Bounds, TimeLimit
from payer_rules.rules.check import Check, MissingInformation, Violation
from payer_rules.rules.coverage import Coverage
from payer_rules.rules.diagnosis_requirement import DiagnosisRequirement
from payer_rules.rules.duplicate_service import DuplicateService
from payer_rules.rules.edit_table import (
    AddOnEdit,
    Edit,
    EditPart,
    EditTable,
    EditTerms,
    PairEdit,
    UnitEdit,
)
from payer_rules.rules.facts import (
    ALWAYS,
    Adjustment,
    Citation,
    Confidence,
    DateRange,
    GroupCode,
    Origin,
)
from payer_rules.rules.frequency_limit import FrequencyLimit
from payer_rules.rules.kinds import KINDS, Kind, kind_of
from payer_rules.rules.limits import (
    ExcessHandling,
    Exemption,
    LimitReading,
    LimitScope,
    LineFilter,
    Measure,
    PaymentTiers,
    ServiceTypes,
    UnitMinutes,
)
from payer_rules.rules.modifier_requirement import ModifierRequirement
from payer_rules.rules.outcomes import (
    ASSUMABLE,
    OUTCOMES,
    REASONS,
    SEVERITY,
    UNPAID,
    Assumable,
    Detection,
    Outcome,
    Reason,
    worst,
)
from payer_rules.rules.payers import Payer
from payer_rules.rules.place_of_service_requirement import PlaceOfServiceRequirement
from payer_rules.rules.plan_names import PlanNames
from payer_rules.rules.provider_requirement import ProviderRequirement
from payer_rules.rules.required_field import RequiredField
from payer_rules.rules.rule import CodedRule, Rule
from payer_rules.rules.same_day_combination import SameDayCombination
from payer_rules.rules.session_requirement import SessionRequirement
from payer_rules.rules.timely_filing import TimelyFiling
from payer_rules.rules.when import (
    ANYTIME,
    SCOPES,
    Age,
    EarlierLine,
    OtherLine,
    ProviderCriteria,
    When,
)
from payer_rules.rules.windows import DAY, LINE, WEEKDAYS, Window, WindowShape, is_month_day

__all__ = [
    "ALWAYS",
    "ANYTIME",
    "ASSUMABLE",
    "DAY",
    "KINDS",
    "LINE",
    "OUTCOMES",
    "REASONS",
    "SCOPES",
    "SEVERITY",
    "UNPAID",
    "WEEKDAYS",
    "AddOnCode",
    "AddOnEdit",
    "Adjustment",
    "Age",
    "Assumable",
    "AuthorizationRequirement",
    "Bounds",
    "Check",
    "Citation",
    "CodedRule",
    "Confidence",
    "Coverage",
    "DateRange",
    "Detection",
    "DiagnosisRequirement",
    "DuplicateService",
    "EarlierLine",
    "Edit",
    "EditPart",
    "EditTable",
    "EditTerms",
    "ExcessHandling",
    "Exemption",
    "FrequencyLimit",
    "GroupCode",
    "Kind",
    "LimitReading",
    "LimitScope",
    "LineFilter",
    "Measure",
    "MissingInformation",
    "ModifierRequirement",
    "Origin",
    "OtherLine",
    "Outcome",
    "PairEdit",
    "Payer",
    "PaymentTiers",
    "PlaceOfServiceRequirement",
    "PlanNames",
    "ProviderCriteria",
    "ProviderRequirement",
    "Reason",
    "RequiredField",
    "Rule",
    "SameDayCombination",
    "ServiceTypes",
    "SessionRequirement",
    "TimeLimit",
    "TimelyFiling",
    "UnitEdit",
    "UnitMinutes",
    "Violation",
    "When",
    "Window",
    "WindowShape",
    "is_month_day",
    "kind_of",
    "worst",
]
