"""Units of claims: the claims of a member that look back to one another, as columns."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from payer_rules.batch.claim_reads import Lookbacks
from payer_rules.batch.column_values import RowKeys
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_keys import add_relations, provider_numbers
from payer_rules.batch.unit_table import ClaimColumns


@attrs.define(eq=False)
class UnitColumns:
    """The units of a table: ``rows`` are the positions of their rows, unit after unit.

    ``days`` has the day of each unit of which a period stands for the day, else -1.
    """

    keys: RowKeys
    rows: Hashes
    starts: Hashes
    counts: Hashes
    days: Hashes

    @classmethod
    def of(
        cls, claims: ClaimColumns, keys: RowKeys, of_periods: Hashes, chosen: Hashes, unit: Hashes
    ) -> UnitColumns:
        """Return the units of the chosen claims; ``unit`` is the number of the unit of each."""
        import numpy as np

        nothing: Hashes = np.zeros(0, np.int64)
        if not len(chosen):
            return cls(RowKeys.empty(0), nothing, nothing, nothing, nothing)
        counts = claims.counts[chosen]
        at = ranges(claims.starts[chosen], counts)
        keys = keys.taken(at)
        # NOTE: where a claim begins in a unit is a part of the key.
        place_in_claim = ranges(np.zeros(len(chosen), np.int64), counts)
        keys.add(place_in_claim.astype(np.uint64))
        of_unit = np.repeat(unit, counts)
        starts = np.flatnonzero(np.r_[True, of_unit[1:] != of_unit[:-1]])
        sizes = np.diff(np.r_[starts, len(of_unit)])
        add_relations(keys, [each[at] for each in provider_numbers(claims)], starts, sizes)
        places = np.arange(len(at)) - np.repeat(starts, sizes)
        first = chosen[np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])]
        days = np.where(of_periods[first], claims.first_days[first], -1)
        return cls(keys.joined(starts, places), claims.rows[at], starts, sizes, days)

    def rows_of(self, number: int) -> Hashes:
        """Return the positions of the rows of a unit."""
        start = self.starts[number]
        rows: Hashes = self.rows[start : start + self.counts[number]]
        return rows


def units_of(
    claims: ClaimColumns,
    keys: RowKeys,
    whole: RowKeys,
    of_periods: Hashes,
    lookbacks: tuple[Sequence[Lookbacks | None], Hashes],
) -> UnitColumns:
    """Return the units: claims of a member of which one looks back to another, in order.

    ``lookbacks`` are the different ones, and which each claim has. ``whole`` are the keys with all
    facts and days, which claims that look back to one another need; ``of_periods`` are the claims
    of which ``keys`` leave out the days.
    """
    import numpy as np

    different, which = lookbacks
    # NOTE: a claim that cannot be read goes to the engine with all claims of its member.
    is_unread: Hashes = np.array([each is None for each in different])[which]
    broken: Hashes = np.zeros(int(claims.members.max()) + 1, bool)
    broken[claims.members[is_unread | ~claims.usable]] = True
    good: Hashes = np.flatnonzero(~broken[claims.members])
    label = _first_of_units(claims, different, which, good)[good]
    is_joint = np.zeros(len(claims.starts), bool)
    is_joint[good] = np.bincount(label, minlength=len(claims.starts))[label] > 1
    joint = good[is_joint[good]]
    if len(joint):
        ids = _ranks(claims, joint)
        label_of_joint = label[is_joint[good]]
        order = np.lexsort((ids, claims.turns[joint], label_of_joint))
        alone = ~is_joint[good]
        good = np.r_[good[alone], joint[order]]
        label = np.r_[label[alone], label_of_joint[order]]
        keys = keys.replaced(np.repeat(is_joint, claims.counts), whole)
    return UnitColumns.of(claims, keys, of_periods & ~is_joint, good, label)


def _first_of_units(
    claims: ClaimColumns, lookbacks: Sequence[Lookbacks | None], which: Hashes, good: Hashes
) -> Hashes:
    """Return for each claim the first one of its unit.

    Claims with lines that one of them looks back to, by code and day, are of one unit.
    """
    import numpy as np

    first: Hashes = np.arange(len(claims.starts))
    groups = [
        _linked(claims, codes, lookbacks, which, good)
        for codes in {codes: None for each in lookbacks if each for codes, _, _ in each}
    ]
    is_changed = True
    while is_changed:
        is_changed = False
        for chosen, starts, counts in groups:
            least = np.repeat(np.minimum.reduceat(first[chosen], starts), counts)
            if (least != first[chosen]).any():
                np.minimum.at(first, chosen, least)
                is_changed = True
    return first


def _linked(
    claims: ClaimColumns,
    codes: frozenset[str] | None,
    lookbacks: Sequence[Lookbacks | None],
    which: Hashes,
    good: Hashes,
) -> tuple[Hashes, Hashes, Hashes]:
    """Return groups of claims of which one looks back to lines of the codes on days of another.

    They are the claims, group after group, and the starts and sizes of the groups.
    """
    import numpy as np

    spans = [
        [(first, last) for of, first, last in each or () if of == codes] or [(_NEVER, -_NEVER)]
        for each in lookbacks
    ]
    begins = np.array([min(first for first, _ in each) for each in spans])[which]
    ends = np.array([max(last for _, last in each) for each in spans])[which]
    looks = begins <= ends
    has_lines = np.ones(len(claims.starts), bool)
    if codes is not None:
        cells = claims.coded["code"].cells
        of_cell = np.array([isinstance(c, str) and c.strip() in codes for c in cells])
        has_lines = np.logical_or.reduceat(of_cell[claims.of_rows("code")], claims.starts)
    chosen = good[(looks | has_lines)[good]]
    first, last = claims.first_days[chosen], claims.last_days[chosen]
    begins = np.where(looks[chosen], first + begins[chosen], first)
    ends = np.where(looks[chosen], first + ends[chosen], last)
    both = has_lines[chosen]
    begins = np.where(both, np.minimum(begins, first), begins)
    ends = np.where(both, np.maximum(ends, last), ends)
    # NOTE: days of one member never reach those of the next one.
    shift = claims.members[chosen].astype(np.int64) << np.int64(33)
    begins, ends = begins + shift, ends + shift
    order = np.argsort(begins, kind="stable")
    chosen, begins, reached = chosen[order], begins[order], np.maximum.accumulate(ends[order])
    is_first = np.r_[True, begins[1:] > reached[:-1]] if len(chosen) else np.zeros(0, bool)
    starts = np.flatnonzero(is_first)
    return chosen, starts, np.diff(np.r_[starts, len(chosen)])


_NEVER = 1 << 31


def ranges(starts: Hashes, counts: Hashes) -> Hashes:
    """Return start, start + 1 and so on for each start, as many numbers as its count."""
    import numpy as np

    ends = np.cumsum(counts)
    found: Hashes = np.arange(int(ends[-1]) if len(ends) else 0)
    found += np.repeat(starts - (ends - counts), counts)
    return found


def _ranks(claims: ClaimColumns, chosen: Hashes) -> Hashes:
    """Return the places of claims in the order of their ids."""
    import numpy as np

    cells = claims.coded["claim"].cells
    ids = [cells[code] for code in claims.of_rows("claim")[claims.starts[chosen]].tolist()]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ranks: Hashes = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
