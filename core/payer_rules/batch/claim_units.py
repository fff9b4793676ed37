"""Units of claims: the claims of a member that look back to one another, as columns."""

from __future__ import annotations

import attrs

from payer_rules.batch.column_values import RowKeys
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_table import ClaimColumns, add_relations, provider_numbers


@attrs.define(eq=False)
class UnitColumns:
    """The units of a table: ``rows`` are the positions of their rows, unit after unit."""

    keys: RowKeys
    rows: Hashes
    starts: Hashes
    counts: Hashes

    @classmethod
    def of(cls, claims: ClaimColumns, keys: RowKeys, chosen: Hashes, number: Hashes) -> UnitColumns:
        """Return the units of the chosen claims, with the number of the unit of each."""
        import numpy as np

        nothing: Hashes = np.zeros(0, np.int64)
        if not len(chosen):
            return cls(RowKeys.empty(0), nothing, nothing, nothing)
        counts = claims.counts[chosen]
        at = ranges(claims.starts[chosen], counts)
        keys = keys.taken(at)
        # NOTE: where a claim begins in a unit is a part of the key.
        place_in_claim = ranges(np.zeros(len(chosen), np.int64), counts)
        keys.add(place_in_claim.astype(np.uint64))
        of_unit = np.repeat(number, counts)
        starts = np.flatnonzero(np.r_[True, of_unit[1:] != of_unit[:-1]])
        sizes = np.diff(np.r_[starts, len(of_unit)])
        add_relations(keys, [each[at] for each in provider_numbers(claims)], starts, sizes)
        places = np.arange(len(at)) - np.repeat(starts, sizes)
        return cls(keys.joined(starts, places), claims.rows[at], starts, sizes)

    def rows_of(self, number: int) -> Hashes:
        """Return the positions of the rows of a unit."""
        start = self.starts[number]
        rows: Hashes = self.rows[start : start + self.counts[number]]
        return rows


def units_of(
    claims: ClaimColumns, keys: RowKeys, whole: RowKeys, first: Hashes, last: Hashes
) -> UnitColumns:
    """Return the units: claims of a member whose days another looks back to, in order.

    ``first`` and ``last`` are the days that each claim looks back to; ``whole`` are the keys with
    all facts, which claims that look back to one another need.
    """
    import numpy as np

    # NOTE: a claim without a span goes to the engine with all claims of its member.
    broken: Hashes = np.zeros(int(claims.members.max()) + 1, bool)
    broken[claims.members[(first > last) | ~claims.usable]] = True
    good: Hashes = np.flatnonzero(~broken[claims.members])
    begins = np.minimum(first, claims.first_days)[good]
    ends = np.maximum(last, claims.last_days)[good]
    members = claims.members[good]
    order = np.lexsort((begins, members))
    good, begins, ends, members = good[order], begins[order], ends[order], members[order]
    # NOTE: days of one member never reach those of the next one.
    shift = members.astype(np.int64) << np.int64(32)
    reached = np.maximum.accumulate(ends + shift)
    is_first = np.r_[True, begins[1:] + shift[1:] > reached[:-1]] if len(good) else good
    number = np.cumsum(is_first) - 1 if len(good) else good
    ids = _ranks(claims, good)
    order = np.lexsort((ids, claims.turns[good], number))
    good, number = good[order], number[order]
    if len(good):
        is_joint = np.zeros(len(claims.starts), bool)
        is_joint[good] = np.bincount(number)[number] > 1
        keys = keys.replaced(np.repeat(is_joint, claims.counts), whole)
    return UnitColumns.of(claims, keys, good, number)


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
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.array(claims.coded["claim"].cells, pa.string())
    order = np.asarray(pc.sort_indices(ids))
    ranks: Hashes = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks[claims.of_rows("claim")[claims.starts[chosen]]]
