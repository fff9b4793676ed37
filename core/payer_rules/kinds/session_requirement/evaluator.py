"""The evaluation of session requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_record
from payer_rules.engine.rule_evaluator import LineRuleEvaluator
from payer_rules.engine.session_minutes import minutes_of_day, minutes_of_line
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.session_requirement.faults import SessionFault
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.kinds.session_requirement.words import WORDS
from payer_rules.rules import Bounds, Payer, codes_to_look_up


def evaluate_line(
    rule: SessionRequirement, state: ClaimState, line: ServiceLine
) -> Answer[tuple[SessionFault, ...]]:
    """Return how the session of the line is not as required, as far as its record is known."""
    return broken_parts(rule, line, _faults(rule, state, line))


def _faults(
    rule: SessionRequirement, state: ClaimState, line: ServiceLine
) -> Iterator[SessionFault | MissingFacts]:
    if rule.group_size is not None:
        yield _size(rule, line)
    if rule.participants_per_leader is not None:
        yield _participants(rule.participants_per_leader, line)
    if rule.minutes is not None:
        yield _length(rule, state, line)
    if rule.documented:
        yield _record(rule, line)


def _size(rule: SessionRequirement, line: ServiceLine) -> SessionFault | MissingFacts:
    session = line.session if isinstance(line.session, Session) else None
    bounds = rule.group_size
    if session is None or bounds is None:
        return of_record("session.group_size")
    size, most = session.group_size, session.group_size_at_most
    if size is not None:
        return NONE_MISSING if bounds.allows(size) else SessionFault("group_size", size)
    # NOTE: the size is 1 to the most, and decides only if all of these give one answer.
    if most is not None and bounds.allows(1) and bounds.allows(most):
        return NONE_MISSING
    if most is not None and bounds.at_least is not None and most < bounds.at_least:
        return SessionFault("group_size", most)
    return of_record("session.group_size")


def _participants(bounds: Bounds, line: ServiceLine) -> SessionFault | MissingFacts:
    """Return the participants if they are too many or too few for the leaders, who are one or more.

    A size that is not known is from 1 to the most that is known.
    """
    session = line.session if isinstance(line.session, Session) else Session()
    size, leaders = session.group_size, session.leaders
    low, high = (1, session.group_size_at_most) if size is None else (size, size)
    most, least = bounds.at_most, bounds.at_least
    is_more = most is not None and leaders is not None and low > most * leaders
    is_less = least is not None and high is not None and high < least * (leaders or 1)
    if is_more or is_less:
        return SessionFault("participants_per_leader", low if is_more else high or 0)
    fits_most = most is None or (high is not None and high <= most * (leaders or 1))
    fits_least = least is None or (leaders is not None and low >= least * leaders)
    if fits_most and fits_least:
        return NONE_MISSING
    missing = of_record("session.group_size") if size is None else NONE_MISSING
    return missing if leaders is not None else (*missing, *of_record("session.leaders"))


def _length(
    rule: SessionRequirement, state: ClaimState, line: ServiceLine
) -> SessionFault | MissingFacts:
    minutes, missing = _minutes(rule, state, line)
    bounds = rule.minutes
    if bounds is None:
        return NONE_MISSING
    # NOTE: what is missing can only make a session longer.
    if bounds.at_most is not None and minutes > bounds.at_most:
        missing = NONE_MISSING
    elif bounds.allows(minutes) and (not missing or bounds.at_most is None):
        return NONE_MISSING
    return missing or SessionFault("minutes", minutes)


def _minutes(
    rule: SessionRequirement, state: ClaimState, line: ServiceLine
) -> tuple[int, MissingFacts]:
    if rule.minutes_of == "day":
        return minutes_of_day(state, line, rule.codes)
    if rule.minutes_of == "line":
        minutes = minutes_of_line(line)
        return (0, of_record("minutes")) if minutes is None else (minutes, NONE_MISSING)
    assert_never(rule.minutes_of)


def _record(rule: SessionRequirement, line: ServiceLine) -> SessionFault | MissingFacts:
    if line.session == "none":
        absent = rule.documented
    elif line.session is None or line.session.documented is None:
        return of_record("session.documented")
    else:
        absent = rule.documented - line.session.documented
    return SessionFault("documented", entries=absent) if absent else NONE_MISSING


class SessionEvaluator(LineRuleEvaluator[SessionRequirement, tuple[SessionFault, ...]]):
    """A session requirement; where the minutes of a day count, other lines of the day do, too."""

    def __init__(self, rule: SessionRequirement, payer: Payer) -> None:
        super().__init__(rule, WORDS, evaluate_line)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Yield the codes whose minutes are added, on the days of the line."""
        if self.rule.minutes_of == "day":
            yield lookback_on_days(codes_to_look_up(self.rule.codes), line)
