"""Frequency limits: at most so many services of some codes in a window."""

from __future__ import annotations

from typing import Final

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LIMITS, Stage
from payer_rules.kinds.frequency_limit.amounts import minutes_counted
from payer_rules.kinds.frequency_limit.covers import covers
from payer_rules.kinds.frequency_limit.evaluator import FrequencyLimitEvaluator
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_limit.words import WORDS
from payer_rules.kinds.kind import GroupLimit, Kind

#: The fields of a line that decide whether, and how much, it counts.
_COUNTED: Final = frozenset(
    [
        *(
            "allowed",
            "body_site",
            "charge",
            "code",
            "dates",
            "minutes",
            "modality",
            "modifiers",
            "place_of_service",
        ),
        *("session", "units"),
    ]
)

#: The fields of earlier lines that decide it in addition.
_OF_HISTORY: Final = frozenset(
    ["billing_provider", "diagnoses", "paid", "paid_minutes", "paid_units", "rendering_provider"]
)


def _group_limit(rule: FrequencyLimit) -> GroupLimit[FrequencyLimit] | None:
    """Return the limit if it counts the services of several members."""
    return GroupLimit(rule) if rule.scope in ("session", "all-members") else None


KIND: Final = Kind(
    rule=FrequencyLimit,
    table="frequency_limit",
    topic="frequency",
    covers=covers,
    evaluator=FrequencyLimitEvaluator,
    stage=lambda rule: Stage(LIMITS, rule.window.days),
    words=WORDS,
    group_limit=_group_limit,
    counted_minutes=minutes_counted,
    has_history_examples=True,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        claim={"authorizations", "dates", "diagnoses", "episode_start", "inpatient_stays"},
        line=_COUNTED,
        history=_COUNTED | _OF_HISTORY,
        member={"benefit_year_start", "birth_date"},
        provider={"specialty"},
        session={"end", "id", "start"},
        authorization={"codes", "date_from", "date_to", "number", "provider", "units_left"},
        links={"earlier line", "same authorization", "same window"},
    ),
)
