"""Medically unlikely edits, the most units of a code on a line or a day: evaluator and words.

Medicaid's files do not state whether a value is of a line or of a day, and no other text that was
read does. There a line above the value is denied, and lines that are above it only together are
left open.

Source: Medicare NCCI Policy Manual 2026, chapter I, section V.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, assert_never

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure, Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import fewer_units, with_lines
from payer_rules.engine.days import day_after, days_of_change
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_tables import EditTables, SettingEdits
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.engine.providers import Scope, identity, resolve, shares
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.history import HistoryLine
from payer_rules.rules import Detection, Outcome, UnitEdit

_BY_LINE: Final = 1
#: What the value is of, by the adjudication indicator.
_WINDOWS: Final = {
    None: "on one line or a day (the table does not state which)",
    1: "on one line",
    2: "a day",
    3: "a day",
}
_ONCE: Final = "only if billed twice"
#: Whether more units are paid later, by the adjudication indicator.
_ON_APPEAL: Final = {2: "; more not on appeal either", 3: "; more only on appeal"}


@attrs.frozen
class UnitDetails:
    """The details of a verdict about units: the row, the day, and the units counted.

    ``paid`` are earlier lines that count, with ``paid_units`` among the ``units``. ``of_day`` is
    True if the units of a day are counted where it is not stated whether the MUE is of a line.
    """

    match: Match[UnitEdit]
    code: str
    day: date
    units: Decimal
    paid: tuple[LineReference, ...] = ()
    paid_units: Decimal = Decimal(0)
    of_day: bool = False


class MueEvaluator(Evaluator):
    """The evaluator of ``PAYER/mue``: the units of each code, of all lines billed.

    As a part of the baseline it has another ``rule_id``.
    """

    outcome: Outcome = "deny"
    detected_in: Detection = "claim"
    limits_days = True
    finds_all_in_known_lines = True
    takes_lines_as_billed = True

    def __init__(self, edit_tables: EditTables, rule_id: str | None = None) -> None:
        self.rule_id = rule_id or f"{edit_tables.payer.id}/mue"
        self.edit_tables = edit_tables

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines of a code whose units exceed its MUE on the line, or on the day."""
        setting = state.claim.setting
        edits = self._edits(state)
        if edits is None or not edits.units.sources:
            missing = self.edit_tables.absent(setting) if setting else field("setting")
            for line in state.lines:
                state.record_missing(self, line.number, missing)
            return
        claim_units = self._claim_units(state, edits)
        by_code: dict[str, list[ServiceLine]] = {}
        for line, _ in met:
            if line.date_from == line.date_to and not state.shares_day(line):
                claim_units.evaluate_single(line)
            else:
                by_code.setdefault(line.code, []).append(line)
        for lines in by_code.values():
            claim_units.evaluate(lines)

    def units_left(self, state: ClaimState, line: ServiceLine) -> UnitsLeft | None:
        """Return the units that the MUE leaves for the line; ``None`` if its code has no MUE."""
        edits = self._edits(state)
        return self._claim_units(state, edits).units_left(line) if edits else None

    def _edits(self, state: ClaimState) -> SettingEdits | None:
        return self.edit_tables.by_setting.get(state.claim.setting or "")

    def _claim_units(self, state: ClaimState, edits: SettingEdits) -> _ClaimUnits:
        scope = resolve(edits.terms.scope, self.edit_tables.payer)
        return _ClaimUnits(self, state, edits, scope)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the code of the line, on its days."""
        return (lookback_on_days(frozenset([line.code]), line),)

    def describe(self, verdict: Verdict[UnitDetails], claim: Claim) -> Finding:
        """Return the verdict as a finding."""
        details = verdict.details
        by_number = {line.number: line for line in claim.lines}
        return Finding(
            rule=self.rule_id,
            lines=verdict.lines,
            outcome=verdict.outcome,
            detected_in=self.detected_in,
            adjustment=details.match.terms.unit_adjustment,
            message=_message(details),
            evidence=(
                *(evidence_of(by_number[number]) for number in verdict.lines),
                *map(evidence_of, details.paid),
                *details.match.evidence,
            ),
            citations=(*details.match.terms.unit_citations, *details.match.citations),
            cure=_cure(verdict, claim),
        )


@attrs.frozen(eq=False)
class _ClaimUnits:
    """The units of one claim in its setting."""

    evaluator: MueEvaluator
    state: ClaimState
    edits: SettingEdits
    scope: Scope

    def evaluate(self, lines: list[ServiceLine]) -> None:
        """Evaluate the lines of one code."""
        first, day = lines[0], lines[0].date_from
        is_single = len(lines) == 1 and day == first.date_to
        if is_single and not self.state.before(day, day, [first.code]):
            self.evaluate_single(first)
        else:
            self._evaluate_days(lines)

    def units_left(self, line: ServiceLine) -> UnitsLeft | None:
        """Return the units that the MUE of the first day leaves, without the claim's own lines."""
        day = line.date_from
        match = self._find(line.code, day)
        if not isinstance(match, Match):
            return None
        paid, uncertain, _ = self._earlier(match, day, line)
        used = sum(map(daily_units, paid), Decimal(0))
        perhaps = sum(map(daily_units, uncertain), used)
        most = Decimal(match.row.most)
        is_of_day = match.row.mai not in (_BY_LINE, None)
        is_known = not self._open(match, day, NONE_MISSING)
        return UnitsLeft(
            rule=self.evaluator.rule_id,
            limit=most,
            counts="units",
            window=_WINDOWS[match.row.mai],
            first=day if is_of_day else None,
            last=day if is_of_day else None,
            at_least=max(Decimal(0), most - perhaps) if is_known else Decimal(0),
            at_most=max(Decimal(0), most - used) if is_of_day else most,
            citations=match.terms.unit_citations,
        )

    def evaluate_single(self, line: ServiceLine) -> None:
        """Evaluate a line of one day with which no other known line counts."""
        answer = self._find(line.code, line.date_from)
        if isinstance(answer, Match):
            if line.units > answer.row.most:
                self._evaluate_group(answer, line.date_from, [line], set())
                return
            answer = self._open(answer, line.date_from, NONE_MISSING)
        if answer:
            self.state.record_missing(self.evaluator, line.number, answer)

    def _evaluate_days(self, lines: list[ServiceLine]) -> None:
        """Evaluate the lines on each day on which the sum, or the MUE, may change.

        A line counts on the days for which there is a table; for its other days it is left open.
        """
        recorded: set[tuple[int, ...]] = set()
        for day in self._days(lines):
            on_day = [line for line in lines if line.date_from <= day <= line.date_to]
            match = self._find(lines[0].code, day)
            if not isinstance(match, Match):
                self._record_missing(on_day, match)
                continue
            groups: dict[Hashable, list[ServiceLine]] = {}
            for line in on_day:
                groups.setdefault(self._group(match, line), []).append(line)
            for group in groups.values():
                self._evaluate_group(match, day, group, recorded)

    def _days(self, lines: list[ServiceLine]) -> list[date]:
        """Return the days of the lines on which the sum, or the MUE, may change."""
        days = {line.date_from for line in lines}
        if all(line.date_from == line.date_to for line in lines):
            return sorted(days)
        first, last = min(days), max(line.date_to for line in lines)
        earlier = self.state.before(first, last, [lines[0].code])
        changes = [line.date_from for line in (*lines, *earlier)]
        changes += [day_after(line.date_to) for line in (*lines, *earlier)]
        changes += self.edits.units.changes((lines[0].code,))
        return [
            day
            for day in days_of_change(first, last, changes)
            if any(line.date_from <= day <= line.date_to for line in lines)
        ]

    def _find(self, code: str, day: date) -> Match[UnitEdit] | MissingFacts:
        return self.edits.units.find((code,), day, day, self.state.assumptions.carries_tables)

    def _group(self, match: Match[UnitEdit], line: ServiceLine) -> Hashable:
        """Return the key of lines that are summed: one line, or all of the code and provider."""
        mai = match.row.mai
        if mai == 1:
            return line.number
        if mai == 2 or mai == 3 or mai is None:
            return identity(self.scope, self.state.claim, line)
        assert_never(mai)

    def _evaluate_group(
        self,
        match: Match[UnitEdit],
        day: date,
        lines: list[ServiceLine],
        recorded: set[tuple[int, ...]],
    ) -> None:
        """Evaluate lines that are summed on a day, unless they have a verdict of another day."""
        numbers = tuple(line.number for line in lines)
        if numbers not in recorded:
            verdict = self._verdict_of_day(match, day, lines)
            if verdict is not None:
                recorded.add(numbers)
                self.state.record(self.evaluator, verdict)

    def _verdict_of_day(
        self, match: Match[UnitEdit], day: date, lines: list[ServiceLine]
    ) -> Verdict[UnitDetails] | None:
        paid, uncertain, missing = self._earlier(match, day, lines[0])
        paid_units = sum(map(daily_units, paid), Decimal(0))
        units = sum(map(daily_units, lines), paid_units)
        if _is_above(units, match):
            references = tuple(map(LineReference.of, paid))
            details = UnitDetails(match, lines[0].code, day, units, references, paid_units)
            if match.row.mai is None:
                return self._verdict_of_lines(details, lines)
            return self._verdict(lines, details)
        if units + sum(map(daily_units, uncertain)) <= match.row.most:
            missing = NONE_MISSING
        self._record_missing(lines, self._open(match, day, missing))
        return None

    def _verdict_of_lines(
        self, of_day: UnitDetails, lines: list[ServiceLine]
    ) -> Verdict[UnitDetails] | None:
        """Return the verdict on the lines that are above the value alone; leave the others open.

        ``of_day`` are the units of the day with those of earlier lines.
        """
        match = of_day.match
        above = [line for line in lines if _is_above(daily_units(line), match)]
        others = [line for line in lines if line not in above]
        if others:
            verdict = self._verdict(others, attrs.evolve(of_day, of_day=True))
            self.state.record_unclear(self.evaluator, verdict, _line_or_day(match))
        if not above:
            return None
        units = max(map(daily_units, above))
        return self._verdict(above, UnitDetails(match, of_day.code, of_day.day, units))

    def _verdict(self, lines: list[ServiceLine], details: UnitDetails) -> Verdict[UnitDetails]:
        numbers = tuple(line.number for line in lines)
        return Verdict(self.evaluator.rule_id, numbers, self.evaluator.outcome, details)

    def _open(self, match: Match[UnitEdit], day: date, missing: MissingFacts) -> MissingFacts:
        """Return what is missing to know that units which fit do so with all unknown lines."""
        npi = self.state.claim.billing_provider.npi
        if match.row.mai != _BY_LINE and not self.state.history.is_complete(day, self.scope, npi):
            missing = (*missing, HISTORY)
        if missing and match.row.mai is None:
            missing = (*missing, *_line_or_day(match))
        return missing

    def _earlier(
        self, match: Match[UnitEdit], day: date, line: ServiceLine
    ) -> tuple[list[HistoryLine], list[HistoryLine], MissingFacts]:
        """Return the earlier lines that count on the day, those that may, and what is missing."""
        paid: list[HistoryLine] = []
        uncertain: list[HistoryLine] = []
        if match.row.mai == _BY_LINE:
            return paid, uncertain, NONE_MISSING
        missing: dict[MissingFact, None] = {}
        for earlier in self.state.before(day, day, [line.code]):
            if earlier.code != line.code or not earlier.date_from <= day <= earlier.date_to:
                continue
            same = shares(self.scope, self.state.claim, line, earlier)
            counts, status = self.state.status(earlier)
            if same is None or not counts:
                continue
            (uncertain if same or status else paid).append(earlier)
            missing.update(dict.fromkeys((*same, *status)))
        return paid, uncertain, tuple(missing)

    def _record_missing(self, lines: Iterable[ServiceLine], missing: MissingFacts) -> None:
        for line in lines:
            self.state.record_missing(self.evaluator, line.number, missing)


