"""The first day on which a line would be paid, and what limits leave for it until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Protocol

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Finding, LineDecision, NotEvaluated
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.engine.months import months_on
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.history import History
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.change_days import ChangeDays
from payer_rules.rules import ASSUMABLE, Rule
from payer_rules.rules.carried_texts import carried_text
from payer_rules.text.lists import listed

#: The expected outcomes of a line that is paid as billed.
PAID: Final = ("pay", "inform")
_UNREAD: Final = "unread"
#: In months, how far ahead days are tried.
_HORIZON: Final = 24
_DAY: Final = timedelta(days=1)
_ALL: Final = Assumptions.presuming(frozenset(ASSUMABLE))
_ALL_BUT_HISTORY: Final = Assumptions.presuming(frozenset(ASSUMABLE) - {"history"})

#: Rules look a year or two to either side of a day, and the calendar has ends.
_EARLIEST: Final = date(3, 1, 1)
_LATEST: Final = date(9997, 12, 31)


@attrs.frozen(kw_only=True)
class BlockedPeriod:
    """A period of days, both included, on which a finding keeps the line from being paid."""

    first: date
    last: date
    finding: Finding


@attrs.frozen(kw_only=True)
class NextPayable:
    """The first day, from ``first`` to ``last``, on which a line would be paid.

    ``day`` is ``None`` if there is no such day, or if an earlier day is ``unread_from``: the first
    on which nothing was found because the payer's texts on the line were not read. No later day is
    tried then, since it would be later only for want of a text. For the same reason ``last`` is the
    day before a text against the line is too old to judge by. ``answer`` is the decision on the
    line on the one or the other day, or else on the first, and ``not_evaluated`` is what this
    decision misses on the line. ``blocked`` are the periods before the day, or up to ``last``.
    ``left`` is what limits leave on the first day, without the claim itself.
    """

    claim: str
    payer: str
    line: int
    first: date
    last: date
    day: date | None
    unread_from: date | None = None
    answer: LineDecision
    not_evaluated: tuple[NotEvaluated, ...] = ()
    blocked: tuple[BlockedPeriod, ...] = ()
    left: tuple[UnitsLeft, ...] = ()


class Decide(Protocol):
    """The function that decides a claim by a rule book."""

    def __call__(self, claim: Claim, history: History, *, test_cures: bool) -> Decision:
        """Return the decision on the claim."""


@attrs.frozen(eq=False)
class NextPayableSearch:
    """The search for the first day on which a line of a claim would be paid."""

    applicable: ApplicableRules
    rules: Sequence[Rule]
    tables: Sequence[EditTables]
    decide: Decide
    claim: Claim
    history: History

    def answer(self, number: int | None, first: date | None, last: date | None) -> NextPayable:
        """Return the answer for the line with the number, or for the first line.

        The days that are tried, which the answer has, stay within the years 3 to 9997.
        """
        line = self._line(number)
        start = min(max(first or line.date_from, _EARLIEST), _LATEST)
        end = max(min(last or months_on(start, _HORIZON), _LATEST), start)
        decisions, end = self._decisions(line, start, end)
        number, (tried, decision) = line.number, decisions[-1]
        answer = answer_on(decision, number)
        day = tried if answer.expected in PAID else None
        unread_from = tried if answer.expected == _UNREAD else None
        found = day or unread_from
        known = decision if found else decisions[0][1]
        return NextPayable(
            claim=self.claim.id,
            payer=self.applicable.payer.id,
            line=number,
            first=start,
            last=end,
            day=day,
            unread_from=unread_from,
            answer=answer_on(known, number),
            not_evaluated=tuple(each for each in known.not_evaluated if number in each.lines),
            blocked=blocked_periods(decisions, number, found - _DAY if found else end),
            left=tuple(self._left(line, start)),
        )

    def _line(self, number: int | None) -> ServiceLine:
        lines = sorted(self.claim.lines, key=lambda line: line.number)
        if number is None:
            return lines[0]
        found = [line for line in lines if line.number == number]
        if not found:
            message = f"the claim has no line {number}"
            remedy = f"Its lines are {listed([str(line.number) for line in lines], 'and')}."
            raise InvalidValueError([FieldError(("line",), message, remedy)])
        return found[0]

    def _decisions(
        self, line: ServiceLine, start: date, end: date
    ) -> tuple[list[tuple[date, Decision]], date]:
        """Return the decisions up to the first day on which nothing keeps the line unpaid.

        The second value is the last day that was tried.
        """
        claim, history = self.claim, self.history
        found = ChangeDays(
            self.applicable, self.rules, self.tables, claim, line, history, start, end
        )
        decisions: list[tuple[date, Decision]] = []
        for day in found.days():
            decision = self.decide(moved(claim, line, day), history, test_cures=False)
            is_free = answer_on(decision, line.number).expected in (*PAID, _UNREAD)
            if is_free and decisions and self._is_too_old(decisions[-1][1], line.number, day):
                return decisions, day - _DAY
            decisions.append((day, decision))
            if is_free:
                break
        return decisions, end

    def _is_too_old(self, decision: Decision, number: int, day: date) -> bool:
        """Return True if the text of a finding on the line is too old to judge the day by."""
        broken = {finding.rule for finding in findings_on(decision, number)}
        return any(
            all(_is_expired(rule, day) for rule in self.rules if rule.id == name)
            for name in broken.intersection(rule.id for rule in self.rules)
        )

    def _left(self, line: ServiceLine, day: date) -> Iterator[UnitsLeft]:
        """Yield what each limit that applies to the line leaves for it on the day."""
        claim = moved(self.claim, line, day)
        state = ClaimState(claim, self.history, _ALL_BUT_HISTORY)
        complete = ClaimState(claim, self.history.assumed_complete(), _ALL)
        placed = next(each for each in claim.lines if each.number == line.number)
        for compiled, lines in self.applicable.meet(state).lines.items():
            if any(each is placed and not missing for each, missing in lines):
                left = compiled.evaluator.units_left(state, placed)
                if left is None:
                    continue
                presumed = compiled.evaluator.units_left(complete, placed)
                if presumed is not None and presumed.at_least == presumed.at_most:
                    left = attrs.evolve(left, presumed=presumed.at_least)
                yield left


def _is_expired(rule: Rule, day: date) -> bool:
    verified = rule.verified_dates
    return verified is not None and carried_text(verified, rule.citations, day) == "expired"


def moved(claim: Claim, line: ServiceLine, day: date) -> Claim:
    """Return the claim with the line on another day, of which receipt is not known."""
    last = day + (line.date_to - line.date_from)
    lines = [
        attrs.evolve(each, date_from=day, date_to=last) if each is line else each
        for each in claim.lines
    ]
    return attrs.evolve(claim, lines=lines, received=None, sent=None)


def answer_on(decision: Decision, number: int) -> LineDecision:
    """Return the decision on the line with the number."""
    return next(line for line in decision.lines if line.line == number)


def findings_on(decision: Decision, number: int) -> list[Finding]:
    """Return the findings that keep the line from being paid."""
    return [
        finding
        for finding in decision.findings
        if number in finding.lines and finding.outcome not in PAID
    ]


def blocked_periods(
    decisions: list[tuple[date, Decision]], number: int, end: date
) -> tuple[BlockedPeriod, ...]:
    """Return the periods in which findings keep the line from being paid, by their first days.

    Each decision holds up to the day before the next one, and the last one to ``end``. Periods of
    one rule that follow each other without a gap are joined.
    """
    found: list[BlockedPeriod] = []
    for first, last, finding in _by_day(decisions, number, end):
        earlier = next((p for p in found if _continues(p, first, finding)), None)
        if earlier is None:
            found.append(BlockedPeriod(first=first, last=last, finding=finding))
        else:
            found[found.index(earlier)] = attrs.evolve(earlier, last=last)
    return tuple(found)


def _by_day(
    decisions: list[tuple[date, Decision]], number: int, end: date
) -> Iterator[tuple[date, date, Finding]]:
    one = timedelta(days=1)
    starts = [day for day, _ in decisions]
    for (_, decision), (first, following) in zip(
        decisions, pairwise([*starts, end + one]), strict=True
    ):
        for finding in findings_on(decision, number):
            yield first, following - one, finding


def _continues(period: BlockedPeriod, first: date, finding: Finding) -> bool:
    follows = period.last + timedelta(days=1) == first
    return follows and period.finding.rule == finding.rule
