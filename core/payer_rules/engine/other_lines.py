"""Conditions on other lines: one on the same day, or an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Final, Generic, TypeVar

import attrs

from payer_rules.claims import MODALITIES, ServiceLine, modalities
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import is_within, missing_shared_day
from payer_rules.engine.missing import (
    HISTORY,
    NONE_MISSING,
    MissingFacts,
    field,
    of_history,
    of_record,
)
from payer_rules.engine.months import first_day_within
from payer_rules.engine.providers import Scope, resolve, shares
from payer_rules.engine.truth import Truth, among, both, negated
from payer_rules.history import HistoryLine
from payer_rules.rules import EarlierLine, OtherLine, Payer

_DAY: Final = timedelta(days=1)
#: The modality that the expected answer presumes.
IN_PERSON: Final = "in-person"

L = TypeVar("L", bound=OtherLine)


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


@attrs.frozen
class LineSearch(Generic[L]):
    """The criteria of another line, with their scope in the payer's terms."""

    criteria: L
    scope: Scope

    @classmethod
    def of(cls, criteria: L, payer: Payer) -> LineSearch[L]:
        """Return the search for the line that the criteria describe."""
        return cls(criteria, resolve(criteria.scope, payer))


def on_the_day(search: LineSearch[OtherLine], state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether another line that fits is on a day of the line."""
    days = (line.date_from, line.date_to)
    return _any_fits(search, line, *days, state, partial(missing_shared_day, line))


def came_before(
    searches: Iterable[LineSearch[EarlierLine]], state: ClaimState, line: ServiceLine
) -> Truth:
    """Return whether earlier lines, of the history or the claim, are present or absent as asked."""
    return both(_was_before(search, state, line) for search in searches)


def _was_before(search: LineSearch[EarlierLine], state: ClaimState, line: ServiceLine) -> Truth:
    earlier = search.criteria
    if line.date_from == date.min:
        return not earlier.present
    first, last = first_day_of(earlier, line.date_from), line.date_to - _DAY
    found = _any_fits(search, line, first, last, state, partial(_apart, earlier, line))
    return found if earlier.present else negated(found)


def _apart(earlier: EarlierLine, line: ServiceLine, other: ServiceLine) -> MissingFacts:
    """Return what is missing to know that another line was before the line, and not too long."""
    first, last = first_day_of(earlier, line.date_to), line.date_from - _DAY
    return (
        NONE_MISSING if is_within(other, first, last) is True else missing_shared_day(line, other)
    )


def first_day_of(earlier: EarlierLine, day: date) -> date:
    """Return the first day on which the earlier line may be, for a service on the day."""
    if earlier.within_months is not None:
        return first_day_within(day, earlier.within_months)
    days = earlier.within_days
    if days is None or days > (day - date.min).days:
        return date.min
    return day - timedelta(days=days)


def _any_fits(
    search: LineSearch[L],
    line: ServiceLine,
    first: date,
    last: date,
    state: ClaimState,
    missing_day: Callable[[ServiceLine], MissingFacts],
) -> Truth:
    """Return whether a line that fits is there; ``missing_day`` returns what its day misses."""
    missing: MissingFacts = ()
    own = [other for other in state.lines if other is not line]
    for other in (*own, *state.before(first, last, search.criteria.codes)):
        if other.date_from > last or other.date_to < first:
            continue
        truth = both((_fits(search, state, line, other), missing_day(other) or True))
        if truth is True:
            return True
        if truth is not False:
            missing = (*missing, *truth)
    if not state.history.is_complete(first, search.scope, state.claim.billing_provider.npi):
        missing = (*missing, HISTORY)
    return missing or False


def _fits(search: LineSearch[L], state: ClaimState, line: ServiceLine, other: ServiceLine) -> Truth:
    """Return whether the other line meets the criteria, and is in their scope."""
    criteria = search.criteria
    if other.code not in criteria.codes:
        return False
    tests: list[Truth] = []
    if isinstance(other, HistoryLine):
        counts, doubt = state.status(other)
        tests.append(counts and (doubt or True))
    if criteria.place_of_service is not None:
        place, name = other.place_of_service, "place_of_service"
        missing = of_history(name) if isinstance(other, HistoryLine) else field(name)
        tests.append(among(place, criteria.place_of_service, missing))
    if criteria.modality is not None:
        tests.append(delivered(other, criteria.modality, state.assumptions))
    if criteria.modifier is not None:
        tests.append(any(modifier in criteria.modifier for modifier in other.modifiers))
    same = shares(search.scope, state.claim, line, other)
    tests.append(False if same is None else same or True)
    return both(tests)
