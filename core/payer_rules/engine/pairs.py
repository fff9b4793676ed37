"""Two lines on one day of which only the first is paid: what every pair of codes has in common.

Which pairs there are is the judge's own: a rule of two code sets, or the rows of an edit table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence, Finding, Risk
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.cures import Curing
from payer_rules.engine.days import missing_shared_day, same_day
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts
from payer_rules.engine.providers import Scope, shares
from payer_rules.history import HistoryLine
from payer_rules.rules import UNPAID, Adjustment, Citation


@attrs.frozen(kw_only=True)
class Ruling:
    """What a judge says of a first and a second line; ``doubt`` keeps it from being certain."""

    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    citations: tuple[Citation, ...] = ()
    adjustment: Adjustment | None = None
    cure: Curing | None = None
    doubt: MissingFacts = NONE_MISSING


class PairEvaluator(Evaluator, Protocol):
    """A judge of pairs: it knows which line bars which."""

    def scope(self, state: ClaimState) -> Scope:
        """Whose lines are paired."""

    def bars(self, state: ClaimState, first: ServiceLine, second: ServiceLine) -> Ruling | None:
        """What the first line means for the second; ``None`` where it does not bar it."""


def evaluate_pairs(
    evaluator: PairEvaluator,
    state: ClaimState,
    met: Iterable[tuple[ServiceLine, MissingFacts]],
    firsts: Iterable[ServiceLine],
) -> None:
    """Find each line met that another, of the claim or already paid, bars.

    Column 1 is read as the strata before left it. A paid column 2 in the history makes column 1
    a matter of review: what was paid is not undone here.
    """
    firsts = tuple(firsts)
    for line, doubt in met:
        barring: dict[str, list[tuple[ServiceLine, Ruling]]] = {}
        before = state.before(line.date_from, line.date_to)
        # NOTE: a pair is two codes, and a day may have many lines of one.
        others = [each for each in before if each.code != line.code]
        for first in firsts if not others else (*firsts, *others):
            if first is not line and same_day(first, line):
                ruling = _weigh(evaluator, state, first, line, doubt)
                if ruling is not None:
                    barring.setdefault(first.code, []).append((first, ruling))
        for found in barring.values():
            state.record_finding(evaluator, _denial(evaluator, line, found))
        for paid in others:
            if same_day(line, paid):
                _weigh_paid(evaluator, state, line, paid, doubt)


def record_missing_history(
    evaluator: PairEvaluator, state: ClaimState, lines: Iterable[ServiceLine]
) -> None:
    """Leave open the lines, not found yet, that an unknown earlier line could bar."""
    if state.history.is_complete_for_member:
        return
    scope, npi = evaluator.scope(state), state.claim.billing_provider.npi
    for line in lines:
        complete = state.history.is_complete(line.date_from, scope, npi)
        if not complete and not state.has_found(evaluator, line.number):
            state.record_missing(evaluator, line.number, (HISTORY,))


def _weigh(
    evaluator: PairEvaluator,
    state: ClaimState,
    first: ServiceLine,
    second: ServiceLine,
    doubt: MissingFacts,
) -> Ruling | None:
    """The ruling by which the first surely bars the second; a doubt is recorded instead."""
    ruling = evaluator.bars(state, first, second)
    if ruling is None:
        return None
    counts, unsettled = _is_payable(state, first, second)
    same = shares(evaluator.scope(state), state.claim, second, first)
    if same is None or not counts:
        return None
    missing = (*doubt, *ruling.doubt, *same, *missing_shared_day(first, second))
    if not missing and not unsettled:
        return ruling
    if not missing and not isinstance(first, HistoryLine):
        state.record_risk(_risk(evaluator, first, second, ruling))
    state.record_missing(evaluator, second.number, (*missing, *unsettled))
    return None


def _is_payable(
    state: ClaimState, first: ServiceLine, second: ServiceLine
) -> tuple[bool, MissingFacts]:
    """Return False if the first line is not paid; else what keeps in doubt that it is."""
    if isinstance(first, HistoryLine):
        return state.status(first)
    if first.number in state.denied:
        return False, NONE_MISSING
    return True, state.payable_unless(first.number, beside=second.number)


def _risk(
    evaluator: PairEvaluator, first: ServiceLine, second: ServiceLine, ruling: Ruling
) -> Risk:
    return Risk(
        rule=evaluator.rule_id,
        line=second.number,
        if_paid=first.number,
        outcome=evaluator.outcome,
        adjustment=ruling.adjustment,
        message=_message(evaluator, first, second, ruling),
        citations=ruling.citations,
    )


def _weigh_paid(
    evaluator: PairEvaluator,
    state: ClaimState,
    first: ServiceLine,
    paid: HistoryLine,
    doubt: MissingFacts,
) -> None:
    ruling = evaluator.bars(state, first, paid)
    if ruling is None:
        return
    same = shares(evaluator.scope(state), state.claim, first, paid)
    counts, status = state.status(paid)
    if same is None or not counts:
        return
    missing = (*doubt, *ruling.doubt, *same, *status, *missing_shared_day(first, paid))
    if missing:
        state.record_missing(evaluator, first.number, missing)
        return
    state.record_finding(evaluator, _review(evaluator, first, paid, ruling))


def _denial(
    evaluator: PairEvaluator, second: ServiceLine, found: list[tuple[ServiceLine, Ruling]]
) -> Finding:
    first, ruling = found[0]
    return Finding(
        rule=evaluator.rule_id,
        lines=(second.number,),
        outcome=evaluator.outcome,
        detected_in=evaluator.detected_in,
        adjustment=ruling.adjustment,
        message=_message(evaluator, first, second, ruling),
        evidence=(
            *(evidence_of(first) for first, _ in found),
            evidence_of(second),
            *ruling.evidence,
        ),
        citations=ruling.citations,
        cure=ruling.cure() if ruling.cure else None,
    )


def _message(
    evaluator: PairEvaluator, first: ServiceLine, second: ServiceLine, ruling: Ruling
) -> str:
    verdict = "is not paid" if evaluator.outcome in UNPAID else "may not be paid"
    return f"{second.code} {verdict} beside {_told(first)}: {ruling.why}"


def _review(
    evaluator: PairEvaluator, first: ServiceLine, paid: HistoryLine, ruling: Ruling
) -> Finding:
    told = f"{paid.code} was already paid on claim {paid.claim}"
    return Finding(
        rule=evaluator.rule_id,
        lines=(first.number,),
        outcome="review",
        detected_in=evaluator.detected_in,
        message=f"{first.code} is column 1, and {told}: {ruling.why}",
        evidence=(evidence_of(first), evidence_of(paid), *ruling.evidence),
        citations=ruling.citations,
    )


def _told(line: ServiceLine) -> str:
    if isinstance(line, HistoryLine):
        return f"{line.code} of claim {line.claim} on {line.date_from}"
    return f"{line.code} (line {line.number}) on {line.date_from}"
