"""Pairs of lines of which only the first is paid: the evaluation that all kinds share.

An evaluator decides which lines are a pair: by the two code sets of a rule, or by the rows of an
edit table.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure, Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.evidence import evidence_of, line_evidence
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts
from payer_rules.engine.nearness import days_related, is_near
from payer_rules.engine.providers import EVERYONE, Scope, has_all_lines, shares
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.history import HistoryLine
from payer_rules.rules import Adjustment, Citation, Nearness, PairEdit, at_most_review


@attrs.frozen
class PairConflict:
    """A pair that is not paid together: the row of the edit, and what keeps the answer open.

    ``is_later`` is True if the first line is of a later day and of another claim: it is not known
    which of the two the payer had first, so the second is for review.
    """

    match: Match[PairEdit] | None = None
    missing: MissingFacts = NONE_MISSING
    is_later: bool = False


@attrs.frozen
class PairDetails:
    """The details of a verdict about a pair.

    ``others`` are the lines of column 1, all of one code. If ``is_paid``, there is one other line,
    of column 2, that was paid on an earlier claim. ``match`` is the row of the edit, if any.
    """

    others: tuple[LineReference, ...]
    is_paid: bool = False
    match: Match[PairEdit] | None = None


class PairEvaluator(Evaluator):
    """The base of the evaluators that decide which lines are a pair.

    The first line is ``near`` the second; on most rules it is on the same day. Two lines of one
    code are a pair only if ``pairs_one_code``.
    """

    near: Nearness = "day"
    pairs_one_code: bool = False

    @abstractmethod
    def scope(self, state: ClaimState) -> Scope:
        """Return the provider whose lines are paired."""

    @abstractmethod
    def conflict(
        self, state: ClaimState, first: ServiceLine, second: ServiceLine
    ) -> PairConflict | None:
        """Return the conflict by which the first line keeps the second from being paid."""


def evaluate_pairs(
    evaluator: PairEvaluator,
    state: ClaimState,
    met: Iterable[tuple[ServiceLine, MissingFacts]],
    firsts: Iterable[ServiceLine],
) -> None:
    """Record a verdict for each line met that another line, of the claim or paid earlier, bars.

    Column 1 counts unless an earlier stage denied it. If column 2 was paid on an earlier claim,
    column 1 is for review: a payment is not reversed here.
    """
    firsts = tuple(firsts)
    for line, missing in met:
        barring: dict[str, list[tuple[ServiceLine, PairConflict]]] = {}
        days = days_related(evaluator.near, line)
        before = state.before(*days, everyone=evaluator.scope(state) in EVERYONE)
        # NOTE: most pairs are of two codes, and a day may have many lines of one.
        earlier = [each for each in before if each.code != line.code or evaluator.pairs_one_code]
        for first in firsts if not earlier else (*firsts, *earlier):
            if first is line:
                continue
            near = is_near(evaluator.near, line, first)
            if near is not False:
                known = missing if near is True else (*missing, *near)
                conflict = _certain_conflict(evaluator, state, first, line, known)
                if conflict is not None:
                    barring.setdefault(first.code, []).append((first, conflict))
        for conflicts in barring.values():
            state.record(evaluator, _verdict(evaluator, line, conflicts))
        barred_by = {id(first) for conflicts in barring.values() for first, _ in conflicts}
        for paid in earlier:
            # NOTE: of two lines that exclude each other, the earlier one was paid.
            if id(paid) in barred_by:
                continue
            near = is_near(evaluator.near, paid, line)
            if near is not False:
                known = missing if near is True else (*missing, *near)
                _evaluate_paid(evaluator, state, line, paid, known)


def record_missing_history(
    evaluator: PairEvaluator,
    state: ClaimState,
    met: Iterable[tuple[ServiceLine, MissingFacts]],
) -> None:
    """Record the missing history of lines that an unknown earlier line could bar."""
    scope = evaluator.scope(state)
    for line, missing in met:
        since, _ = days_related(evaluator.near, line)
        complete = has_all_lines(state.history, since, scope, state.claim, line)
        if not complete and not state.has_found(evaluator, line.number):
            state.record_missing(evaluator, line.number, (*missing, HISTORY))


def _certain_conflict(
    evaluator: PairEvaluator,
    state: ClaimState,
    first: ServiceLine,
    second: ServiceLine,
    missing: MissingFacts,
) -> PairConflict | None:
    """Return the conflict if it is certain; otherwise record what is missing."""
    conflict = evaluator.conflict(state, first, second)
    if conflict is None:
        return None
    counts, unsettled = _payable(state, first, second)
    same = shares(evaluator.scope(state), state.claim, second, first)
    if same is None or not counts:
        return None
    missing = (*missing, *conflict.missing, *same)
    if not missing and not unsettled:
        return conflict
    if not unsettled and state.assumptions.is_expected and _is_unclear(missing):
        verdict = _verdict(evaluator, second, [(first, conflict)])
        state.record_unclear(evaluator, verdict, missing)
        return None
    if not missing and not isinstance(first, HistoryLine):
        verdict = _verdict(evaluator, second, [(first, conflict)])
        state.record_if_paid(evaluator, verdict, first.number)
    state.record_missing(evaluator, second.number, (*missing, *unsettled))
    return None


def _is_unclear(missing: MissingFacts) -> bool:
    """Return True if nothing is missing but which reading of a text is meant."""
    return all(fact.reason == "text" for fact in missing)


def _payable(
    state: ClaimState, first: ServiceLine, second: ServiceLine
) -> tuple[bool, MissingFacts]:
    """Return whether the first line can be paid, and what is missing to be certain."""
    if isinstance(first, HistoryLine):
        return state.status(first)
    if first.number in state.denied:
        return False, NONE_MISSING
    return True, state.payable_unless(first.number, paired_with=second.number)


def _evaluate_paid(
    evaluator: PairEvaluator,
    state: ClaimState,
    first: ServiceLine,
    paid: HistoryLine,
    missing: MissingFacts,
) -> None:
    """Record that the first line is for review because column 2 was paid earlier."""
    conflict = evaluator.conflict(state, first, paid)
    if conflict is None:
        return
    same = shares(evaluator.scope(state), state.claim, first, paid)
    counts, status = state.status(paid)
    if same is None or not counts:
        return
    missing = (*missing, *conflict.missing, *same, *status)
    details = PairDetails((LineReference.of(paid),), is_paid=True, match=conflict.match)
    verdict = Verdict(evaluator.rule_id, (first.number,), "review", details, missing)
    state.record(evaluator, verdict)


def _verdict(
    evaluator: PairEvaluator, line: ServiceLine, conflicts: list[tuple[ServiceLine, PairConflict]]
) -> Verdict[PairDetails]:
    others = tuple(LineReference.of(first) for first, _ in conflicts)
    details = PairDetails(others, match=conflicts[0][1].match)
    outcome = evaluator.outcome
    if all(conflict.is_later for _, conflict in conflicts):
        outcome = at_most_review(outcome)
    return Verdict(evaluator.rule_id, (line.number,), outcome, details)


def pair_finding(
    evaluator: Evaluator,
    verdict: Verdict[PairDetails],
    *,
    message: str,
    adjustment: Adjustment | None,
    citations: tuple[Citation, ...],
    cure: Cure | None,
) -> Finding:
    """Return a verdict about a pair as a finding.

    A line that is for review because another was paid has no denial code and no cure.
    """
    details = verdict.details
    line = line_evidence(verdict.lines[0])
    others = tuple(map(evidence_of, details.others))
    return Finding(
        rule=verdict.rule,
        lines=verdict.lines,
        outcome=verdict.outcome,
        detected_in=evaluator.detected_in,
        adjustment=None if details.is_paid else adjustment,
        message=message,
        evidence=(
            *((line, *others) if details.is_paid else (*others, line)),
            *(details.match.evidence if details.match else ()),
        ),
        citations=citations,
        cure=None if details.is_paid else cure,
    )


def column1_line(details: PairDetails, claim: Claim) -> ServiceLine | None:
    """Return the line of column 1, or ``None`` if it is of an earlier claim."""
    other = details.others[0]
    if other.claim is not None:
        return None
    return next(line for line in claim.lines if line.number == other.number)


def other_label(line: LineReference) -> str:
    """Return the code and the place of the other line of a pair: ``90853 (line 1)``."""
    where = f"(line {line.number})" if line.claim is None else f"(claim {line.claim})"
    return f"{line.code} {where} on the same day"
