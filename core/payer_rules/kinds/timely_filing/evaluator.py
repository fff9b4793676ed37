"""The judge of timely filing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, assert_never

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label
from payer_rules.engine.missing import NONE_MISSING, MissingFact, field
from payer_rules.engine.months import months_on
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.rules import TimeLimit

_SHORTEST: Final = 28
_WHICH_DAY: Final = MissingFact(
    "text", "whether time runs from the first or the last day of service"
)


def weigh(rule: TimelyFiling, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the claim was received in time for the line."""
    received = state.claim.received
    if received is None:
        return field("received")
    # NOTE: the shortest month has 28 days, so that most claims need no calendar.
    if (received - line.date_from).days <= (
        rule.within.days or _SHORTEST * (rule.within.months or 0)
    ):
        return NONE_MISSING
    earlier, later = last_day(line.date_from, rule.within), last_day(line.date_to, rule.within)
    if rule.since == "first-day":
        later = earlier
    elif rule.since == "last-day":
        earlier = later
    elif rule.since is not None:
        assert_never(rule.since)
    if received <= earlier:
        return NONE_MISSING
    if received <= later:
        return (_WHICH_DAY,)
    message = (
        f"{line_label(line)}: received on {received}; the last day was {later} ({rule.within})"
    )
    return Breach(message=message, evidence=(value("received", received),))


def last_day(day: date, within: TimeLimit) -> date:
    """The last day that is in time: so many days on, or the same day so many months on.

    Where that month is too short it is its last day.
    """
    if within.days is not None:
        return day + min(timedelta(days=within.days), date.max - day)
    return months_on(day, within.months or 0)


make = line_evaluator(weigh)
