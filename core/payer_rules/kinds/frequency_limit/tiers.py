"""Limits that pay a part of each line above a step, by the place of the line in its window."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.results import Excess, LimitResult
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.missing import EDITION, HISTORY, NONE_MISSING, MissingFacts
from payer_rules.kinds.frequency_limit.line_group import LineGroup, in_window, with_payable_unless
from payer_rules.kinds.frequency_limit.parts import PaymentTiers

_WHOLE: Final = Decimal(1)


def tiered_results(group: LineGroup, tiers: PaymentTiers) -> dict[int, LimitResult]:
    """Return the part of each line that is paid, by its number."""
    return {
        candidate.number: _result(group, tiers, at) for at, candidate in enumerate(group.candidates)
    }


def _result(group: LineGroup, tiers: PaymentTiers, at: int) -> LimitResult:
    candidate = group.candidates[at]
    if EDITION in candidate.missing:
        return NONE_MISSING
    certain = [*group.certain_earlier, *_certain_before(group, at)]
    total = group.least(candidate, certain)
    part = _part(tiers, candidate, total)
    missing = _missing_for_part(group, tiers, at, part)
    if missing or part == _WHOLE:
        return missing
    return Excess(
        total=total,
        amount=candidate.amount,
        others=in_window(certain, total),
        outcome=group.rule.outcome,
        pays=part,
    )


def _certain_before(group: LineGroup, at: int) -> list[CountedLine]:
    return [other for other in group.candidates[:at] if other.is_certain]


def _uncertain_before(group: LineGroup, at: int) -> list[CountedLine]:
    return [
        with_payable_unless(other)
        for other in group.candidates[:at]
        if not (other.is_certain or other.is_denied)
    ]


def _missing_for_part(
    group: LineGroup, tiers: PaymentTiers, at: int, part: Decimal
) -> MissingFacts:
    """Return what is missing to know that the part is paid; nothing if it is."""
    candidate = group.candidates[at]
    earlier, uncertain = group.nearby_earlier(candidate), _uncertain_before(group, at)
    most = group.most(candidate, [*earlier, *_certain_before(group, at), *uncertain])
    is_known = group.limit.knows_history_of(candidate)
    found = candidate.missing
    if not (is_known and _part(tiers, candidate, most) == part):
        lines = [*earlier, *uncertain]
        facts = (fact for line in lines for fact in line.missing)
        found = (*found, *facts, *group.missing_days([candidate, *lines]))
    is_lowest = part == tiers.tiers[-1][1]
    return found if is_known or (is_lowest and not found) else (*found, HISTORY)


def _part(tiers: PaymentTiers, candidate: CountedLine, total: WindowTotal) -> Decimal:
    """Return the average part that is paid over the positions that the line takes."""
    if total.windows > 1:
        # NOTE: how much of the line each window holds is not known; it may be paid in full.
        return _WHOLE
    amount = min(total.total, candidate.most_in(total.window))
    return tiers.average(total.total - amount, total.total)
