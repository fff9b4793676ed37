"""Pairs drawn from CMS's tables by a fixed seed, each with all its rows."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Final

from pair_reference import Row
from published_tables import Told, drawn, pairs, rows_of_rationales

SEED: Final = 8
#: CMS's numbers of the rationales that few rows have: sequential, gender-specific, laboratory.
RARE: Final = ("10", "11", "12")
#: Pairs are looked at in so many times the rows that are wanted, for those of several rows.
AMPLE: Final = 3

#: All rows of two codes, in either order, each with the number of its rationale.
Group = tuple[Told, ...]


def is_reversed(group: Group) -> bool:
    """Whether the codes were each other's column 1, at different times."""
    return len({row.column1 for row, _ in group if row.indicator != 9}) > 1


def is_tombstone(group: Group) -> bool:
    """Whether no row of the pair was ever in force."""
    return all(row.indicator == 9 for row, _ in group)


def is_rare(group: Group) -> bool:
    """Whether few pairs of the table are like this one."""
    return is_reversed(group) or any(rationale in RARE for _, rationale in group)


def sample(setting: str, total: int, count: int) -> list[Group]:
    """Pairs with at least so many rows of a table that has ``total``, the rare ones first.

    The others are as many as chance gives of each kind.
    """
    rare = _rare_pairs(setting, max(10, count // 100))
    is_drawn = drawn(SEED, max(1, total // (count * AMPLE)))
    found: dict[frozenset[str], list[Told]] = defaultdict(list)
    wanted = pairs(setting, lambda one, other: (one, other) in rare or is_drawn(one, other))
    for row, rationale in wanted:
        found[frozenset([row.column1, row.column2])].append((row, rationale))
    groups = [tuple(rows) for rows in found.values()]
    random.Random(SEED).shuffle(groups)
    groups.sort(key=is_rare, reverse=True)
    taken: list[Group] = []
    rows = 0
    for group in groups:
        if rows >= count:
            break
        taken.append(group)
        rows += len(group)
    return taken


def _rare_pairs(setting: str, item: int) -> set[tuple[str, str]]:
    """Some pairs of every indicator that a rare rationale has, in both orders."""
    kinds: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row, rationale in rows_of_rationales(setting, RARE):
        kinds[rationale, row.indicator].append(row)
    chance = random.Random(SEED)
    some = [row for rows in kinds.values() for row in chance.sample(rows, min(item, len(rows)))]
    return {pair for r in some for pair in ((r.column1, r.column2), (r.column2, r.column1))}
