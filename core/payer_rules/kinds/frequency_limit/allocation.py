"""The allocation of a limit to the lines of a group: which are kept, and which are the excess.

Earlier lines are kept already. The lines of the claim are taken in keeping order; a line is kept if
no window around it exceeds the limit with the lines kept before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, assert_never

import attrs

from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.keeping_order import in_keeping_order
from payer_rules.engine.limits.results import Excess, LimitResult
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts, field
from payer_rules.kinds.frequency_limit.certainty import missing_to_fit
from payer_rules.kinds.frequency_limit.line_group import LineGroup, in_window
from payer_rules.kinds.frequency_limit.parts import PaymentTiers, ReductionUnless
from payer_rules.kinds.frequency_limit.tiers import tiered_results
from payer_rules.rules import Adjustment, Outcome

_WHOLE: Final = Decimal(1)
_NOTHING: Final = Decimal(0)


def allocation_results(groups: Sequence[LineGroup]) -> list[dict[int, LimitResult]]:
    """Return the result for each line of each group, by its number."""
    tiers = groups[0].rule.excess if groups else None
    if isinstance(tiers, PaymentTiers):
        found = [tiered_results(group, tiers) for group in groups]
    else:
        found = [allocation.results() for allocation in _allocated(groups)]
    return [
        {candidate.number: field("charge") for candidate in group.candidates}
        if _needs_charges(group, results)
        else results
        for group, results in zip(groups, found, strict=True)
    ]


def _allocated(groups: Sequence[LineGroup]) -> list[Allocation]:
    """Return the groups with the lines that each keeps.

    Lines of several groups take turns, because one authorization may be for all of them.
    """
    allocations = [Allocation(group) for group in groups]
    turns = {
        id(candidate): (allocation, at)
        for allocation in allocations
        for at, candidate in enumerate(allocation.group.candidates)
    }
    candidates: list[CountedLine] = [line for group in groups for line in group.candidates]
    if len(groups) > 1:
        candidates = list(in_keeping_order(candidates, groups[0].rule.keeps))
    for candidate in candidates:
        allocation, at = turns[id(candidate)]
        allocation.take(at)
    return allocations


def _needs_charges(group: LineGroup, results: Mapping[int, LimitResult]) -> bool:
    """Return True if charges that are not stated decide which line is the excess."""
    if group.rule.keeps != "highest-charge" or len(group.candidates) == 1:
        return False
    has_excess = any(isinstance(result, Excess) for result in results.values())
    return has_excess and any(candidate.line.charge is None for candidate in group.candidates)


@attrs.define(eq=False)
class Allocation:
    """The lines of a group that are kept so far."""

    group: LineGroup
    #: The lines kept so far; a line that is reduced has the amount that is kept of it.
    kept: list[CountedLine] = attrs.field(factory=list, init=False)
    #: Lines of several days that are kept on some of their days and not on others.
    perhaps_kept: set[int] = attrs.field(factory=set, init=False)
    #: The results for lines that do not fit, by their number.
    _excess_of: dict[int, LimitResult] = attrs.field(factory=dict, init=False)

    def results(self) -> dict[int, LimitResult]:
        """Return the result for each line, by its number, after all have taken their turn."""
        results = dict(self._excess_of)
        certain = [
            kept for kept in self.kept if kept.is_certain and kept.number not in self.perhaps_kept
        ]
        for at, candidate in enumerate(self.group.candidates):
            # NOTE: where the text of the rule is not known, no other fact is worth asking for.
            if candidate.number not in results and EDITION not in candidate.missing:
                results[candidate.number] = self._result_of_kept(at, candidate, certain)
        return results

    def take(self, at: int) -> None:
        """Keep the line at the position if it fits, and its result if it does not."""
        candidate = self.group.candidates[at]
        if not candidate.is_countable:
            return
        total = self.group.least(candidate, self._lines_with(candidate))
        if total.exceeds(self.group.maximum):
            self._excess_of[candidate.number] = self._result_of_excess(at, total)
        elif not candidate.amount_unless:
            self._keep(at)

    def _keep(self, at: int) -> None:
        candidate = self.group.candidates[at]
        self.kept.append(candidate)
        if self.group.has_several_days and not self._fits_on_any_days(at):
            self.perhaps_kept.add(candidate.number)

    def _fits_on_any_days(self, at: int) -> bool:
        """Return True if the line fits, on whichever of their days the lines were."""
        return self.group.fits_at_most(self.group.candidates[at], self._all_near(at))

    def _all_near(self, at: int) -> list[CountedLine]:
        """Return all lines that can matter to the line, whether they are certain or not."""
        earlier = self.group.nearby_earlier(self.group.candidates[at])
        return [*earlier, *self.group.possible_others(at)]

    def _lines_with(self, candidate: CountedLine) -> list[CountedLine]:
        """Return the lines that count in every case in which the candidate does."""
        days = self.group.totals.related_days(candidate.days)
        lines = [
            other
            for other in self._others_to_count()
            if other is not candidate
            and other.days.overlaps(days)
            and self.group.limit.is_payable_with(other, candidate)
            and self._is_kept_for(other, candidate)
        ]
        return [*self.group.certain_earlier, *lines]

    def _others_to_count(self) -> Sequence[CountedLine]:
        """Return the lines kept so far, or all where a window that is exceeded is denied whole."""
        if self.group.rule.excess == "deny-all":
            return [other for other in self.group.candidates if other.is_countable]
        return self.kept

    def _is_kept_for(self, other: CountedLine, candidate: CountedLine) -> bool:
        """Return True if the other line, or a line in its place, is kept before the candidate.

        If the other line is not kept, the window is full without it; then a candidate that is at
        least as large does not fit either.
        """
        if other.number not in self.perhaps_kept or self.group.rule.excess == "deny-all":
            return True
        mine, theirs = candidate.amount, other.amount
        is_as_large = mine is not None and theirs is not None and mine >= theirs
        return is_as_large and self.group.totals.adds_up(other, candidate)

    def _result_of_excess(self, at: int, total: WindowTotal) -> LimitResult:
        """Return the result for a line that does not fit in full."""
        candidate, excess = self.group.candidates[at], self.group.rule.excess
        if candidate.amount_unless:
            # NOTE: whatever its amount is, nothing is left of the limit.
            total = attrs.evolve(total, total=total.total - candidate.least_in(total.window))
            if excess == "reduce":
                return self._excess(candidate, total, "deny")
        if excess == "authorization":
            return self._result_by_authorization(candidate, total)
        if excess == "deny-lines" or excess == "deny-all":
            return self._excess(candidate, total, self.group.rule.outcome)
        if excess == "reduce":
            return self._reduced(at, total)
        if isinstance(excess, ReductionUnless):
            return self._reduced_unless_authorized(at, total)
        assert not isinstance(excess, PaymentTiers)  # these have results of their own
        assert_never(excess)

    def _result_by_authorization(self, candidate: CountedLine, total: WindowTotal) -> LimitResult:
        """Return the result for a line that is kept if an authorization covers it."""
        answer = self.group.limit.authorization(candidate)
        if answer is True:
            self.kept.append(candidate)
            return NONE_MISSING
        if isinstance(answer, tuple):
            return answer
        outcome = self.group.rule.outcome
        return self._excess(candidate, total, outcome, adjustment=answer or None)

    def _reduced(self, at: int, total: WindowTotal, authorized: Decimal = _NOTHING) -> LimitResult:
        """Return the part of a line that fits, or is authorized; later lines find what fits."""
        candidate = self.group.candidates[at]
        missing = self._missing_for_part(at, total)
        if missing:
            return missing
        amount = candidate.amount or _WHOLE
        left = max(_NOTHING, amount - (total.total - self.group.maximum))
        result = self._result_of_part(candidate, total, (left + authorized) / amount)
        if left:
            self.kept.append(attrs.evolve(candidate, amount=left))
        return result

    def _result_of_part(
        self, candidate: CountedLine, total: WindowTotal, part: Decimal
    ) -> LimitResult:
        """Return the result for a line of which a part is paid: all of it, some or none."""
        if part == _WHOLE:
            return NONE_MISSING
        if not part:
            return self._excess(candidate, total, "deny")
        return self._excess(candidate, total, self.group.rule.outcome, pays=part)

    def _reduced_unless_authorized(self, at: int, total: WindowTotal) -> LimitResult:
        """Return the part of a line that fits or is authorized; only the first counts later."""
        candidate = self.group.candidates[at]
        missing = self._missing_for_part(at, total)
        if missing:
            return missing
        excess = min(candidate.amount or _WHOLE, total.total - self.group.maximum)
        authorized = self.group.limit.authorized_part(candidate, excess)
        if isinstance(authorized, tuple):
            return authorized
        return self._reduced(at, total, authorized)

    def _missing_for_part(self, at: int, total: WindowTotal) -> MissingFacts:
        """Return what is missing to know which part of a line fits; nothing if it is known."""
        if not self.group.has_several_days:
            return NONE_MISSING
        candidate = self.group.candidates[at]
        if total.windows > 1:
            return self.group.missing_days([candidate])
        near = self._all_near(at)
        if self.group.most(candidate, near).total == total.total:
            return NONE_MISSING
        return self.group.missing_days([candidate, *near])

    def _excess(
        self,
        candidate: CountedLine,
        total: WindowTotal,
        outcome: Outcome,
        *,
        pays: Decimal | None = None,
        adjustment: Adjustment | None = None,
    ) -> Excess:
        return Excess(
            total=total,
            amount=candidate.amount,
            others=in_window(self._lines_with(candidate), total),
            outcome=outcome,
            pays=pays,
            adjustment=adjustment,
        )

    def _result_of_kept(
        self, at: int, candidate: CountedLine, certain: Sequence[CountedLine]
    ) -> LimitResult:
        """Return the result for a line that fits: kept, open, or, if denied before, exceeding."""
        if candidate.is_denied and not candidate.missing:
            others = [*self.group.certain_earlier, *certain]
            total = self.group.least(candidate, others)
            if total.exceeds(self.group.maximum):
                return Excess(
                    total=total,
                    amount=candidate.amount,
                    others=in_window(others, total),
                    outcome=self.group.rule.outcome,
                )
        return missing_to_fit(self.group, at, self.perhaps_kept)
