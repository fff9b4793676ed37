"""Two lines on one day of which only the first is paid: what every pair of codes has in common.

Which pairs there are is the judge's own: a rule of two code sets, or the rows of an edit table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Evidence, Finding, Risk
from payer_rules.engine.adjudication import Adjudication, Judge
from payer_rules.engine.cures import Curing
from payer_rules.engine.days import on_one_day, same_day
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import HISTORY, SURE, Doubt
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
    doubt: Doubt = SURE


class PairJudge(Judge, Protocol):
    """A judge of pairs: it knows which line bars which."""

    def scope(self, case: Adjudication) -> Scope:
        """Whose lines are paired."""

    def bars(self, case: Adjudication, first: ServiceLine, second: ServiceLine) -> Ruling | None:
        """What the first line means for the second; ``None`` where it does not bar it."""


def judge_pairs(
    judge: PairJudge,
    case: Adjudication,
    met: Iterable[tuple[ServiceLine, Doubt]],
    firsts: Iterable[ServiceLine],
) -> None:
    """Find each line met that another, of the claim or already paid, bars.

    Column 1 is read as the strata before left it. A paid column 2 in the history makes column 1
    a matter of review: what was paid is not undone here.
    """
    firsts = tuple(firsts)
    for line, doubt in met:
        barring: dict[str, list[tuple[ServiceLine, Ruling]]] = {}
        before = case.before(line.date_from, line.date_to)
        # NOTE: a pair is two codes, and a day may have many lines of one.
        others = [each for each in before if each.code != line.code]
        for first in firsts if not others else (*firsts, *others):
            if first is not line and same_day(first, line):
                ruling = _weigh(judge, case, first, line, doubt)
                if ruling is not None:
                    barring.setdefault(first.code, []).append((first, ruling))
        for found in barring.values():
            case.find(judge, _denial(judge, line, found))
        for paid in others:
            if same_day(line, paid):
                _weigh_paid(judge, case, line, paid, doubt)


def doubt_history(judge: PairJudge, case: Adjudication, lines: Iterable[ServiceLine]) -> None:
    """Leave open the lines, not found yet, that an unknown earlier line could bar."""
    if case.history.is_whole:
        return
    scope, npi = judge.scope(case), case.claim.billing_provider.npi
    for line in lines:
        complete = case.history.is_complete(line.date_from, scope, npi)
        if not complete and not case.has_found(judge, line.number):
            case.doubt(judge, line.number, (HISTORY,))


def _weigh(
    judge: PairJudge, case: Adjudication, first: ServiceLine, second: ServiceLine, doubt: Doubt
) -> Ruling | None:
    """The ruling by which the first surely bars the second; a doubt is recorded instead."""
    ruling = judge.bars(case, first, second)
    if ruling is None:
        return None
    counts, unsettled = _is_payable(case, first, second)
    same = shares(judge.scope(case), case.claim, second, first)
    if same is None or not counts:
        return None
    missing = (*doubt, *ruling.doubt, *same, *on_one_day(first, second))
    if not missing and not unsettled:
        return ruling
    if not missing and not isinstance(first, HistoryLine):
        case.risk(_risk(judge, first, second, ruling))
    case.doubt(judge, second.number, (*missing, *unsettled))
    return None


def _is_payable(case: Adjudication, first: ServiceLine, second: ServiceLine) -> tuple[bool, Doubt]:
    """Return False if the first line is not paid; else what keeps in doubt that it is."""
    if isinstance(first, HistoryLine):
        return case.status(first)
    if first.number in case.closed:
        return False, SURE
    return True, case.standing(first.number, beside=second.number)


def _risk(judge: PairJudge, first: ServiceLine, second: ServiceLine, ruling: Ruling) -> Risk:
    return Risk(
        rule=judge.rule_id,
        line=second.number,
        beside=first.number,
        outcome=judge.outcome,
        adjustment=ruling.adjustment,
        message=_message(judge, first, second, ruling),
        citations=ruling.citations,
    )


def _weigh_paid(
    judge: PairJudge, case: Adjudication, first: ServiceLine, paid: HistoryLine, doubt: Doubt
) -> None:
    ruling = judge.bars(case, first, paid)
    if ruling is None:
        return
    same = shares(judge.scope(case), case.claim, first, paid)
    counts, status = case.status(paid)
    if same is None or not counts:
        return
    missing = (*doubt, *ruling.doubt, *same, *status, *on_one_day(first, paid))
    if missing:
        case.doubt(judge, first.number, missing)
        return
    case.find(judge, _review(judge, first, paid, ruling))


def _denial(
    judge: PairJudge, second: ServiceLine, found: list[tuple[ServiceLine, Ruling]]
) -> Finding:
    first, ruling = found[0]
    return Finding(
        rule=judge.rule_id,
        lines=(second.number,),
        outcome=judge.outcome,
        stage=judge.stage,
        adjustment=ruling.adjustment,
        message=_message(judge, first, second, ruling),
        evidence=(
            *(evidence_of(first) for first, _ in found),
            evidence_of(second),
            *ruling.evidence,
        ),
        citations=ruling.citations,
        cure=ruling.cure() if ruling.cure else None,
    )


def _message(judge: PairJudge, first: ServiceLine, second: ServiceLine, ruling: Ruling) -> str:
    verdict = "is not paid" if judge.outcome in UNPAID else "may not be paid"
    return f"{second.code} {verdict} beside {_told(first)}: {ruling.why}"


def _review(judge: PairJudge, first: ServiceLine, paid: HistoryLine, ruling: Ruling) -> Finding:
    told = f"{paid.code} was already paid on claim {paid.claim}"
    return Finding(
        rule=judge.rule_id,
        lines=(first.number,),
        outcome="review",
        stage=judge.stage,
        message=f"{first.code} is column 1, and {told}: {ruling.why}",
        evidence=(evidence_of(first), evidence_of(paid), *ruling.evidence),
        citations=ruling.citations,
    )


def _told(line: ServiceLine) -> str:
    if isinstance(line, HistoryLine):
        return f"{line.code} of claim {line.claim} on {line.date_from}"
    return f"{line.code} (line {line.number}) on {line.date_from}"
