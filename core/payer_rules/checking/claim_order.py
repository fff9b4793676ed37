"""The order in which the claims of one member are decided.

1. A claim comes after the claims that it names: an original comes before its replacement or void.
2. Among the others, the claim that was received first comes first, or the one with the first date
   of service. On the same day, claims that withdraw another claim without a known number come
   last; then the claim id decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.vocabularies.claim_frequencies import REPLACEMENT, VOID, WITHDRAWING

_Turn: TypeAlias = tuple[date, int, str]
_RANKS: Final = {REPLACEMENT: 1, VOID: 2}


@attrs.frozen
class ClaimOrder:
    """The positions of the claims in order, and of those that replace each other in a circle."""

    places: tuple[int, ...]
    circular: frozenset[int]


def order_claims(claims: Sequence[Claim], numbers: Mapping[str, str]) -> ClaimOrder:
    """Return the order of one member's claims; it does not depend on the order of the input.

    ``numbers`` maps payer claim numbers to claim ids, as a claim may name another by its number.
    """
    if not any(claim.replaces or claim.frequency_code in WITHDRAWING for claim in claims):
        turns = [(_day(claim), 0, claim.id) for claim in claims]
        return ClaimOrder(tuple(sorted(range(len(claims)), key=turns.__getitem__)), frozenset())
    ids = {claim.id for claim in claims}.union(numbers)
    turns = [_turn(claim, ids) for claim in claims]
    before = _before(claims, numbers)
    circular = _circular(before)
    for at in circular:
        del before[at]
    return ClaimOrder(tuple(_freed(before, turns)), circular)


def _freed(before: dict[int, set[int]], turns: Sequence[_Turn]) -> Iterator[int]:
    """Yield the positions in order, each after its predecessors."""
    after: dict[int, list[int]] = {}
    for at, others in before.items():
        for other in others:
            after.setdefault(other, []).append(at)
    waiting = {at: len(others) for at, others in before.items()}
    ready = [(turn, at) for at, turn in enumerate(turns) if at not in waiting]
    heapify(ready)
    while ready:
        _, at = heappop(ready)
        yield at
        for later in after.get(at, ()):
            waiting[later] -= 1
            if not waiting[later]:
                heappush(ready, (turns[later], later))


def _circular(before: Mapping[int, set[int]]) -> frozenset[int]:
    """Return the positions of claims that name each other in a circle."""
    found: set[int] = set()
    done: set[int] = set()
    for start in before:
        path: dict[int, Iterator[int]] = {}
        stack = [start] if start not in done else []
        while stack:
            at = stack[-1]
            if at not in path:
                path[at] = iter(before.get(at, ()))
            other = next((each for each in path[at] if each not in done), None)
            if other is None:
                done.add(at)
                del path[at]
                stack.pop()
            elif other in path:
                found.update(stack[stack.index(other) :])
            else:
                stack.append(other)
    return frozenset(found)


def _day(claim: Claim) -> date:
    """Return the day on which the claim was received, or its first day of service."""
    return claim.received or min([line.date_from for line in claim.lines])


def _turn(claim: Claim, known: Collection[str]) -> _Turn:
    return _day(claim), 0 if claim.replaces in known else _rank(claim), claim.id


def _rank(claim: Claim) -> int:
    return _RANKS.get(claim.frequency_code or "", 0)


def _before(claims: Sequence[Claim], numbers: Mapping[str, str]) -> dict[int, set[int]]:
    """Return the positions of the claims that each claim names."""
    by_id: dict[str, list[int]] = {}
    for at, claim in enumerate(claims):
        by_id.setdefault(claim.id, []).append(at)
    found: dict[int, set[int]] = {}
    for at, claim in enumerate(claims):
        others = {
            other
            for name in _named(claim, numbers)
            for other in by_id.get(name, ())
            if claims[other].id != claim.id or _rank(claims[other]) < _rank(claim)
        }
        if others:
            found[at] = others
    return found


def _named(claim: Claim, numbers: Mapping[str, str]) -> Iterator[str]:
    """Yield the ids of the claims that come before the claim."""
    if claim.replaces is not None:
        yield claim.replaces
        if claim.replaces in numbers:
            yield numbers[claim.replaces]
    if claim.frequency_code in WITHDRAWING:
        # NOTE: a replacement may have the id of its original.
        yield claim.id