def _cure(verdict: Verdict[UnitDetails], claim: Claim) -> Cure | None:
    """Return the claim without the last of several lines, or with as many units as are paid."""
    details = verdict.details
    most = details.match.row.most
    appeal = _ON_APPEAL.get(details.match.row.mai or 0, "")
    last = next(line for line in claim.lines if line.number == verdict.lines[-1])
    if details.paid or not most:
        return None
    if len(verdict.lines) == 1 and last.date_from == last.date_to:
        return fewer_units(claim, last, Decimal(most), appeal)
    if len(verdict.lines) == 1 or details.units - daily_units(last) > most:
        return None
    return Cure(
        change=f"remove line {last.number}",
        condition=f"{_ONCE}{appeal}",
        claim=with_lines(claim, (line for line in claim.lines if line is not last)),
    )


def _message(details: UnitDetails) -> str:
    match = details.match
    most, mai = match.row.most, match.row.mai
    limit = match.terms.unit_limit(most, mai)
    if not most:
        return f"{details.code} on {details.day}: {limit} allows no unit{match.since}"
    is_of_day = details.of_day or (mai is not None and mai != _BY_LINE)
    where = f"{details.day}" if is_of_day else "one line"
    before = f", {details.paid_units} of them on earlier claims," if details.paid else ""
    units = f"{details.units} units of {details.code} on {where}{before}"
    if details.of_day:
        return f"{units} exceed {limit} if it is of a day: the table does not state it{match.since}"
    return f"{units} exceed {limit}: all units are denied{match.since}"


def _is_above(units: Decimal, match: Match[UnitEdit]) -> bool:
    """Return True if the units exceed the MUE; a value of 0 is exceeded even by a rounded 0.

    Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-31 and I-33.
    """
    return units > match.row.most or match.row.most == 0


def _line_or_day(match: Match[UnitEdit]) -> MissingFacts:
    name = f"whether the MUE of {match.row.code} is of a line or of a day"
    return (MissingFact("text", name),)


def daily_units(line: ServiceLine) -> Decimal:
    """Return the units of service per day: those of a span, divided by its days and rounded.

    Source: Medicare NCCI Policy Manual 2026, chapter I, page I-34.
    """
    units = line.units
    if isinstance(line, HistoryLine) and line.paid_units is not None:
        units = line.paid_units
    if line.date_from == line.date_to:
        return units
    return (units / line.days).quantize(Decimal(1), ROUND_HALF_UP)
