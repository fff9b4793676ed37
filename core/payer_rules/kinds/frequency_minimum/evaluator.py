"""The evaluation of minimums: the least and the most that a window around a line can hold.

Earlier lines that are not known can only add to a window, and so can services that follow before it
ends. So a line is short only if nothing can follow and the most that is possible is too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.window_days import window_days
from payer_rules.engine.limits.window_totals import WindowTotal, WindowTotals
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts, field
from payer_rules.engine.rule_evaluator import LineRuleEvaluator
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.frequency_limit.amounts import AGGREGATIONS
from payer_rules.kinds.frequency_limit.claim_limit import ClaimLimit
from payer_rules.kinds.frequency_limit.line_group import in_window, with_payable_unless
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.kinds.frequency_minimum.shortfall import Shortfall
from payer_rules.kinds.frequency_minimum.words import WORDS
from payer_rules.rules import Payer

_NOTHING: Final = Decimal(0)
#: The window has not ended when the claim was received: other services may follow.
WINDOW_END: Final = field("window_end")


class FrequencyMinimumEvaluator(LineRuleEvaluator[FrequencyMinimum, Shortfall]):
    """The evaluator of a minimum. It counts lines as a limit on the counted codes does."""

    def __init__(self, rule: FrequencyMinimum, payer: Payer) -> None:
        super().__init__(rule, WORDS, self._answer)
        self._counted = Selection.of(_as_limit(rule), payer)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the earlier lines in the windows of the line."""
        return self._counted.lookbacks(claim, line)

    def window_days(self, claim: Claim, day: int) -> Iterator[int]:
        """Yield the days from which on a moved line may share other windows with the day."""
        layout = Layout.of(self.rule.window, claim)
        yield from window_days(layout, day)
        received = _received(claim)
        if received is not None:
            yield from window_days(layout, received.toordinal())

    def _answer(
        self, rule: FrequencyMinimum, state: ClaimState, line: ServiceLine
    ) -> Answer[Shortfall]:
        """Return the shortfall of the line if it has one on each of its days."""
        layout = Layout.of(rule.window, state.claim)
        limit = ClaimLimit(self._counted, state, layout, lambda evaluator: False)
        own = list(self._own_lines(limit, state, line))
        first, last = line.date_from.toordinal(), line.date_to.toordinal()
        days = [first] if layout.is_one_line else range(first, last + 1)
        answers = [_AroundDay.of(rule, limit, line, day, own).answer() for day in days]
        found = [answer for answer in answers if isinstance(answer, Shortfall)]
        if len(found) == len(answers):
            return broken(rule, line, max(found, key=_total))
        if all(answer == NONE_MISSING for answer in answers):
            return NONE_MISSING
        missing = [fact for answer in answers if isinstance(answer, tuple) for fact in answer]
        return tuple(dict.fromkeys((*missing, *missing_day(line))))

    def _own_lines(
        self, limit: ClaimLimit, state: ClaimState, line: ServiceLine
    ) -> Iterator[CountedLine]:
        """Yield the lines of the claim that count, or may, with the line."""
        codes = self.rule.counted_codes
        met = [(other, NONE_MISSING) for other in state.lines if other.code in codes]
        group = self._counted.group_of(state.claim, line)
        for counted in limit.candidates(met, {}).get(group, ()):
            if counted.line is line:
                # NOTE: what becomes of the line matters only if it is payable.
                yield attrs.evolve(counted, payable_unless=NONE_MISSING, is_denied=False)
            elif not counted.is_denied:
                yield with_payable_unless(counted)


