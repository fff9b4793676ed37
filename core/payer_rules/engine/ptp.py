"""Procedure-to-procedure edits: the evaluator and its words.

Source: Medicare NCCI Policy Manual 2026, introduction and chapter I.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine import ncci
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import days_of_change, same_day
from payer_rules.engine.edit_lookup import EditLookup, Match
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.pairs import (
    PairConflict,
    PairDetails,
    PairEvaluator,
    evaluate_pairs,
    other_label,
    pair_finding,
    record_missing_history,
)
from payer_rules.engine.providers import Scope, resolve
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import line_of
from payer_rules.rules import Detection, Outcome, PairEdit

#: The modifier indicator of a pair that a modifier may bypass.
_ALLOWED: Final = 1


class PtpEvaluator(PairEvaluator):
    """The evaluator of ``PAYER/ptp``: every pair of codes on one day by one provider.

    As a part of the baseline it has another ``rule_id``.
    """

    outcome: Outcome = "deny"
    detected_in: Detection = "claim"
    finds_all_in_known_lines = True

    def __init__(self, edit_tables: EditTables, rule_id: str | None = None) -> None:
        self.rule_id = rule_id or f"{edit_tables.payer.id}/ptp"
        self.edit_tables = edit_tables
        self._scopes = {
            setting: resolve(setting_edits.terms.scope, edit_tables.payer)
            for setting, setting_edits in edit_tables.by_setting.items()
        }

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record each column 2 on a day with a payable column 1 and without a bypass modifier."""
        setting = state.claim.setting
        setting_edits = self.edit_tables.by_setting.get(setting) if setting else None
        if setting_edits is None or not setting_edits.pairs.sources:
            self._without_table(state)
            return
        lines = tuple([line for line in state.lines if state.shares_day(line)])
        if lines and any(state.before(line.date_from, line.date_to) for line in lines):
            evaluate_pairs(self, state, [(line, NONE_MISSING) for line in lines], lines)
        elif lines:
            carries = state.assumptions.carries_tables
            for line, others in _paired_lines(lines, setting_edits.pairs, carries):
                evaluate_pairs(self, state, [(line, NONE_MISSING)], others)
        if not state.history.is_complete_for_member:
            record_missing_history(self, state, met)

    def clears(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return True if no pair with a line of the day is left, and no earlier line is there."""
        if state.before(line.date_from, line.date_to):
            return False
        return not any(
            self.conflict(state, other, line)
            for other in state.lines
            if other is not line and same_day(line, other)
        )

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return all lines on the days of the line: the table may not have every pair."""
        return (lookback_on_days(None, line),)

    def scope(self, state: ClaimState) -> Scope:
        """Return the provider whose lines are paired in the setting of the claim."""
        return self._scopes[state.claim.setting or ""]

    def conflict(
        self, state: ClaimState, first: ServiceLine, second: ServiceLine
    ) -> PairConflict | None:
        """Return the conflict of the row with the first line's code in column 1."""
        pairs = self.edit_tables.by_setting[state.claim.setting or ""].pairs
        missing: MissingFacts = NONE_MISSING
        codes, carries = (first.code, second.code), state.assumptions.carries_tables
        for day in _shared_days(pairs, first, second):
            match = pairs.find(codes, day, day, carries)
            if not isinstance(match, Match):
                missing = (*missing, *match)
            elif match.row.column2 == second.code:
                allowed = match.row.indicator == _ALLOWED
                bypassed = allowed and ncci.bypasses(match.terms.setting, day, first, second)
                if bypassed is not True:
                    return PairConflict(match, bypassed or NONE_MISSING)
        return PairConflict(missing=missing) if missing else None

    def describe(self, verdict: Verdict[PairDetails], claim: Claim) -> Finding:
        """Return the verdict as a finding."""
        match = verdict.details.match
        assert match is not None
        line = line_of(verdict, claim)
        allowed = match.row.indicator == _ALLOWED
        return pair_finding(
            self,
            verdict,
            message=_message(verdict.details, match, line),
            adjustment=match.terms.pair_adjustment,
            citations=match.terms.pair_citations,
            cure=ncci.cure(claim, line) if allowed else None,
        )

    def _without_table(self, state: ClaimState) -> None:
        setting = state.claim.setting
        missing = self.edit_tables.absent(setting) if setting else field("setting")
        for line in state.lines:
            if self._may_pair(state, line):
                state.record_missing(self, line.number, missing)

    def _may_pair(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return True if another code may be on the line's day: only then the table matters."""
        others = [other for other in state.lines if other.code != line.code]
        known = state.history.is_complete(
            line.date_from, "billing", state.claim.billing_provider.npi
        )
        if not known or any(same_day(line, other) for other in others):
            return True
        days = (line.date_from, line.date_to)
        return state.has_earlier and state.history.has_other_code(
            *days, member=state.claim.member.id, code=line.code
        )


def _message(details: PairDetails, match: Match[PairEdit], line: ServiceLine) -> str:
    other = details.others[0]
    pair = f"{line.code} bundles into {other_label(other)}"
    if details.is_paid:
        pair = f"{other.code} of earlier claim {other.claim} bundles into {line.code}"
    allowed = match.row.indicator == _ALLOWED
    bypass = ncci.bypass_text(match.row.column2) if allowed else "No modifier allows both."
    indicator = f"modifier indicator {match.row.indicator}"
    return f"{match.terms.name}: {pair} ({indicator}{match.since}). {bypass}"


def _paired_lines(
    lines: Sequence[ServiceLine], pairs: EditLookup[PairEdit], carries: bool
) -> Iterator[tuple[ServiceLine, list[ServiceLine]]]:
    """Yield each line that has a row, or an unknown one, with others, and these; few have any."""
    others: dict[int, list[ServiceLine]] = {}
    for one, other in combinations(lines, 2):
        # NOTE: most lines of a claim are of different days.
        if not same_day(one, other) or one.code == other.code:
            continue
        columns: set[str] = set()
        for day in _shared_days(pairs, one, other):
            answer = pairs.find((one.code, other.code), day, day, carries)
            if isinstance(answer, Match):
                columns.add(answer.row.column2)
            elif answer:
                columns |= {one.code, other.code}
        if one.code in columns:
            others.setdefault(one.number, []).append(other)
        if other.code in columns:
            others.setdefault(other.number, []).append(one)
    return ((line, others[line.number]) for line in lines if line.number in others)


def _shared_days(
    pairs: EditLookup[PairEdit], one: ServiceLine, other: ServiceLine
) -> Sequence[date]:
    """Return the days that both lines cover on which the answer of the table may change."""
    first, last = max(one.date_from, other.date_from), min(one.date_to, other.date_to)
    if first == last:
        return (first,)
    if first > last:
        return ()
    return days_of_change(first, last, pairs.changes((one.code, other.code)))
