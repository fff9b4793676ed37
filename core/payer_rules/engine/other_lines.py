"""Conditions on other lines: one on the same day, an earlier one, or one that is near in time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import MODALITIES, ServiceLine, modalities
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import HISTORY, MissingFacts, of_line, of_record
from payer_rules.engine.nearness import days_near, is_near
from payer_rules.engine.providers import EVERYONE, Scope, has_all_lines, resolve, shares
from payer_rules.engine.truth import Truth, among, both
from payer_rules.history import HistoryLine
from payer_rules.rules import Nearness, OtherLine, Payer

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


@attrs.frozen
class LineSearch:
    """The criteria of another line, with their scope in the payer's terms."""

    criteria: OtherLine
    scope: Scope
    near: Nearness

    @classmethod
    def of(cls, criteria: OtherLine, payer: Payer) -> LineSearch:
        """Return the search for the line that the criteria describe."""
        return cls(criteria, resolve(criteria.scope, payer), criteria.near)

    def lookback(self, first: date, last: date) -> Lookback:
        """Return the earlier lines that may be found for a line in the span."""
        days = days_near(self.near, first, last)
        return Lookback(self.criteria.codes, *days, everyone=self.scope in EVERYONE)


def are_as_asked(searches: Iterable[LineSearch], state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether each of the other lines, of the history or the claim, is there."""
    return both(_is_found(search, state, line) for search in searches)


def _is_found(search: LineSearch, state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether a line is there that meets the criteria and is near enough."""
    missing: MissingFacts = ()
    first, last = days_near(search.near, line.date_from, line.date_to)
    codes = search.criteria.codes
    own = [other for other in state.lines if other is not line and other.code in codes]
    earlier = state.before(first, last, codes, everyone=search.scope in EVERYONE)
    for other in (*own, *earlier):
        if other.date_from > last or other.date_to < first:
            continue
        truth = both((_fits(search, state, line, other), is_near(search.near, line, other)))
        if truth is True:
            return True
        if truth is not False:
            missing = (*missing, *truth)
    if not has_all_lines(state.history, first, search.scope, state.claim, line):
        missing = (*missing, HISTORY)
    return missing or False


def _fits(search: LineSearch, state: ClaimState, line: ServiceLine, other: ServiceLine) -> Truth:
    """Return whether the other line counts, meets the criteria, and is in their scope."""
    tests: list[Truth] = []
    if other.code not in search.criteria.codes:
        return False
    if isinstance(other, HistoryLine):
        counts, doubt = state.status(other)
        tests.append(counts and (doubt or True))
    tests.append(meets(search.criteria, state, other))
    same = shares(search.scope, state.claim, line, other)
    tests.append(False if same is None else same or True)
    return both(tests)


def meets(criteria: OtherLine, state: ClaimState, other: ServiceLine) -> Truth:
    """Return whether a line has one of the codes, and the place, modality and modifier asked."""
    if other.code not in criteria.codes:
        return False
    tests: list[Truth] = []
    if criteria.place_of_service is not None:
        place, name = other.place_of_service, "place_of_service"
        tests.append(among(place, criteria.place_of_service, of_line(other, name)))
    if criteria.modality is not None:
        tests.append(delivered(other, criteria.modality, state.assumptions))
    if criteria.modifier is not None:
        tests.append(not criteria.modifier.isdisjoint(other.modifiers))
    return both(tests)
