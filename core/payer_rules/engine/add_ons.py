"""Add-on codes, each of which needs a primary code that is itself payable.

A rule lists the primary codes (`kinds.add_on_code`), or the rows of an edit table
(`engine.add_on_edits`).

Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-27 and I-35 to I-36.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, revenue_code_in
from payer_rules.decisions import Cure, Evidence
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import added_line, with_lines
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, HISTORY, MissingFacts
from payer_rules.engine.nearness import days_near, is_near, window_days
from payer_rules.engine.other_lines import meets
from payer_rules.engine.providers import EVERYONE, Scope, has_all_lines, shares
from payer_rules.engine.truth import Truth
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.engine.words import line_label, line_of
from payer_rules.history import HistoryLine
from payer_rules.rules import AddOnEdit, Nearness, OtherLine, at_most_review, looks_ahead
from payer_rules.rules.national_codes import USUAL_CODES
from payer_rules.text.lists import listed

_PERFORMED: Final = "only if the same provider performed it then"
#: The most primary codes that a message lists.
_MOST_LISTED: Final = 4
#: The length of the part of a code that its section has in common.
_SECTION: Final = 2
#: The number of lists of primary codes that are kept in order.
_CACHE_SIZE: Final = 1 << 10


@attrs.frozen(kw_only=True)
class RequiredPrimaries:
    """The primary codes of an add-on code, and the provider who must bill one of them.

    ``others`` is missing if the list is not complete. ``match`` are the rows of an edit table.
    ``criteria`` are those that a primary must meet besides its code.
    """

    primaries: frozenset[str]
    others: MissingFacts
    scope: Scope
    match: Match[AddOnEdit] | None = None
    criteria: OtherLine | None = None

    def is_primary(self, state: ClaimState, line: ServiceLine) -> Truth:
        """Return whether the line has a primary code, and meets the criteria."""
        if line.code not in self.primaries:
            return False
        return self.criteria is None or meets(self.criteria, state, line)


@attrs.frozen
class AddOnDetails:
    """The details of a verdict about an add-on code: its primary codes, and those denied."""

    primaries: frozenset[str]
    denied: tuple[LineReference, ...]
    match: Match[AddOnEdit] | None = None


class AddOnEvaluator(Evaluator):
    """The base of the evaluators of add-on codes, whose primaries are ``near``: on the same day."""

    near: Nearness = "day"

    @abstractmethod
    def required(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> RequiredPrimaries | MissingFacts | None:
        """Return the primary codes of the line, what is missing to know them, or ``None``."""

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each add-on line without a payable primary that has no verdict yet."""
        for line, missing in met:
            if state.has_found(self, line.number):
                continue
            required = (
                () if EDITION in missing else self.required(state.claim, line, state.assumptions)
            )
            if isinstance(required, RequiredPrimaries):
                self._evaluate_line(state, line, missing, required)
            elif required is not None:
                state.record_missing(self, line.number, (*missing, *required))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return all lines on the days that are near: any of them may be its primary."""
        return (Lookback(None, *days_near(self.near, line.date_from, line.date_to)),)

    def window_days(self, claim: Claim, day: int) -> Iterable[int]:
        """Return the days from which on a moved line may have a primary on the day."""
        return () if self.near == "day" else window_days(self.near, day)

    def cure_lines(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """Yield the line that a cure would add to the claim."""
        required = self.required(claim, line, assumptions)
        if isinstance(required, RequiredPrimaries) and required.primaries:
            yield _primary_line(claim, line, required.primaries)

    def _evaluate_line(
        self,
        state: ClaimState,
        line: ServiceLine,
        missing: MissingFacts,
        required: RequiredPrimaries,
    ) -> None:
        facts, denied = _missing_primary(state, line, required, self.near)
        if facts is None:
            return
        references = tuple(map(LineReference.of, denied))
        details = AddOnDetails(required.primaries, references, required.match)
        outcome = self.outcome
        if looks_ahead(self.near):
            outcome = at_most_review(outcome)
        missing = (*missing, *facts)
        state.record(self, Verdict(self.rule_id, (line.number,), outcome, details, missing))


def _missing_primary(
    state: ClaimState, line: ServiceLine, required: RequiredPrimaries, near: Nearness
) -> tuple[MissingFacts | None, list[ServiceLine]]:
    """Return what is missing for a line to be a payable primary, and the primaries denied.

    The missing facts are ``None`` if there is a payable primary.
    """
    missing: MissingFacts = ()
    denied: list[ServiceLine] = []
    is_alone = near == "day" and required.scope not in EVERYONE and not state.shares_day(line)
    others = () if is_alone else _lines_near(state, line, required.scope, near)
    for other, facts in others:
        is_primary = required.is_primary(state, other)
        if facts is None:
            denied += [other] if is_primary else []
        elif is_primary is False:
            missing = (*missing, *required.others)
        elif is_primary is True and not facts:
            return None, []
        else:
            missing = (*missing, *(() if is_primary is True else is_primary), *facts)
    since, _ = days_near(near, line.date_from, line.date_to)
    if not has_all_lines(state.history, since, required.scope, state.claim, line):
        missing = (*missing, HISTORY)
    return missing, denied


def _lines_near(
    state: ClaimState, line: ServiceLine, scope: Scope, near: Nearness
) -> Iterator[tuple[ServiceLine, MissingFacts | None]]:
    """Yield the other lines of the provider that are near, with what is missing for each to count.

    The missing facts are ``None`` for a line that is denied.
    """
    days = days_near(near, line.date_from, line.date_to)
    for other in (*state.lines, *state.before(*days, everyone=scope in EVERYONE)):
        is_close = False if other is line else is_near(near, line, other)
        if is_close is False:
            continue
        same = shares(scope, state.claim, line, other)
        if same is None:
            continue
        same = same if is_close is True else (*same, *is_close)
        if isinstance(other, HistoryLine):
            counts, status = state.status(other)
            if counts:
                yield other, (*same, *status)
        elif other.number in state.denied:
            yield other, None
        else:
            yield other, (*same, *state.payable_unless(other.number, paired_with=line.number))


def add_on_message(verdict: Verdict[AddOnDetails], claim: Claim, where: str = "on that day") -> str:
    """Return the message of a verdict about an add-on code; ``where`` is where no primary is."""
    details = verdict.details
    why = f"none of its primary codes is {where}"
    if details.denied:
        primary = details.denied[0]
        why = f"{primary.code} (line {primary.number}) is itself not paid"
    is_short = 0 < len(details.primaries) <= _MOST_LISTED
    wanted = f" to {listed(details.primaries)}" if is_short else ""
    since = details.match.since if details.match else ""
    return f"{line_label(line_of(verdict, claim))} is an add-on code{wanted}, and {why}{since}"


def add_on_evidence(details: AddOnDetails) -> tuple[Evidence, ...]:
    """Return the denied primaries and the rows of an edit table as evidence."""
    rows = details.match.evidence if details.match else ()
    return (*map(evidence_of, details.denied), *rows)


def add_on_cure(verdict: Verdict[AddOnDetails], claim: Claim) -> Cure | None:
    """Return the claim with a primary code, unless one of its lines has a primary."""
    primaries = verdict.details.primaries
    if verdict.details.denied or not primaries:
        return None
    line = _primary_line(claim, line_of(verdict, claim), primaries)
    is_short = len(primaries) <= _MOST_LISTED
    codes = listed(primaries) if is_short else f"a primary such as {line.code}"
    return Cure(
        change=codes,
        condition=_PERFORMED,
        claim=with_lines(claim, (*claim.lines, line)),
    )


def _primary_line(claim: Claim, line: ServiceLine, primaries: frozenset[str]) -> ServiceLine:
    """Return the line of a primary code: one of the claim, or a usual one of the same section.

    Who may bill the add-on code may rather bill a primary code of its section.
    """
    number = max(each.number for each in claim.lines) + 1
    billed = {other.code for other in claim.lines}
    usual = _usual_first(primaries, line.code[:_SECTION])
    code = next((code for code in usual if code in billed), usual[0])
    revenue_code = revenue_code_in(code) or line.revenue_code
    return added_line(
        line,
        number=number,
        code=code,
        revenue_code=revenue_code,
        modifiers=(),
        minutes=None,
    )


@lru_cache(_CACHE_SIZE)
def _usual_first(primaries: frozenset[str], section: str) -> tuple[str, ...]:
    """Return the primary codes of a section before others, and usual ones before those."""
    order = sorted(primaries, key=lambda code: (code[:_SECTION] != section, _rarity(code), code))
    return tuple(order)


def _rarity(code: str) -> int:
    """Return the place of the code among those that most practices bill; of others the last."""
    return USUAL_CODES.index(code) if code in USUAL_CODES else len(USUAL_CODES)
