"""The judge of medically unlikely edits: the most units of a code on a line or a day.

Medicaid's files do not say whether a value is of a line or of a day, and it was not read elsewhere:
there a line above the value is denied, and lines that are above it only together are left open.

Source: Medicare NCCI Policy Manual 2026, chapter I, section V.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, assert_never

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import day_after, days_of_change
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_tables import EditTables, SettingEdits
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.engine.providers import Scope, identity, resolve, shares
from payer_rules.history import HistoryLine
from payer_rules.rules import Detection, Outcome, UnitEdit

_BY_LINE: Final = 1


class MueEvaluator:
    """Judges the units of each code, of all lines billed; it sees all lines of the claim."""

    outcome: Outcome = "deny"
    detected_in: Detection = "claim"

    def __init__(self, edit_tables: EditTables) -> None:
        self.rule_id = f"{edit_tables.payer.id}/mue"
        self.edit_tables = edit_tables

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Find all lines of a code whose units exceed its MUE on the line, or on the day."""
        setting = state.claim.setting
        setting_edits = self.edit_tables.by_setting.get(setting) if setting else None
        if setting_edits is None or not setting_edits.units.sources:
            self._without_table(state)
            return
        by_code: dict[str, list[ServiceLine]] = {}
        for line, _ in met:
            by_code.setdefault(line.code, []).append(line)
        for lines in by_code.values():
            if _is_plain(state, lines):
                self._evaluate_plain(state, setting_edits, lines[0])
            else:
                self._evaluate_code(state, setting_edits, lines)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """The code of the line, on its days."""
        return (lookback_on_days(frozenset([line.code]), line),)

    def _evaluate_plain(
        self, state: ClaimState, setting_edits: SettingEdits, line: ServiceLine
    ) -> None:
        """Judge a line beside which nothing known can count."""
        day, carries = line.date_from, state.assumptions.carries_tables
        match = setting_edits.units.find((line.code,), day, day, carries)
        if not isinstance(match, Match):
            state.record_missing(self, line.number, match)
        elif line.units <= match.row.most:
            state.record_missing(
                self,
                line.number,
                self._lacking(state, setting_edits, match, line.date_from, NONE_MISSING),
            )
        else:
            self._evaluate_group(state, setting_edits, match, line.date_from, [line], set())

    def _evaluate_code(
        self, state: ClaimState, setting_edits: SettingEdits, lines: list[ServiceLine]
    ) -> None:
        """Judge the lines of one code on each day on which another sum, or MUE, may hold.

        A line counts on its days for which there is a table; for its others it is left open.
        """
        found: set[tuple[int, ...]] = set()
        for day in self._days(state, setting_edits, lines):
            on_day = [line for line in lines if line.date_from <= day <= line.date_to]
            match = setting_edits.units.find(
                (lines[0].code,), day, day, state.assumptions.carries_tables
            )
            if not isinstance(match, Match):
                for line in on_day:
                    state.record_missing(self, line.number, match)
                continue
            groups: dict[Hashable, list[ServiceLine]] = {}
            for line in on_day:
                groups.setdefault(self._group(state, setting_edits, match, line), []).append(line)
            for each in groups.values():
                self._evaluate_group(state, setting_edits, match, day, each, found)

    def _days(
        self, state: ClaimState, setting_edits: SettingEdits, lines: list[ServiceLine]
    ) -> list[date]:
        """Return the days of the lines on which the sum, or what it is held to, may change."""
        days = {line.date_from for line in lines}
        if all(line.date_from == line.date_to for line in lines):
            return sorted(days)
        first, last = min(days), max(line.date_to for line in lines)
        earlier = state.before(first, last, [lines[0].code])
        changes = [each.date_from for each in (*lines, *earlier)]
        changes += [day_after(each.date_to) for each in (*lines, *earlier)]
        changes += setting_edits.units.changes((lines[0].code,))
        asked = days_of_change(first, last, changes)
        return [
            day for day in asked if any(each.date_from <= day <= each.date_to for each in lines)
        ]

    def _group(
        self,
        state: ClaimState,
        setting_edits: SettingEdits,
        match: Match[UnitEdit],
        line: ServiceLine,
    ) -> Hashable:
        """Lines that are summed together: one line, or all of the code and provider."""
        mai = match.row.mai
        if mai == 1:
            return line.number
        if mai == 2 or mai == 3 or mai is None:
            return identity(self._scope(setting_edits), state.claim, line)
        assert_never(mai)

    def _scope(self, setting_edits: SettingEdits) -> Scope:
        return resolve(setting_edits.terms.scope, self.edit_tables.payer)

    def _evaluate_group(
        self,
        state: ClaimState,
        setting_edits: SettingEdits,
        match: Match[UnitEdit],
        day: date,
        lines: list[ServiceLine],
        found: set[tuple[int, ...]],
    ) -> None:
        """Judge lines that are summed on a day; ``found`` are those that were found already."""
        numbers = tuple(line.number for line in lines)
        if numbers not in found:
            finding = self._evaluate_day(state, setting_edits, match, day, lines)
            if finding is not None:
                found.add(numbers)
                state.record_finding(self, finding)

    def _evaluate_day(
        self,
        state: ClaimState,
        setting_edits: SettingEdits,
        match: Match[UnitEdit],
        day: date,
        lines: list[ServiceLine],
    ) -> Finding | None:
        most, mai = match.row.most, match.row.mai
        paid, perhaps, doubt = self._earlier(state, setting_edits, match, day, lines[0])
        units = sum(map(daily_units, (*lines, *paid)), Decimal(0))
        if mai is None and _is_above(units, match):
            return self._of_lines(state, match, day, lines)
        if _is_above(units, match):
            return self._finding(match, day, lines, paid, units)
        if units + sum(map(daily_units, perhaps)) <= most:
            doubt = NONE_MISSING
        lacking = self._lacking(state, setting_edits, match, day, doubt)
        for line in lines:
            state.record_missing(self, line.number, lacking)
        return None

    def _lacking(
        self,
        state: ClaimState,
        setting_edits: SettingEdits,
        match: Match[UnitEdit],
        day: date,
        doubt: MissingFacts,
    ) -> MissingFacts:
        """What keeps it open whether units that fit do so beside all that is not known."""
        if match.row.mai != _BY_LINE and not self._is_complete(state, setting_edits, day):
            doubt = (*doubt, HISTORY)
        if doubt and match.row.mai is None:
            doubt = (*doubt, _by_line_or_day(match))
        return doubt

    def _of_lines(
        self, state: ClaimState, match: Match[UnitEdit], day: date, lines: list[ServiceLine]
    ) -> Finding | None:
        """Of lines that are above the value together, those that are so alone; others are open."""
        above = [line for line in lines if _is_above(daily_units(line), match)]
        for line in lines:
            if line not in above:
                state.record_missing(self, line.number, (_by_line_or_day(match),))
        if not above:
            return None
        units = max(map(daily_units, above))
        return self._finding(match, day, above, [], units)

    def _is_complete(self, state: ClaimState, setting_edits: SettingEdits, day: date) -> bool:
        npi = state.claim.billing_provider.npi
        return state.history.is_complete(day, self._scope(setting_edits), npi)

    def _earlier(
        self,
        state: ClaimState,
        setting_edits: SettingEdits,
        match: Match[UnitEdit],
        day: date,
        line: ServiceLine,
    ) -> tuple[list[HistoryLine], list[HistoryLine], MissingFacts]:
        """The earlier lines that count on the day, those that may, and why they only may."""
        paid: list[HistoryLine] = []
        perhaps: list[HistoryLine] = []
        if match.row.mai == _BY_LINE:
            return paid, perhaps, NONE_MISSING
        doubts: dict[MissingFact, None] = {}
        scope = self._scope(setting_edits)
        for earlier in state.before(day, day, [line.code]):
            if earlier.code != line.code or not earlier.date_from <= day <= earlier.date_to:
                continue
            same = shares(scope, state.claim, line, earlier)
            counts, status = state.status(earlier)
            if same is None or not counts:
                continue
            (perhaps if same or status else paid).append(earlier)
            doubts.update(dict.fromkeys((*same, *status)))
        return paid, perhaps, tuple(doubts)

    def _finding(
        self,
        match: Match[UnitEdit],
        day: date,
        lines: list[ServiceLine],
        paid: list[HistoryLine],
        units: Decimal,
    ) -> Finding:
        most, mai = match.row.most, match.row.mai
        where = f"{day}" if mai and mai != _BY_LINE else "one line"
        before = f", {sum(map(daily_units, paid))} of them paid before" if paid else ""
        told = f"{most} (MAI {mai})" if mai and not match.terms.is_own else f"{most}"
        return Finding(
            rule=self.rule_id,
            lines=tuple(line.number for line in lines),
            outcome=self.outcome,
            detected_in=self.detected_in,
            adjustment=match.terms.unit_adjustment,
            message=(
                f"{units} units of {lines[0].code} on {where}{before}; "
                f"{match.terms.unit_words} is {told}, and all units are denied{match.since}"
                if most
                else f"{lines[0].code} on {day}: {match.terms.unit_words} is {told}, "
                f"and no unit is paid{match.since}"
            ),
            evidence=(*map(evidence_of, lines), *map(evidence_of, paid), *match.evidence()),
            citations=match.terms.unit_citations,
        )

    def _without_table(self, state: ClaimState) -> None:
        setting = state.claim.setting
        doubt = self.edit_tables.absent(setting) if setting else field("setting")
        for line in state.lines:
            state.record_missing(self, line.number, doubt)


def _is_above(units: Decimal, match: Match[UnitEdit]) -> bool:
    """Whether the units exceed the MUE; of a value of 0 any do, though rounded they be none.

    Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-31 and I-33.
    """
    return units > match.row.most or match.row.most == 0


def _by_line_or_day(match: Match[UnitEdit]) -> MissingFact:
    return MissingFact("text", f"whether the MUE of {match.row.code} is of a line or of a day")


def _is_plain(state: ClaimState, lines: list[ServiceLine]) -> bool:
    """Whether the first line stands alone on one day, and nothing known can count with it."""
    first = lines[0]
    return not state.has_earlier and len(lines) == 1 and first.date_from == first.date_to


def daily_units(line: ServiceLine) -> Decimal:
    """Units of service per day: of a span, divided by its days and rounded to the nearest.

    Source: Medicare NCCI Policy Manual 2026, chapter I, page I-34.
    """
    units = line.units
    if isinstance(line, HistoryLine) and line.paid_units is not None:
        units = line.paid_units
    if line.date_from == line.date_to:
        return units
    return (units / line.days).quantize(Decimal(1), ROUND_HALF_UP)
