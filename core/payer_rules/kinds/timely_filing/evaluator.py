"""The evaluation of timely filing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, assert_never

from payer_rules.claims import Claim, ServiceLine
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
    if rule.since == "other-payer-decision":
        return _after_decision(rule, state.claim, line, received)
    if (received - line.date_from).days <= days_in_time(rule):
        return NONE_MISSING
    earlier, later = _last_days(rule, line)
    if received <= earlier:
        return NONE_MISSING
    if received > later:
        return broken(rule, line, later)
    if state.assumptions.is_expected:
        return broken(rule, line, earlier).for_review()
    return (_WHICH_DAY,)


def days_in_time(rule: TimelyFiling) -> int:
    """Return a number of days after the service for which a claim is in time in any case."""
    # NOTE: the shortest month has 28 days, so that most claims need no calendar.
    return rule.within.days or _SHORTEST * (rule.within.months or 0)


def _after_decision(
    rule: TimelyFiling, claim: Claim, line: ServiceLine, received: date
) -> Answer[date]:
    """Return the last day for filing after another payer's decision, if the claim came later."""
    latest = last_day(line.date_to, rule.at_latest) if rule.at_latest else date.max
    if received > latest:
        return broken(rule, line, latest)
    if claim.other_payers is None:
        return field("other_payers")
    decisions = [payer.decided for payer in claim.other_payers if payer.has_decided is not False]
    days = [day for day in decisions if isinstance(day, date)]
    in_time = bool(days) and received <= last_day(max(days), rule.within)
    # NOTE: a decision whose day is not known may be the last one.
    if not decisions or in_time:
        return NONE_MISSING
    if len(days) < len(decisions):
        return field("other_payers.decided")
    return broken(rule, line, min(latest, last_day(max(days), rule.within)))


def _last_days(rule: TimelyFiling, line: ServiceLine) -> tuple[date, date]:
    """Return the last days for filing, counted from the first and from the last day of the line."""
    first, last = last_day(line.date_from, rule.within), last_day(line.date_to, rule.within)
    if rule.since is None or rule.since == "other-payer-decision":
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
