"""The common case: all lines of a pool fit into one window, known facts or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.missing import MissingFacts
from payer_rules.kinds.frequency_limit.amounts import days_of
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.rules import Codes, codes_to_look_up

#: The measures of which the history has no upper bounds.
_NO_BOUNDS: Final = ("minutes", "clock-minutes", "charged", "allowed", "paid", "points")
MetLines = Sequence[tuple[ServiceLine, MissingFacts]]


def without_pools_that_fit(
    selection: Selection, state: ClaimState, layout: Layout, met: MetLines
) -> MetLines:
    """Return the lines without those of pools whose lines all fit into one window."""
    if selection.rule.counts in _NO_BOUNDS or selection.is_over_all_members:
        return met
    pools: dict[str | None, list[tuple[ServiceLine, MissingFacts]]] = {}
    for line, missing in met:
        pools.setdefault(selection.rule.pool_of(line.code), []).append((line, missing))
    return [
        entry
        for pool in pools.values()
        if not _fits(selection, state, layout, [line for line, _ in pool])
        for entry in pool
    ]


def _fits(
    selection: Selection, state: ClaimState, layout: Layout, lines: Sequence[ServiceLine]
) -> bool:
    """Return True if all lines, and all earlier lines of their codes, fit into one window."""
    limit = Decimal(selection.rule.limit)
    total = _most(selection, lines)
    if total > limit or layout.is_one_line:
        return total <= limit
    none: Codes = frozenset()
    codes = selection.rule.codes_with(lines[0].code) if state.has_earlier else none
    # NOTE: every earlier line in a window with one of the lines is among the line's related days.
    for days in {days_of(line) for line in lines}:
        span = as_dates(layout.related_days(days))
        if not _is_complete(selection, state, span[0]):
            return False
        if total + _most_earlier(selection, state, codes, span) > limit:
            return False
    return True


def _most(selection: Selection, lines: Iterable[ServiceLine]) -> Decimal:
    """Return the most that the lines can count."""
    if selection.rule.counts == "units":
        return sum([line.units for line in lines], Decimal(0))
    return Decimal(sum([line.days for line in lines]))


def _is_complete(selection: Selection, state: ClaimState, first: date) -> bool:
    return state.history.is_complete(first, selection.scope, state.claim.billing_provider.npi)


def _most_earlier(
    selection: Selection, state: ClaimState, codes: Codes, span: tuple[date, date]
) -> Decimal:
    """Return the most that the member's earlier lines of the codes can count in the span."""
    first, last = span
    listed = codes_to_look_up(codes)
    asked: Iterable[str | None] = (None,) if listed is None else listed
    member, find = state.claim.member.id, state.history.upper_bounds
    found = [find(first, last, member=member, code=code) for code in asked]
    if selection.rule.counts == "units":
        return sum([units for units, _ in found], Decimal(0))
    return Decimal(sum([days for _, days in found]))
