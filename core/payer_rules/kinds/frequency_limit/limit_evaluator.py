"""Evaluates one reading of a frequency limit.

1. Pools of lines that certainly fit are set aside (`shortcut`).
2. The other lines that count become candidates, in groups that count together (`claim_limit`).
3. The limit is allocated to the lines of each group in order (`allocation`); what does not fit is
   the excess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState, Evaluator
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.keeping_order import in_keeping_order
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.results import Excess, LimitResult
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import MissingFacts, field
from payer_rules.kinds.frequency_limit.allocation import allocation_results
from payer_rules.kinds.frequency_limit.amounts import days_of
from payer_rules.kinds.frequency_limit.claim_limit import ClaimLimit
from payer_rules.kinds.frequency_limit.line_group import LineGroup
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.kinds.frequency_limit.shortcut import without_pools_that_fit


@attrs.frozen
class LimitEvaluator:
    """The evaluator of one reading of a limit."""

    selection: Selection

    def evaluate(
        self,
        state: ClaimState,
        met: Sequence[tuple[ServiceLine, MissingFacts]],
        ignored_rules: Callable[[Evaluator], bool],
    ) -> Mapping[int, LimitResult]:
        """Return the result for each line number. Lines that are not counted have no entry."""
        layout = Layout.of(self.selection.rule.window, state.claim)
        lines = without_pools_that_fit(self.selection, state, layout, met)
        if not lines:
            return {}
        limit = ClaimLimit(self.selection, state, layout, ignored_rules)
        groups = limit.candidates(lines, limit.exempt_by_authorization(met))
        results: dict[int, LimitResult] = {}
        for candidates in groups.values():
            results.update(self._results(limit, candidates))
        return results

    def _results(
        self, limit: ClaimLimit, candidates: Sequence[CountedLine]
    ) -> dict[int, LimitResult]:
        totals = limit.totals(candidates[0].line)
        earlier = list(limit.earlier_lines(candidates, totals))
        ordered = in_keeping_order(candidates, self.selection.rule.keeps)
        results = allocation_results(LineGroup(limit, totals, ordered, earlier))
        if self._needs_charges(ordered, results):
            return {candidate.number: field("charge") for candidate in ordered}
        return results

    def _needs_charges(
        self, candidates: Sequence[CountedLine], results: Mapping[int, LimitResult]
    ) -> bool:
        """Return True if charges that are not stated decide which line is the excess."""
        if self.selection.rule.keeps != "highest-charge" or len(candidates) == 1:
            return False
        has_excess = any(isinstance(result, Excess) for result in results.values())
        return has_excess and any(candidate.line.charge is None for candidate in candidates)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines that may count with the line, and those that decide on it."""
        selection = self.selection
        layout = Layout.of(selection.rule.window, claim)
        if layout.is_one_line:
            return
        first, last = as_dates(layout.related_days(days_of(line)))
        codes, everyone = selection.rule.codes_with(line.code), selection.is_over_all_members
        yield Lookback(codes, first, last, everyone=everyone)
        yield from selection.applies.lookbacks(first, last)
