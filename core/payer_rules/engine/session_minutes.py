"""The minutes of a session, and of all sessions of a day."""

from __future__ import annotations

from datetime import date, datetime

from payer_rules.claims import ServiceLine, Session
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_shared_day, same_day
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts, of_record
from payer_rules.engine.providers import shares
from payer_rules.history import HistoryLine
from payer_rules.rules import Codes

_SECONDS = 60
_DAY = 24 * 60


def minutes_of_line(line: ServiceLine) -> int | None:
    """Return the minutes of the line: as billed, or from the start to the end of its session.

    A session that ends before it starts ended on the next day.
    """
    if line.minutes is not None:
        return line.minutes
    session = line.session
    if not isinstance(session, Session) or session.start is None or session.end is None:
        return None
    start = datetime.combine(date.min, session.start)
    end = datetime.combine(date.min, session.end)
    return int((end - start).total_seconds() // _SECONDS) % _DAY


def minutes_of_day(state: ClaimState, line: ServiceLine, codes: Codes) -> tuple[int, MissingFacts]:
    """Return the least minutes of the codes on the line's day by its rendering provider.

    The missing facts are those without which there may be more minutes.
    """
    total = 0
    missing: MissingFacts = ()
    for other in (*state.lines, *state.before(line.date_from, line.date_to, codes)):
        if other.code not in codes or not same_day(line, other) or _is_denied(state, other):
            continue
        same = shares("rendering", state.claim, line, other)
        if same is None:
            continue
        minutes, uncertain = (
            minutes_of_line(other),
            (*same, *_payable_unless(state, other), *_apart(line, other)),
        )
        if minutes is None:
            missing = (*missing, *of_record("minutes"))
        elif uncertain:
            missing = (*missing, *uncertain)
        else:
            total += minutes
    npi = state.claim.billing_provider.npi
    if not state.history.is_complete(line.date_from, "rendering", npi):
        missing = (*missing, HISTORY)
    return total, missing


def _is_denied(state: ClaimState, line: ServiceLine) -> bool:
    if isinstance(line, HistoryLine):
        return not state.status(line)[0]
    return line.number in state.denied


def _payable_unless(state: ClaimState, line: ServiceLine) -> MissingFacts:
    if isinstance(line, HistoryLine):
        return state.status(line)[1]
    return state.payable_unless(line.number)


def _apart(line: ServiceLine, other: ServiceLine) -> MissingFacts:
    """Return what is missing to know that the other line was on the line's day."""
    return NONE_MISSING if other is line else missing_shared_day(line, other)
