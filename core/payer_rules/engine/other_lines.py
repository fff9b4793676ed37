"""Conditions on other lines: one on the same day, or an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Final

from payer_rules.claims import MODALITIES, ServiceLine, modalities
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import is_within, missing_shared_day
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts, field, of_record
from payer_rules.engine.truth import Truth, among, both, negated
from payer_rules.history import HistoryLine
from payer_rules.rules import EarlierLine, OtherLine

_DAY: Final = timedelta(days=1)
#: The modality that the expected answer presumes.
IN_PERSON: Final = "in-person"


def delivered(line: ServiceLine, allowed: Collection[str], assumptions: Assumptions) -> Truth:
    """Return whether the line was delivered in one of the modalities.

    The expected answer presumes a visit in person where nothing on the line speaks of telehealth.
    """
    if is_presumed_in_person(line, assumptions):
        return IN_PERSON in allowed
    possible = modalities(line)
    if possible <= set(allowed):
        return True
    return of_record("modality") if possible & set(allowed) else False


def is_presumed_in_person(line: ServiceLine, assumptions: Assumptions) -> bool:
    """Return True if a visit in person is presumed: a place, and no sign of telehealth."""
    return (
        assumptions.is_expected
        and line.place_of_service is not None
        and modalities(line) == MODALITIES
    )


def on_the_day(criteria: OtherLine, state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether another line that fits is on a day of the line."""
    others = [other for other in state.lines if other is not line]
    days = (line.date_from, line.date_to)
    return _any_fits(criteria, others, *days, state, partial(missing_shared_day, line))


def came_before(wanted: Iterable[EarlierLine], state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether earlier lines, of the history or the claim, are present or absent as asked."""
    return both(_was_before(earlier, state, line) for earlier in wanted)


def _was_before(earlier: EarlierLine, state: ClaimState, line: ServiceLine) -> Truth:
    if line.date_from == date.min:
        return not earlier.present
    others = [other for other in state.lines if other is not line]
    last = line.date_to - _DAY
    missing_day = partial(_apart, earlier, line)
    found = _any_fits(
        earlier, others, first_day_of(earlier, line.date_from), last, state, missing_day
    )
    return found if earlier.present else negated(found)


def _apart(earlier: EarlierLine, line: ServiceLine, other: ServiceLine) -> MissingFacts:
    """Return what is missing to know that another line was before the line, and not too long."""
    first, last = first_day_of(earlier, line.date_to), line.date_from - _DAY
    return (
        NONE_MISSING if is_within(other, first, last) is True else missing_shared_day(line, other)
    )


def first_day_of(earlier: EarlierLine, day: date) -> date:
    """Return the first day on which the earlier line may be, for a service on the day."""
    days = earlier.within_days
    if days is None or days > (day - date.min).days:
        return date.min
    return day - timedelta(days=days)


def _any_fits(
    criteria: OtherLine,
    own: Iterable[ServiceLine],
    first: date,
    last: date,
    state: ClaimState,
    missing_day: Callable[[ServiceLine], MissingFacts],
) -> Truth:
    """Return whether a line that fits is there; ``missing_day`` returns what its day misses."""
    missing: MissingFacts = ()
    for other in (*own, *state.before(first, last, criteria.codes)):
        if other.date_from > last or other.date_to < first:
            continue
        truth = both((_fits(criteria, state, other), missing_day(other) or True))
        if truth is True:
            return True
        if truth is not False:
            missing = (*missing, *truth)
    if not state.history.is_complete(first, "member", state.claim.billing_provider.npi):
        missing = (*missing, HISTORY)
    return missing or False


def _fits(criteria: OtherLine, state: ClaimState, other: ServiceLine) -> Truth:
    if other.code not in criteria.codes:
        return False
    tests: list[Truth] = []
    if isinstance(other, HistoryLine):
        counts, doubt = state.status(other)
        tests.append(counts and (doubt or True))
    if criteria.place_of_service is not None:
        place = other.place_of_service
        tests.append(among(place, criteria.place_of_service, field("place_of_service")))
    if criteria.modality is not None:
        tests.append(delivered(other, criteria.modality, state.assumptions))
    if criteria.modifier is not None:
        tests.append(any(modifier in criteria.modifier for modifier in other.modifiers))
    return both(tests)
