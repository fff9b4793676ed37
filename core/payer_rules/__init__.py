"""Payer claim rules as plugins: facts with sources, one engine, a harness that replays claims.

An integrator imports `hookimpl` and the rule kinds from here; a developer who embeds the engine
calls ``payer_rules.load().rulebook("medicare").decide(claim, history)``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payer_rules.claims import (
        Authorization,
        Claim,
        InpatientStay,
        Member,
        Provider,
        ServiceLine,
        Session,
    )
    from payer_rules.decisions import (
        Cure,
        Decision,
        Evidence,
        Finding,
        LineDecision,
        NotEvaluated,
    )
    from payer_rules.errors import InputError, InvalidValueError, PayerRulesError, Problem
    from payer_rules.history import History, HistoryLine
    from payer_rules.json_forms import from_dict, from_json, schema_of, to_dict, to_json
    from payer_rules.kinds import (
        AddOnCode,
        AuthorizationRequirement,
        Check,
        ClaimLayout,
        CodeChoice,
        CodeOption,
        Coverage,
        DiagnosisRequirement,
        DocumentCriteria,
        DuplicateService,
        Exemption,
        FindingCriteria,
        FrequencyLimit,
        FrequencyMinimum,
        LimitReading,
        LineFilter,
        LineRelation,
        MissingInformation,
        ModifierPosition,
        ModifierRequirement,
        PaymentTiers,
        PlaceOfServiceRequirement,
        ProviderRequirement,
        RatioLimit,
        RecordRequirement,
        ReductionUnless,
        RequiredField,
        SameDayCombination,
        ServiceTypes,
        SessionRequirement,
        StandingRequirement,
        TimelyFiling,
        UnitMinutes,
        UnitRule,
        UnitSteps,
        Violation,
    )
    from payer_rules.markers import hookimpl
    from payer_rules.registry import load
    from payer_rules.rules import (
        AddOnEdit,
        Adjustment,
        Age,
        AnyCode,
        AuthorizationDetails,
        Bounds,
        Citation,
        CodeTableRow,
        DateRange,
        DaysAround,
        EarlierLine,
        EditTable,
        EditTerms,
        OtherLine,
        OtherPayerCriteria,
        PairEdit,
        Payer,
        ProviderCriteria,
        RelatedLine,
        Rule,
        SecondReading,
        ServiceDeadline,
        StatusCriteria,
        StayCriteria,
        TableCondition,
        TimeLimit,
        UnitEdit,
        When,
        Window,
    )

__all__ = [
    "AddOnCode",
    "AddOnEdit",
    "Adjustment",
    "Age",
    "AnyCode",
    "Authorization",
    "AuthorizationDetails",
    "AuthorizationRequirement",
    "Bounds",
    "Check",
    "Citation",
    "Claim",
    "ClaimLayout",
    "CodeChoice",
    "CodeOption",
    "CodeTableRow",
    "Coverage",
    "Cure",
    "DateRange",
    "DaysAround",
    "Decision",
    "DiagnosisRequirement",
    "DocumentCriteria",
    "DuplicateService",
    "EarlierLine",
    "EditTable",
    "EditTerms",
    "Evidence",
    "Exemption",
    "Finding",
    "FindingCriteria",
    "FrequencyLimit",
    "FrequencyMinimum",
    "History",
    "HistoryLine",
    "InpatientStay",
    "InputError",
    "InvalidValueError",
    "LimitReading",
    "LineDecision",
    "LineFilter",
    "LineRelation",
    "Member",
    "MissingInformation",
    "ModifierPosition",
    "ModifierRequirement",
    "NotEvaluated",
    "OtherLine",
    "OtherPayerCriteria",
    "PairEdit",
    "Payer",
    "PayerRulesError",
    "PaymentTiers",
    "PlaceOfServiceRequirement",
    "Problem",
    "Provider",
    "ProviderCriteria",
    "ProviderRequirement",
    "RatioLimit",
    "RecordRequirement",
    "ReductionUnless",
    "RelatedLine",
    "RequiredField",
    "Rule",
    "SameDayCombination",
    "SecondReading",
    "ServiceDeadline",
    "ServiceLine",
    "ServiceTypes",
    "Session",
    "SessionRequirement",
    "StandingRequirement",
    "StatusCriteria",
    "StayCriteria",
    "TableCondition",
    "TimeLimit",
    "TimelyFiling",
    "UnitEdit",
    "UnitMinutes",
    "UnitRule",
    "UnitSteps",
    "Violation",
    "When",
    "Window",
    "from_dict",
    "from_json",
    "hookimpl",
    "load",
    "schema_of",
    "to_dict",
    "to_json",
]

# NOTE: a name brings in its module when it is first asked for, so that the command line can say
# what it has to say without the engine, and an import of the package loads no plugin.
_ROOMS = {
    "payer_rules.claims": "Authorization Claim InpatientStay Member Provider ServiceLine Session",
    "payer_rules.decisions": "Cure Decision Evidence Finding LineDecision NotEvaluated",
    "payer_rules.errors": "InputError InvalidValueError PayerRulesError Problem",
    "payer_rules.history": "History HistoryLine",
    "payer_rules.json_forms": "from_dict from_json schema_of to_dict to_json",
    "payer_rules.kinds": "AddOnCode AuthorizationRequirement Check ClaimLayout CodeChoice"
    " CodeOption Coverage DiagnosisRequirement DocumentCriteria DuplicateService Exemption"
    " FindingCriteria FrequencyLimit FrequencyMinimum LimitReading"
    " LineFilter LineRelation MissingInformation ModifierPosition"
    " ModifierRequirement PaymentTiers PlaceOfServiceRequirement"
    " ProviderRequirement RatioLimit RecordRequirement ReductionUnless RequiredField"
    " SameDayCombination ServiceTypes SessionRequirement StandingRequirement"
    " TimelyFiling UnitMinutes UnitRule UnitSteps Violation",
    "payer_rules.markers": "hookimpl",
    "payer_rules.registry": "load",
    "payer_rules.rules": "AddOnEdit Adjustment Age AnyCode AuthorizationDetails Bounds Citation"
    " CodeTableRow DateRange DaysAround EarlierLine EditTable EditTerms OtherLine"
    " OtherPayerCriteria PairEdit Payer ProviderCriteria RelatedLine Rule"
    " SecondReading ServiceDeadline StatusCriteria StayCriteria TableCondition TimeLimit UnitEdit"
    " When Window",
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}


# NOTE: hidden from type checkers, which would take every misspelt name for an object.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _ROOM_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_ROOM_OF[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
