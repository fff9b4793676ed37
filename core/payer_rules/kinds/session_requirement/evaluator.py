"""The judge of session requirements: size, length and record of a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, assert_never

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, LineEvaluator, line_label, listed, merged
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_record
from payer_rules.engine.session_minutes import minutes_of_day, minutes_of_line
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.rules import Payer

_LATE: Final = "only if it took place and the payer takes late entries that are marked as such"


def weigh(rule: SessionRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the session of the line is as required, as far as its record is known."""
    return merged(_answers(rule, state, line))


def _answers(rule: SessionRequirement, state: ClaimState, line: ServiceLine) -> Iterator[Answer]:
    session = line.session if isinstance(line.session, Session) else None
    if rule.group_size is not None:
        yield _size(rule, line, session)
    if rule.minutes is not None:
        yield _length(rule, state, line)
    if rule.documented:
        yield _record(rule, state.claim, line)


def _size(rule: SessionRequirement, line: ServiceLine, session: Session | None) -> Answer:
    size = session.group_size if session else None
    if size is None or rule.group_size is None:
        return of_record("session.group_size")
    if rule.group_size.allows(size):
        return NONE_MISSING
    message = f"{line_label(line)}: a group of {size}, and the payer asks for {rule.group_size}"
    return Breach(message=message, evidence=(value("session.group_size", size),))


def _length(rule: SessionRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    minutes, doubt = _minutes(rule, state, line)
    bounds = rule.minutes
    if bounds is None:
        return NONE_MISSING
    # NOTE: what is missing can only make a session longer.
    if bounds.at_most is not None and minutes > bounds.at_most:
        doubt = NONE_MISSING
    elif bounds.allows(minutes) and (not doubt or bounds.at_most is None):
        return NONE_MISSING
    if doubt:
        return doubt
    span = "of the day" if rule.minutes_of == "day" else "long"
    message = f"{line_label(line)}: {minutes} minutes {span}, and the payer asks for {bounds}"
    return Breach(message=message, evidence=(value("minutes", minutes),))


def _minutes(
    rule: SessionRequirement, state: ClaimState, line: ServiceLine
) -> tuple[int, MissingFacts]:
    if rule.minutes_of == "day":
        return minutes_of_day(state, line, rule.codes)
    if rule.minutes_of == "line":
        minutes = minutes_of_line(line)
        return (0, of_record("minutes")) if minutes is None else (minutes, NONE_MISSING)
    assert_never(rule.minutes_of)


def _record(rule: SessionRequirement, claim: Claim, line: ServiceLine) -> Answer:
    if line.session == "none":
        lacking = rule.documented
    elif line.session is None or line.session.documented is None:
        return of_record("session.documented")
    else:
        lacking = rule.documented - line.session.documented
    if not lacking:
        return NONE_MISSING
    told = listed(lacking, "and")
    return Breach(
        message=f"{line_label(line)}: the record lacks {told}",
        evidence=tuple(value("not documented", each) for each in sorted(lacking)),
        cure=partial(_completed, rule, claim, line, told),
    )


def _completed(rule: SessionRequirement, claim: Claim, line: ServiceLine, told: str) -> Cure:
    session = line.session if isinstance(line.session, Session) else Session()
    documented = (session.documented or frozenset()) | rule.documented
    completed = attrs.evolve(session, documented=documented)
    change = f"{told} in the record of line {line.number}"
    return Cure(change=change, condition=_LATE, claim=changed(claim, line, session=completed))


class SessionEvaluator(LineEvaluator[SessionRequirement]):
    """Judges each line; where the minutes of a day count, it looks at that day's other lines."""

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """The codes whose minutes are added, on the days of the line."""
        return (lookback_on_days(self.rule.codes, line),) if self.rule.minutes_of == "day" else ()


def make(rule: SessionRequirement, payer: Payer) -> SessionEvaluator:
    """The judge of the rule."""
    return SessionEvaluator(rule, weigh)
