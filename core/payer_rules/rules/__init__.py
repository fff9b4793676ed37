"""Parts of rules: the base class, conditions, windows, citations and outcomes."""

from __future__ import annotations

from payer_rules.rules.baseline_edits import BaselineEdits
from payer_rules.rules.bounds import AmountBounds, Bounds, TimeLimit
from payer_rules.rules.courses import Course, CourseEnd, CoursePosition
from payer_rules.rules.edit_rows import AddOnEdit, Edit, PairEdit, UnitEdit
from payer_rules.rules.edit_table import EDIT_RULES, EditPart, EditTable, EditTerms
from payer_rules.rules.facts import (
    ALWAYS,
    Adjustment,
    Citation,
    Confidence,
    DateRange,
    GroupCode,
    Origin,
)
from payer_rules.rules.nearness import DaysAround, Nearness, looks_ahead, looks_back
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
    at_most_review,
    worst,
)
from payer_rules.rules.payers import Payer
from payer_rules.rules.plan_names import PlanNames
from payer_rules.rules.rule import (
    CodedRule,
    Requirement,
    Rule,
    alternatives_of,
    errors_of_alternatives,
)
from payer_rules.rules.scopes import LimitScope, LineScope
from payer_rules.rules.topics import (
    CORE_TOPICS,
    READING_STATUSES,
    TOPICS,
    UNREAD,
    ReadingStatus,
    Topic,
    TopicStatement,
    TopicStatus,
)
from payer_rules.rules.waivers import Waiver, as_waived, without_waived
from payer_rules.rules.when import (
    ANYTIME,
    SCOPES,
    Age,
    EarlierLine,
    OtherLine,
    OtherPayerCriteria,
    ProviderCriteria,
    RelatedLine,
    When,
)
from payer_rules.rules.windows import DAY, LINE, WEEKDAYS, Window, WindowShape, is_month_day

__all__ = [
    "ALWAYS",
    "ANYTIME",
    "ASSUMABLE",
    "CORE_TOPICS",
    "DAY",
    "EDIT_RULES",
    "LINE",
    "OUTCOMES",
    "READING_STATUSES",
    "REASONS",
    "SCOPES",
    "SEVERITY",
    "TOPICS",
    "UNPAID",
    "UNREAD",
    "WEEKDAYS",
    "AddOnEdit",
    "Adjustment",
    "Age",
    "AmountBounds",
    "Assumable",
    "BaselineEdits",
    "Bounds",
    "Citation",
    "CodedRule",
    "Confidence",
    "Course",
    "CourseEnd",
    "CoursePosition",
    "DateRange",
    "DaysAround",
    "Detection",
    "EarlierLine",
    "Edit",
    "EditPart",
    "EditTable",
    "EditTerms",
    "GroupCode",
    "LimitScope",
    "LineScope",
    "Nearness",
    "Origin",
    "OtherLine",
    "OtherPayerCriteria",
    "Outcome",
    "PairEdit",
    "Payer",
    "PlanNames",
    "ProviderCriteria",
    "ReadingStatus",
    "Reason",
    "RelatedLine",
    "Requirement",
    "Rule",
    "TimeLimit",
    "Topic",
    "TopicStatement",
    "TopicStatus",
    "UnitEdit",
    "Waiver",
    "When",
    "Window",
    "WindowShape",
    "alternatives_of",
    "as_waived",
    "at_most_review",
    "errors_of_alternatives",
    "is_month_day",
    "looks_ahead",
    "looks_back",
    "without_waived",
    "worst",
]