@attrs.frozen(eq=False)
class _AroundDay:
    """The windows around a line on one of its days, and the lines that may count in them."""

    rule: FrequencyMinimum
    limit: ClaimLimit
    line: CountedLine
    lines: Sequence[CountedLine]

    @classmethod
    def of(
        cls,
        rule: FrequencyMinimum,
        limit: ClaimLimit,
        line: ServiceLine,
        day: int,
        own: Iterable[CountedLine],
    ) -> _AroundDay:
        """Return the windows around the day, with the lines of the claim and earlier ones."""
        # NOTE: a line without an amount, on a visit of its own, adds nothing or one visit.
        anchor = CountedLine(line=line, days=DaySpan(day, day), amount=_NOTHING, mark=object())
        totals = limit.totals(line)
        lines = [*own, *limit.earlier_lines([anchor], totals)]
        if limit.layout.is_one_line:
            lines = [counted for counted in lines if counted.line is line]
            days = DaySpan(line.date_from.toordinal(), line.date_to.toordinal())
            anchor = attrs.evolve(anchor, days=days)
        if rule.earlier_only:
            lines = [counted for counted in lines if counted.days.first < day]
        return cls(rule, limit, anchor, lines)

    def answer(self) -> Shortfall | MissingFacts:
        """Return the shortfall, or what is missing to know that there is none."""
        certain = [counted for counted in self.lines if self._is_certain(counted)]
        if not self.limit.layout.missing and self._least(certain).total >= self.rule.at_least:
            return NONE_MISSING
        most = self._most()
        open_facts = (*self._missing_history(), *self._missing_end())
        amounts = all(counted.amount is not None for counted in self.lines)
        if most.total < self.rule.at_least and amounts:
            return open_facts or Shortfall(most, in_window(certain, most))
        uncertain = [fact for counted in self.lines for fact in counted.missing]
        days = [fact for counted in self.lines for fact in missing_day(counted.line)]
        missing = (*self.limit.layout.missing, *uncertain, *days, *open_facts)
        return tuple(dict.fromkeys(missing))

    def _is_certain(self, counted: CountedLine) -> bool:
        is_before = counted.days.last < self.line.days.first
        return not counted.missing and (is_before or not self.rule.earlier_only)

    def _least(self, certain: Sequence[CountedLine]) -> WindowTotal:
        return self._total_of(certain, self._totals.least(self.line, certain, self.rule.at_least))

    def _most(self) -> WindowTotal:
        return self._total_of(self.lines, self._totals.most(self.line, self.lines))

    @property
    def _totals(self) -> WindowTotals:
        return self.limit.totals(self.line.line)

    def _total_of(self, lines: Sequence[CountedLine], total: WindowTotal) -> WindowTotal:
        """Return the total without the line that stands for the day."""
        if self.limit.layout.is_one_line:
            amounts = (counted.amount or _NOTHING for counted in lines)
            return attrs.evolve(total, total=sum(amounts, _NOTHING))
        visits = 1 if AGGREGATIONS[self.rule.counts] == "distinct" else 0
        return attrs.evolve(total, total=total.total - visits)

    def _missing_history(self) -> MissingFacts:
        return NONE_MISSING if self.limit.knows_history_of(self.line) else (HISTORY,)

    def _missing_end(self) -> MissingFacts:
        """Return what is missing to know that no service can follow in a window."""
        layout = self.limit.layout
        if self.rule.earlier_only or layout.is_one_line:
            return NONE_MISSING
        received = _received(self.limit.state.claim)
        if received is None:
            return field("received")
        last = layout.related_days(self.line.days).last
        return NONE_MISSING if received.toordinal() > last else WINDOW_END


def _as_limit(rule: FrequencyMinimum) -> FrequencyLimit:
    """Return a limit that counts the same lines."""
    return FrequencyLimit(
        id=rule.id,
        codes=rule.counted_codes,
        limit=rule.at_least,
        counts=rule.counts,
        window=rule.window,
        scope=rule.scope,
        only=rule.only,
        exempt=rule.exempt,
        unit_minutes=rule.unit_minutes,
        citations=rule.citations,
        rationale=rule.rationale,
    )


def _received(claim: Claim) -> date | None:
    """Return the earliest day on which the claim can have been received."""
    return claim.received or claim.sent


def _total(shortfall: Shortfall) -> Decimal:
    return shortfall.total.total
