"""Rules are facts: the kinds, what each says, and where it was read."""

from __future__ import annotations

from payer_rules.rules.edit_table import EditTable, PairEdit, UnitEdit
from payer_rules.rules.facts import (
    ALWAYS,
    Adjustment,
    Citation,
    Confidence,
    Dates,
    GroupCode,
    Origin,
)
from payer_rules.rules.frequency_limit import DAY, LINE, FrequencyLimit, Window
from payer_rules.rules.kinds import KINDS, Kind, kind_of
from payer_rules.rules.modifier_requirement import ModifierRequirement
from payer_rules.rules.outcomes import OUTCOMES, SEVERITY, UNPAID, Outcome, Stage, worst
from payer_rules.rules.payers import Payer
from payer_rules.rules.rule import Rule
from payer_rules.rules.same_day_combination import SameDayCombination
from payer_rules.rules.when import ANYTIME, SCOPES, Age, Beside, Earlier, When, Who

__all__ = [
    "ALWAYS",
    "ANYTIME",
    "DAY",
    "KINDS",
    "LINE",
    "OUTCOMES",
    "SCOPES",
    "SEVERITY",
    "UNPAID",
    "Adjustment",
    "Age",
    "Beside",
    "Citation",
    "Confidence",
    "Dates",
    "Earlier",
    "EditTable",
    "FrequencyLimit",
    "GroupCode",
    "Kind",
    "ModifierRequirement",
    "Origin",
    "Outcome",
    "PairEdit",
    "Payer",
    "Rule",
    "SameDayCombination",
    "Stage",
    "UnitEdit",
    "When",
    "Who",
    "Window",
    "kind_of",
    "worst",
]
