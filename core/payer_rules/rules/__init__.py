"""Rules are facts: the kinds, what each says, and where it was read."""

from __future__ import annotations

from payer_rules.rules.add_on_code import AddOnCode
from payer_rules.rules.authorization_requirement import AuthorizationRequirement
from payer_rules.rules.bounds import Bounds, Within
from payer_rules.rules.check import Broken, Check, Unanswered
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
    Dates,
    GroupCode,
    Origin,
)
from payer_rules.rules.frequency_limit import ExcessHandling, FrequencyLimit, LimitScope, Measure
from payer_rules.rules.kinds import KINDS, Kind, kind_of
from payer_rules.rules.limits import (
    Exemption,
    LimitReading,
    LineFilter,
    PaymentTiers,
    ServiceTypes,
    UnitMinutes,
)
from payer_rules.rules.modifier_requirement import ModifierRequirement
from payer_rules.rules.names import Names
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
from payer_rules.rules.provider_requirement import ProviderRequirement
from payer_rules.rules.required_field import RequiredField
from payer_rules.rules.rule import CodedRule, Rule
from payer_rules.rules.same_day_combination import SameDayCombination
from payer_rules.rules.session_requirement import SessionRequirement
from payer_rules.rules.timely_filing import TimelyFiling
from payer_rules.rules.when import ANYTIME, SCOPES, Age, Beside, Earlier, When, Who
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
    "Beside",
    "Bounds",
    "Broken",
    "Check",
    "Citation",
    "CodedRule",
    "Confidence",
    "Coverage",
    "Dates",
    "Detection",
    "DiagnosisRequirement",
    "DuplicateService",
    "Earlier",
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
    "ModifierRequirement",
    "Names",
    "Origin",
    "Outcome",
    "PairEdit",
    "Payer",
    "PaymentTiers",
    "PlaceOfServiceRequirement",
    "ProviderRequirement",
    "Reason",
    "RequiredField",
    "Rule",
    "SameDayCombination",
    "ServiceTypes",
    "SessionRequirement",
    "TimelyFiling",
    "Unanswered",
    "UnitEdit",
    "UnitMinutes",
    "When",
    "Who",
    "Window",
    "WindowShape",
    "Within",
    "is_month_day",
    "kind_of",
    "worst",
]
