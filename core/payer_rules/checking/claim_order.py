"""The order in which the claims of one member are judged.

1. A claim comes after the claims that it names: an original before what replaces or voids it.
2. Of those that may be next, the one that was received first is, else that with the first date of
   service. On a day those come last that withdraw a claim and do not say which, or name one by a
   number that is not known here; then the claim's id decides.
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
    """The places of the claims in their turn, and of those that replace each other in a circle."""

    places: tuple[int, ...]
    circular: frozenset[int]


def order_claims(claims: Sequence[Claim], numbers: Mapping[str, str]) -> ClaimOrder:
    """Return the order of one member's claims, whatever the order in which they are given.

    ``numbers`` has the ids of claims by the payer's numbers, by which a claim may name another.
    """
    ids = {claim.id for claim in claims}.union(numbers)
    turns = [_turn(claim, ids) for claim in claims]
    if not any(claim.replaces or claim.frequency_code in WITHDRAWING for claim in claims):
        return ClaimOrder(tuple(sorted(range(len(claims)), key=turns.__getitem__)), frozenset())
    before = _before(claims, numbers)
    circular = _circular(before)
    for at in circular:
        del before[at]
    return ClaimOrder(tuple(_freed(before, turns)), circular)


def _freed(before: dict[int, set[int]], turns: Sequence[_Turn]) -> Iterator[int]:
    """Yield the places by turns, each after those that come before it."""
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
    """Return the claims of which each names the next, and the last the first."""
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


def _turn(claim: Claim, known: Collection[str]) -> _Turn:
    day = claim.received or min(line.date_from for line in claim.lines)
    return day, 0 if claim.replaces in known else _rank(claim), claim.id


def _rank(claim: Claim) -> int:
    return _RANKS.get(claim.frequency_code or "", 0)


def _before(claims: Sequence[Claim], numbers: Mapping[str, str]) -> dict[int, set[int]]:
    """Return, for each claim that names others, their places."""
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
    """Yield the ids of the claims that must come before the claim."""
    if claim.replaces is not None:
        yield claim.replaces
        if claim.replaces in numbers:
            yield numbers[claim.replaces]
    if claim.frequency_code in WITHDRAWING:
        # NOTE: a replacement may bear the id of its original.
        yield claim.id
