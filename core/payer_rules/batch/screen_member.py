"""The lines of one member side by side, and what two of them have to do with each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit

from payer_rules.batch.screen_arrays import (
    BYPASSES_FIRST,
    BYPASSES_SECOND,
    UNCLEAR_FIRST,
    UNCLEAR_SECOND,
    KeyArrays,
    LineArrays,
    Numbers,
    RuleArrays,
)

_Function = TypeVar("_Function", bound=Callable[..., Any])

#: What became of a line: nothing, a denial, or a review whose end is not known.
PAYABLE: Final = 0
DENIED: Final = 1
REVIEWED: Final = 2


def compiled(function: _Function) -> _Function:
    """Return the function as machine code that does not hold Python's lock."""
    return cast(_Function, njit(nogil=True, cache=True)(function))


class MemberLines(NamedTuple):
    """The lines of one member, side by side, and what became of them."""

    row: Numbers
    claim: Numbers
    day: Numbers
    code: Numbers
    units: Numbers
    bypass: Numbers
    who: Numbers
    before: Numbers
    state: Numbers
    fresh: Numbers
    reviewed: Numbers
    taken: Numbers
    heads: Numbers
    stamps: Numbers
    touched: Numbers
    entry_line: Numbers
    entry_next: Numbers
    entries: Numbers
    found: Numbers


@compiled
def sort_by_number(numbers: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return the rows in order of their numbers, and the place of the first row of each."""
    starts = np.zeros(count + 1, np.int64)
    for at in range(len(numbers)):
        starts[numbers[at] + 1] += 1
    for at in range(count):
        starts[at + 1] += starts[at]
    places = starts.copy()
    order = np.empty(len(numbers), np.int32)
    for at in range(len(numbers)):
        order[places[numbers[at]]] = at
        places[numbers[at]] += 1
    return order, starts


@compiled
def add_key(keys: KeyArrays, rule: int, row: int, other: int) -> None:
    """Add a key if there is room for it, and count it."""
    at = keys.size[0]
    if at < len(keys.rule):
        keys.rule[at] = rule
        keys.row[at] = row
        keys.other[at] = other
    keys.size[0] = at + 1


@compiled
def empty_member(most: int, limits: int, entries: int) -> MemberLines:
    """Return room for a member with so many lines."""
    return MemberLines(
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.uint8),
        np.zeros((3, most), np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.uint8),
        np.empty(most, np.uint8),
        np.empty(most, np.uint8),
        np.empty(most, np.int32),
        np.empty(limits, np.int32),
        np.empty(limits, np.int32),
        np.empty(limits, np.int32),
        np.empty(entries, np.int32),
        np.empty(entries, np.int32),
        np.zeros(1, np.int32),
        np.empty((2, most), np.int64),
    )


@compiled
def load_member(lines: LineArrays, member: int, local: MemberLines) -> int:
    """Put the lines of a member side by side, and return how many they are."""
    start = lines.starts[member]
    count: int = lines.starts[member + 1] - start
    for at in range(count):
        row = lines.order[start + at]
        local.row[at] = row
        local.claim[at] = lines.claim[row]
        local.day[at] = lines.day[row]
        local.code[at] = lines.code[row]
        local.units[at] = lines.units[row]
        local.bypass[at] = lines.bypass[row]
        local.who[1, at] = lines.who[0, row]
        local.who[2, at] = lines.who[1, row]
        local.state[at] = PAYABLE
        local.fresh[at] = 0
        local.reviewed[at] = 0
    local.heads[:] = -1
    local.stamps[:] = -1
    local.entries[0] = 0
    _link_days(local, count)
    return count


@compiled
def _link_days(local: MemberLines, count: int) -> None:
    """Give each line the line before it on the same day; days come nearly in order."""
    order = local.taken
    for at in range(count):
        place = at
        while place > 0 and local.day[order[place - 1]] > local.day[at]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = at
    for place in range(count):
        at = order[place]
        is_same = place > 0 and local.day[order[place - 1]] == local.day[at]
        local.before[at] = order[place - 1] if is_same else -1


@compiled
def _row_on(rules: RuleArrays, one: int, other: int, day: int) -> int:
    """Return the row of two codes that counts on the day, or -1."""
    lower, higher = min(one, other), max(one, other)
    bit = lower * rules.codes + higher
    if not (rules.known[bit >> 3] >> (bit & 7)) & 1:
        return -1
    low, end = rules.places[lower], rules.places[lower + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if rules.others[middle] < higher:
            low = middle + 1
        else:
            high = middle
    found = -1
    while low < end and rules.others[low] == higher:
        in_force = rules.firsts[low] <= day <= rules.lasts[low]
        if in_force and (found < 0 or rules.lasts[low] < rules.lasts[found]):
            found = low
        low += 1
    return found


@compiled
def shares(local: MemberLines, scope: int, one: int, other: int) -> int:
    """Return 1 for lines of one provider, 0 for lines of two, and -1 if it is not known."""
    if scope == 0:
        return 1
    mine, theirs = local.who[scope, one], local.who[scope, other]
    if mine < 0 or theirs < 0:
        return -1
    return 1 if mine == theirs else 0


@compiled
def conflict(local: MemberLines, rules: RuleArrays, one: int, other: int) -> tuple[int, int, bool]:
    """Return the lines of column 1 and 2 that no modifier bypasses, and whether it is open.

    The first line is -1 if there is no conflict.
    """
    if local.code[one] == local.code[other]:
        return -1, -1, False
    row = _row_on(rules, local.code[one], local.code[other], local.day[one])
    if row < 0:
        return -1, -1, False
    shared = shares(local, rules.pair_scope, one, other)
    if shared == 0:
        return -1, -1, False
    first, second = one, other
    if (local.code[one] > local.code[other]) != rules.is_reversed[row]:
        first, second = other, one
    is_open = shared < 0
    if rules.bypassable[row]:
        if local.bypass[first] & BYPASSES_FIRST or local.bypass[second] & BYPASSES_SECOND:
            return -1, -1, False
        unclear = local.bypass[first] & UNCLEAR_FIRST or local.bypass[second] & UNCLEAR_SECOND
        is_open = is_open or bool(unclear)
    return first, second, is_open
