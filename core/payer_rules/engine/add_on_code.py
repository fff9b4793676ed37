"""The judge of add-on codes: each needs a primary code that is itself payable.

Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-27 and I-35 to I-36.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure, Evidence, Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_shared_day, same_day
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.line_rules import line_label, listed
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import EDITION, HISTORY, MissingFacts
from payer_rules.engine.providers import Scope, shares
from payer_rules.history import HistoryLine
from payer_rules.rules import Adjustment, Citation, Detection, Outcome

_PERFORMED: Final = "only if that service was performed then, by the same provider"
_MANY: Final = 4


@attrs.frozen(kw_only=True)
class Need:
    """Which primaries an add-on code needs; ``others`` is missing where they are not all listed.

    ``since`` is what a finding adds where it is not told since when the code needs them.
    """

    primaries: frozenset[str]
    others: MissingFacts
    scope: Scope
    adjustment: Adjustment | None
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...] = ()
    since: str = ""


class Needs(Protocol):
    """What tells an add-on code's primaries: a rule, or the rows of an edit table."""

    def of(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Need | MissingFacts | None:
        """What the code of the line needs, or what is missing to tell; ``None``: no primary."""


class AddOnEvaluator:
    """Judges the add-on lines by the primaries beside them, as far as those are still payable."""

    def __init__(
        self, rule_id: str, needs: Needs, outcome: Outcome, detected_in: Detection
    ) -> None:
        self.rule_id = rule_id
        self.outcome = outcome
        self.detected_in = detected_in
        self._needs = needs

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find each add-on line without a payable primary; asked again, it finds only new ones."""
        for line, doubt in met:
            if state.has_found(self, line.number):
                continue
            need = () if EDITION in doubt else self._needs.of(state.claim, line, state.assumptions)
            if need is None:
                continue
            if not isinstance(need, Need):
                state.record_missing(self, line.number, (*doubt, *need))
                continue
            lacking, denied = self._lacking(state, line, need)
            if lacking is None:
                continue
            if lacking or doubt:
                state.record_missing(self, line.number, (*doubt, *lacking))
            else:
                state.record_finding(self, self._finding(state.claim, line, need, denied))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Whatever stands on the days of the line: any of it may be its primary."""
        return (lookback_on_days(None, line),)

    def cure_of(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """The line that a cure would add to the claim."""
        need = self._needs.of(claim, line, assumptions)
        if isinstance(need, Need) and need.primaries:
            yield _primary(claim, line, need)

    def _lacking(
        self, state: ClaimState, line: ServiceLine, need: Need
    ) -> tuple[MissingFacts | None, list[ServiceLine]]:
        """``None``: a primary is payable; else what could still make one so. And those denied."""
        missing: MissingFacts = ()
        denied: list[ServiceLine] = []
        for other, standing in _beside(state, line, need.scope):
            listed_ = other.code in need.primaries
            if standing is None:
                denied += [other] if listed_ else []
            elif listed_ and not standing:
                return None, []
            else:
                missing = (*missing, *(standing if listed_ else need.others))
        npi = state.claim.billing_provider.npi
        if not state.history.is_complete(line.date_from, need.scope, npi):
            missing = (*missing, HISTORY)
        return missing, denied

    def _finding(
        self, claim: Claim, line: ServiceLine, need: Need, denied: list[ServiceLine]
    ) -> Finding:
        why = "no primary code stands beside it"
        if denied:
            why = f"{denied[0].code} (line {denied[0].number}) beside it is itself not paid"
        few = 0 < len(need.primaries) <= _MANY
        wanted = f" to {listed(need.primaries)}" if few else ""
        return Finding(
            rule=self.rule_id,
            lines=(line.number,),
            outcome=self.outcome,
            detected_in=self.detected_in,
            adjustment=need.adjustment,
            message=f"{line_label(line)} is an add-on code{wanted}, and {why}{need.since}",
            evidence=(evidence_of(line), *map(evidence_of, denied), *need.evidence),
            citations=need.citations,
            cure=None if denied or not need.primaries else _with_primary(claim, line, need),
        )


def _beside(
    state: ClaimState, line: ServiceLine, scope: Scope
) -> Iterator[tuple[ServiceLine, MissingFacts | None]]:
    """The other lines of the day and provider: what keeps each in doubt; ``None``: not payable."""
    for other in (*state.lines, *state.before(line.date_from, line.date_to)):
        if other is line or not same_day(line, other):
            continue
        same = shares(scope, state.claim, line, other)
        if same is None:
            continue
        same = (*same, *missing_shared_day(line, other))
        if isinstance(other, HistoryLine):
            counts, status = state.status(other)
            if counts:
                yield other, (*same, *status)
        elif other.number in state.denied:
            yield other, None
        else:
            yield other, (*same, *state.payable_unless(other.number, beside=line.number))


def _with_primary(claim: Claim, line: ServiceLine, need: Need) -> Cure:
    """The claim with a primary code beside the line."""
    primary = _primary(claim, line, need)
    few = len(need.primaries) <= _MANY
    told = listed(need.primaries) if few else f"a primary such as {primary.code}"
    return Cure(
        change=f"{told} on the same day",
        condition=_PERFORMED,
        claim=attrs.evolve(claim, lines=(*claim.lines, primary)),
    )


def _primary(claim: Claim, line: ServiceLine, need: Need) -> ServiceLine:
    number = max(each.number for each in claim.lines) + 1
    code = min(need.primaries)
    return attrs.evolve(line, number=number, code=code, modifiers=(), minutes=None)
