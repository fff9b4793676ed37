"""The common case: all lines of a pool fit into one window, known facts or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.limits.needed_room import NeededRoom, RoomLeft
from payer_rules.engine.missing import MissingFacts
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.rules import codes_to_look_up

#: The measures of which the history has no upper bounds.
_NO_BOUNDS: Final = ("minutes", "clock-minutes", "charged", "allowed", "paid", "points")
MetLines = Sequence[tuple[ServiceLine, MissingFacts]]


def without_pools_that_fit(selection: Selection, state: ClaimState, met: MetLines) -> MetLines:
    """Return the lines without those of pools whose lines all fit into one window."""
    if not _is_bounded(selection):
        return met
    left = RoomLeft(state.claim, state.lines, state.history)
    return [
        entry
        for pool in _pools(selection, met)
        if not _fits(_needed_by_pool(selection, [line for line, _ in pool]), left)
        for entry in pool
    ]


def _fits(needed: NeededRoom, left: RoomLeft) -> bool:
    return left.suffices(needed) and left.is_known(needed)


def needed_room(selection: Selection, met: MetLines) -> tuple[NeededRoom, ...] | None:
    """Return the room that each pool of the lines needs to fit; ``None`` if that is not known."""
    if not _is_bounded(selection):
        return None
    pools = _pools(selection, met)
    return tuple(_needed_by_pool(selection, [line for line, _ in pool]) for pool in pools)


def _is_bounded(selection: Selection) -> bool:
    return not (selection.rule.counts in _NO_BOUNDS or selection.is_over_all_members)


def _pools(selection: Selection, met: MetLines) -> Iterable[list[tuple[ServiceLine, MissingFacts]]]:
    """Return the lines of each pool of codes."""
    pools: dict[str | None, list[tuple[ServiceLine, MissingFacts]]] = {}
    for line, missing in met:
        pools.setdefault(selection.rule.pool_of(line.code), []).append((line, missing))
    return pools.values()


def _needed_by_pool(selection: Selection, lines: Sequence[ServiceLine]) -> NeededRoom:
    """Return the room that the lines of a pool need, all in one window."""
    rule = selection.rule
    listed = codes_to_look_up(rule.codes_with(lines[0].code))
    return NeededRoom(
        window=rule.window,
        scope=selection.scope,
        numbers=tuple(line.number for line in lines),
        codes=(None,) if listed is None else tuple(listed),
        left=Decimal(rule.limit) - _most(selection, lines),
        counts_units=rule.counts == "units",
    )


def _most(selection: Selection, lines: Iterable[ServiceLine]) -> Decimal:
    """Return the most that the lines can count."""
    if selection.rule.counts == "units":
        return sum([line.units for line in lines], Decimal(0))
    return Decimal(sum([line.days for line in lines]))
