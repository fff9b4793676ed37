"""The lines that a limit counts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import attrs

from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.keeping_order import in_keeping_order
from payer_rules.engine.limits.window_totals import WindowTotal, WindowTotals
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.engine.verdict import LineReference
from payer_rules.kinds.frequency_limit.claim_limit import ClaimLimit
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit


@attrs.frozen(eq=False)
class LineGroup:
    """The lines of a claim that count together, in keeping order, and the earlier lines.

    They share a pool of codes, the provider that the scope asks for and, where sessions are
    counted, the session.
    """

    limit: ClaimLimit
    totals: WindowTotals
    candidates: Sequence[CountedLine]
    earlier: Sequence[CountedLine]
    #: The earlier lines that certainly count.
    certain_earlier: Sequence[CountedLine] = attrs.field(init=False)
    #: For each candidate the line that may count for others, or ``None`` if it never does.
    _possible: Sequence[CountedLine | None] = attrs.field(init=False)
    #: True if a line, of the claim or earlier, has more than one day, or may be in several courses.
    has_several_days: bool = attrs.field(init=False)

    @classmethod
    def of(cls, limit: ClaimLimit, candidates: Sequence[CountedLine]) -> LineGroup:
        """Return the candidates in keeping order, with the earlier lines that count with them."""
        totals = limit.totals(candidates[0].line)
        earlier = list(limit.earlier_lines(candidates, totals))
        ordered = in_keeping_order(candidates, limit.selection.rule.keeps)
        return cls(limit, totals, ordered, earlier)

    @certain_earlier.default
    def _without_missing_facts(self) -> Sequence[CountedLine]:
        return [line for line in self.earlier if not line.missing]

    @_possible.default
    def _as_possible(self) -> Sequence[CountedLine | None]:
        return [
            None if line.is_denied or self._never_fits(line) else with_payable_unless(line)
            for line in self.candidates
        ]

    @has_several_days.default
    def _any_line_of_several_days(self) -> bool:
        courses = self.limit.layout.courses
        if courses is not None and courses.missing:
            return True
        return any(line.has_several_days for line in (*self.candidates, *self.earlier))

    @property
    def rule(self) -> FrequencyLimit:
        """Return the limit as this reading states it."""
        return self.limit.selection.rule

    @property
    def maximum(self) -> Decimal:
        """Return the number that a window may hold."""
        assert self.rule.limit != "none"
        return self.rule.limit

    def nearby_earlier(self, candidate: CountedLine) -> list[CountedLine]:
        """Return the earlier lines that can matter to the line."""
        days = self.totals.related_days(candidate.days)
        return [line for line in self.earlier if line.days.overlaps(days)]

    def possible_others(self, at: int) -> Iterator[CountedLine]:
        """Yield the lines of the claim that may count in a window before the line at the position.

        Each has the facts without which this is open.
        """
        candidate = self.candidates[at]
        in_turn = not (candidate.is_denied or candidate.payable_unless)
        others = self._possible[:at]
        if self.rule.excess == "deny-all" or not in_turn:
            others = [*others, *self._possible[at + 1 :]]
        days = self.totals.related_days(candidate.days)
        for other in others:
            if other is not None and other.days.overlaps(days):
                yield other

    def _never_fits(self, candidate: CountedLine) -> bool:
        """Return True if the line alone exceeds the limit and is denied for it."""
        amount = candidate.amount
        if (
            candidate.amount_unless
            or amount is None
            or amount <= self.maximum
            or self.rule.excess != "deny-lines"
        ):
            return False
        return not self.totals.depends_on_day(candidate)

    def least(self, candidate: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the least total of the fullest window around the line."""
        return self.totals.least(candidate, others, self.maximum)

    def most(self, candidate: CountedLine, others: Sequence[CountedLine]) -> WindowTotal:
        """Return the most total of the fullest window around the line."""
        return self.totals.most(candidate, others)

    def fits_at_most(self, candidate: CountedLine, others: Sequence[CountedLine]) -> bool:
        """Return True if the line fits, even if all of the others count in full."""
        if any(line.amount is None for line in (candidate, *others)):
            return False
        return self.most(candidate, others).total <= self.maximum

    def missing_days(self, lines: Iterable[CountedLine]) -> MissingFacts:
        """Return what is missing to know how the lines are spread over the windows."""
        courses = self.limit.layout.courses
        unknown = courses.missing if courses is not None else NONE_MISSING
        return tuple(
            missing
            for line in lines
            if self.totals.depends_on_day(line)
            for missing in (*missing_day(line.line), *unknown)
        )


def with_payable_unless(candidate: CountedLine) -> CountedLine:
    """Return the counted line, with what is missing to know that the line is payable."""
    if not candidate.payable_unless:
        return candidate
    missing = (*candidate.missing, *candidate.payable_unless)
    return attrs.evolve(candidate, missing=missing)


def in_window(lines: Iterable[CountedLine], total: WindowTotal) -> tuple[LineReference, ...]:
    """Return the lines that certainly count in the window."""
    return tuple(LineReference.of(line.line) for line in lines if line.least_in(total.window))
