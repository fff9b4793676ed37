"""The evaluation of timely filing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, assert_never

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFact, field
from payer_rules.engine.months import months_on
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.timely_filing.rule import TimelyFiling
from payer_rules.rules import TimeLimit

_SHORTEST: Final = 28
_WHICH_DAY: Final = MissingFact(
    "text", "whether time runs from the first or the last day of service"
)


def evaluate_line(rule: TimelyFiling, state: ClaimState, line: ServiceLine) -> Answer[date]:
    """Return the last day for filing, if the claim was received after it.

    The day on which it was sent can only show that it is late: it was not received before.
    """
    claim = state.claim
    received = claim.received or claim.sent
    if received is None:
        return field("received")
    # NOTE: the shortest month has 28 days, so that most claims need no calendar.
    if (received - line.date_from).days <= (
        rule.within.days or _SHORTEST * (rule.within.months or 0)
    ):
        return NONE_MISSING
    earlier, later = _last_days(rule, line)
    if received <= earlier:
        return NONE_MISSING
    if received > later:
        return broken(rule, line, later)
    if state.assumptions.is_expected:
        return broken(rule, line, earlier).for_review()
    return (_WHICH_DAY,)


def _last_days(rule: TimelyFiling, line: ServiceLine) -> tuple[date, date]:
    """Return the last days for filing, counted from the first and from the last day of the line."""
    first, last = last_day(line.date_from, rule.within), last_day(line.date_to, rule.within)
    if rule.since is None:
        return first, last
    if rule.since == "first-day":
        return first, first
    if rule.since == "last-day":
        return last, last
    assert_never(rule.since)


def last_day(day: date, within: TimeLimit) -> date:
    """Return the last day in time, counted from the day.

    Months later it is the same day of the month, or the last day of a month that is too short.
    """
    if within.days is not None:
        return day + min(timedelta(days=within.days), date.max - day)
    return months_on(day, within.months or 0)
