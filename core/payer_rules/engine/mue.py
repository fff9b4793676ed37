"""The judge of medically unlikely edits: the most units of a code on a line or a day.

Medicaid's files do not say whether a value is of a line or of a day, and it was not read elsewhere:
there a line above the value is denied, and lines that are above it only together are left open.

Source: Medicare NCCI Policy Manual 2026, chapter I, section V.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.edit_shelf import Shelf
from payer_rules.engine.edit_sources import Hit, Units
from payer_rules.engine.edit_tables import Shelves
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import HISTORY, SURE, Doubt, Missing, field
from payer_rules.engine.providers import Scope, identity, resolve, shares
from payer_rules.engine.reach import Reach, same_days
from payer_rules.history import HistoryLine
from payer_rules.rules import Outcome, Stage

_BY_LINE: Final = 1


class MueJudge:
    """Judges the units of each code, of all lines billed; it sees all lines of the claim."""

    outcome: Outcome = "deny"
    stage: Stage = "claim"

    def __init__(self, shelves: Shelves) -> None:
        self.rule_id = f"{shelves.payer.id}/mue"
        self.shelves = shelves

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Find all lines of a code whose units exceed its MUE on the line, or on the day."""
        setting = case.claim.setting
        shelf = self.shelves.by_setting.get(setting) if setting else None
        if shelf is None or not shelf.unit_sources:
            self._without_table(case)
            return
        for hit, lines in self._told(case, shelf, met):
            if _is_plain(case, lines) and lines[0].units <= hit.row.most:
                lacking = self._lacking(case, shelf, hit, lines[0].date_from, SURE)
                case.doubt(self, lines[0].number, lacking)
                continue
            groups: dict[Hashable, list[ServiceLine]] = {}
            for line in lines:
                groups.setdefault(self._group(case, shelf, hit, line), []).append(line)
            for each in groups.values():
                self._judge_group(case, shelf, hit, each)

    def reaches(self, claim: Claim, line: ServiceLine) -> Iterable[Reach]:
        """The code of the line, on its days."""
        return (same_days(frozenset([line.code]), line),)

    def _told(
        self, case: Adjudication, shelf: Shelf, met: list[tuple[ServiceLine, Doubt]]
    ) -> Iterable[tuple[Hit[Units], list[ServiceLine]]]:
        """Each MUE with the lines of its code; the lines without one are left open."""
        found: dict[tuple[str, str], tuple[Hit[Units], list[ServiceLine]]] = {}
        for line, _ in met:
            told = shelf.edits(case.world).units(line.code, line.date_from, line.date_to)
            if isinstance(told, Hit):
                found.setdefault((line.code, told.table), (told, []))[1].append(line)
            else:
                case.doubt(self, line.number, told)
        return found.values()

    def _group(
        self, case: Adjudication, shelf: Shelf, hit: Hit[Units], line: ServiceLine
    ) -> Hashable:
        """Lines that are summed together: one line, or all of the code and provider."""
        if hit.row.mai == _BY_LINE:
            return line.number
        return identity(self._scope(shelf), case.claim, line)

    def _scope(self, shelf: Shelf) -> Scope:
        return resolve(shelf.terms.scope, self.shelves.payer)

    def _judge_group(
        self, case: Adjudication, shelf: Shelf, hit: Hit[Units], lines: list[ServiceLine]
    ) -> None:
        found: set[tuple[int, ...]] = set()
        for day in _days(lines, hit):
            on_day = [line for line in lines if line.date_from <= day <= line.date_to]
            numbers = tuple(line.number for line in on_day)
            if numbers in found:
                continue
            finding = self._judge_day(case, shelf, hit, day, on_day)
            if finding is not None:
                found.add(numbers)
                case.find(self, finding)

    def _judge_day(
        self,
        case: Adjudication,
        shelf: Shelf,
        hit: Hit[Units],
        day: date,
        lines: list[ServiceLine],
    ) -> Finding | None:
        most, mai = hit.row.most, hit.row.mai
        paid, perhaps, doubt = self._earlier(case, shelf, hit, day, lines[0])
        units = sum(map(daily_units, (*lines, *paid)), Decimal(0))
        if mai is None and _is_above(units, hit):
            return self._of_lines(case, hit, day, lines)
        if _is_above(units, hit):
            return self._finding(hit, day, lines, paid, units)
        if units + sum(map(daily_units, perhaps)) <= most:
            doubt = SURE
        lacking = self._lacking(case, shelf, hit, day, doubt)
        for line in lines:
            case.doubt(self, line.number, lacking)
        return None

    def _lacking(
        self, case: Adjudication, shelf: Shelf, hit: Hit[Units], day: date, doubt: Doubt
    ) -> Doubt:
        """What keeps it open whether units that fit do so beside all that is not known."""
        if hit.row.mai != _BY_LINE and not self._is_complete(case, shelf, day):
            doubt = (*doubt, HISTORY)
        if doubt and hit.row.mai is None:
            doubt = (*doubt, _by_line_or_day(hit))
        return doubt

    def _of_lines(
        self, case: Adjudication, hit: Hit[Units], day: date, lines: list[ServiceLine]
    ) -> Finding | None:
        """Of lines that are above the value together, those that are so alone; others are open."""
        above = [line for line in lines if _is_above(daily_units(line), hit)]
        for line in lines:
            if line not in above:
                case.doubt(self, line.number, (_by_line_or_day(hit),))
        if not above:
            return None
        units = max(map(daily_units, above))
        return self._finding(hit, day, above, [], units)

    def _is_complete(self, case: Adjudication, shelf: Shelf, day: date) -> bool:
        npi = case.claim.billing_provider.npi
        return case.history.is_complete(day, self._scope(shelf), npi)

    def _earlier(
        self, case: Adjudication, shelf: Shelf, hit: Hit[Units], day: date, line: ServiceLine
    ) -> tuple[list[HistoryLine], list[HistoryLine], Doubt]:
        """The earlier lines that count on the day, those that may, and why they only may."""
        paid: list[HistoryLine] = []
        perhaps: list[HistoryLine] = []
        doubts: Doubt = SURE
        if hit.row.mai == _BY_LINE:
            return paid, perhaps, doubts
        for earlier in case.before(day, day, [line.code]):
            if earlier.code != line.code or not earlier.date_from <= day <= earlier.date_to:
                continue
            same = shares(self._scope(shelf), case.claim, line, earlier)
            counts, status = case.status(earlier)
            if same is None or not counts:
                continue
            (perhaps if same or status else paid).append(earlier)
            doubts = (*doubts, *same, *status)
        return paid, perhaps, doubts

    def _finding(
        self,
        hit: Hit[Units],
        day: date,
        lines: list[ServiceLine],
        paid: list[HistoryLine],
        units: Decimal,
    ) -> Finding:
        most, mai = hit.row.most, hit.row.mai
        where = f"{day}" if mai and mai != _BY_LINE else "one line"
        before = f", {sum(map(daily_units, paid))} of them paid before" if paid else ""
        told = f"{most} (MAI {mai})" if mai else f"{most}"
        return Finding(
            rule=self.rule_id,
            lines=tuple(line.number for line in lines),
            outcome=self.outcome,
            stage=self.stage,
            adjustment=hit.terms.unit_adjustment,
            message=(
                f"{units} units of {lines[0].code} on {where}{before}; "
                f"the MUE is {told}, and all units are denied{hit.since}"
                if most
                else f"{lines[0].code} on {day}: the MUE is {told}, and no unit is paid{hit.since}"
            ),
            evidence=(*map(evidence_of, lines), *map(evidence_of, paid), *hit.evidence()),
            citations=hit.terms.unit_citations,
        )

    def _without_table(self, case: Adjudication) -> None:
        setting = case.claim.setting
        doubt = self.shelves.absent(setting) if setting else field("setting")
        for line in case.lines:
            case.doubt(self, line.number, doubt)


def _is_above(units: Decimal, hit: Hit[Units]) -> bool:
    """Whether the units exceed the MUE; of a value of 0 any do, though rounded they be none.

    Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-31 and I-33.
    """
    return units > hit.row.most or hit.row.most == 0


def _by_line_or_day(hit: Hit[Units]) -> Missing:
    return Missing("text", f"whether the MUE of {hit.row.code} is of a line or of a day")


def _is_plain(case: Adjudication, lines: list[ServiceLine]) -> bool:
    """Whether the first line stands alone on one day, and nothing known can count with it."""
    first = lines[0]
    return not case.has_earlier and len(lines) == 1 and first.date_from == first.date_to


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


def _days(lines: list[ServiceLine], hit: Hit[Units]) -> Iterable[date]:
    """The days to judge; a line that is judged by itself has the same units on each of its days."""
    if hit.row.mai == _BY_LINE or (len(lines) == 1 and lines[0].date_from == lines[0].date_to):
        return (lines[0].date_from,)
    spans = (range(line.date_from.toordinal(), line.date_to.toordinal() + 1) for line in lines)
    return map(date.fromordinal, sorted(set().union(*spans)))
