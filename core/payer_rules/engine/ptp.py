"""The judge of procedure-to-procedure edits.

Source: Medicare NCCI Policy Manual 2026, introduction and chapter I.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from itertools import combinations

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine import ncci
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import days_of_change, same_day
from payer_rules.engine.edit_lookup import EditLookup, Match
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.pairs import Ruling, evaluate_pairs, record_missing_history
from payer_rules.engine.providers import Scope, resolve
from payer_rules.rules import Detection, Outcome, PairEdit


class PtpEvaluator:
    """Judges every pair of codes on one day by one provider; it sees all lines of the claim."""

    outcome: Outcome = "deny"
    detected_in: Detection = "claim"

    def __init__(self, edit_tables: EditTables) -> None:
        self.rule_id = f"{edit_tables.payer.id}/ptp"
        self.edit_tables = edit_tables
        self._scopes = {
            setting: resolve(setting_edits.terms.scope, edit_tables.payer)
            for setting, setting_edits in edit_tables.by_setting.items()
        }

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find each column 2 beside a payable column 1 without a modifier that bypasses it."""
        setting = state.claim.setting
        setting_edits = self.edit_tables.by_setting.get(setting) if setting else None
        if setting_edits is None or not setting_edits.pairs.sources:
            self._without_table(state)
            return
        carries = state.assumptions.carries_tables
        lines = state.lines
        if not state.has_earlier:
            lines = _paired(state.lines, setting_edits.pairs, carries)
        if lines:
            evaluate_pairs(self, state, [(line, NONE_MISSING) for line in lines], lines)
        record_missing_history(self, state, [line for line, _ in met])

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Whatever stands on the days of the line: of some pairs the table may not tell."""
        return (lookback_on_days(None, line),)

    def scope(self, state: ClaimState) -> Scope:
        """Whose lines are paired: an institution's by the biller, others' as the payer says."""
        return self._scopes[state.claim.setting or ""]

    def bars(self, state: ClaimState, first: ServiceLine, second: ServiceLine) -> Ruling | None:
        """The ruling of the row in which the first line is column 1 and the second column 2."""
        setting_edits = self.edit_tables.by_setting[state.claim.setting or ""]
        open_: MissingFacts = NONE_MISSING
        codes, carries = (first.code, second.code), state.assumptions.carries_tables
        for day in _shared(setting_edits.pairs, first, second):
            match = setting_edits.pairs.find(codes, day, day, carries)
            if not isinstance(match, Match):
                open_ = (*open_, *match)
            elif match.row.column2 == second.code:
                ruling = self._ruling(state, match, day, first, second)
                if ruling is not None:
                    return ruling
        return Ruling(doubt=open_) if open_ else None

    def _ruling(
        self,
        state: ClaimState,
        match: Match[PairEdit],
        day: date,
        first: ServiceLine,
        second: ServiceLine,
    ) -> Ruling | None:
        allowed = match.row.indicator == 1
        bypassed = allowed and ncci.bypasses(match.terms.setting, day, first, second)
        if bypassed is True:
            return None
        if state.is_cure:
            return Ruling(doubt=bypassed or NONE_MISSING)
        told = "no modifier that bypasses the edit" if allowed else "no modifier bypasses the edit"
        return Ruling(
            why=f"{match.terms.pair_words}, indicator {match.row.indicator}, {told}{match.since}",
            evidence=match.evidence(),
            citations=match.terms.pair_citations,
            adjustment=match.terms.pair_adjustment,
            cure=partial(ncci.cure, state.claim, first, second) if allowed else None,
            doubt=bypassed or NONE_MISSING,
        )

    def _without_table(self, state: ClaimState) -> None:
        setting = state.claim.setting
        doubt = self.edit_tables.absent(setting) if setting else field("setting")
        for line in state.lines:
            if self._may_pair(state, line):
                state.record_missing(self, line.number, doubt)

    def _may_pair(self, state: ClaimState, line: ServiceLine) -> bool:
        """Whether another code may stand on the line's day: only then does the table matter."""
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


def _paired(
    lines: tuple[ServiceLine, ...], pairs: EditLookup[PairEdit], carries: bool
) -> tuple[ServiceLine, ...]:
    """The lines with a row, or one that is not told, between them; most claims have none."""
    paired: set[int] = set()
    for one, other in combinations(lines, 2):
        if one.code != other.code and any(
            pairs.find((one.code, other.code), day, day, carries)
            for day in _shared(pairs, one, other)
        ):
            paired |= {one.number, other.number}
    return tuple(line for line in lines if line.number in paired) if paired else ()


def _shared(pairs: EditLookup[PairEdit], one: ServiceLine, other: ServiceLine) -> Sequence[date]:
    """Return the days that both lines cover on which the table may say something else."""
    first, last = max(one.date_from, other.date_from), min(one.date_to, other.date_to)
    if first == last:
        return (first,)
    if first > last:
        return ()
    return days_of_change(first, last, pairs.changes((one.code, other.code)))
