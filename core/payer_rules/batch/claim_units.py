"""Units of claims: a claim and the earlier claims to which it looks back, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from payer_rules.batch.read_columns import LookbackColumns
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_table import ClaimColumns, ranges

#: Longer chains hardly repeat: those of an id under which many people are billed.
_MOST_CLAIMS: Final = 40
#: Days of one member never reach those of the next one.
_BITS_OF_DAYS: Final = 33
#: A day after all days of claims.
_NEVER: Final = 1 << 40


@attrs.frozen(eq=False)
class ClaimGroups:
    """The units of a table: each is a claim after the earlier claims to which it looks back.

    ``claims`` are those of all units, unit after unit and in order of receipt, and ``starts`` and
    ``counts`` are those of units. ``units`` has for each of these claims the unit that it is the
    last one of. ``chains`` has for each unit the number of its chain: the claims of a member of
    which one looks back to another. The units of a chain follow one another. The earlier claims of
    a unit are the last ones of units with a lower number in ``levels``.
    """

    claims: Hashes
    starts: Hashes
    counts: Hashes
    units: Hashes
    chains: Hashes
    levels: Hashes

    @classmethod
    def of(
        cls, claims: ClaimColumns, lookbacks: Sequence[LookbackColumns], is_unread: Hashes
    ) -> ClaimGroups:
        """Return the units of the claims.

        A claim that is unread, or one of a long chain, goes to the engine with all claims of its
        member.
        """
        import numpy as np

        first = _first_of_chains(claims, lookbacks)
        sizes = np.bincount(first, minlength=len(first))[first]
        broken: Hashes = np.zeros(int(claims.members.max()) + 1, bool)
        broken[claims.members[is_unread | ~claims.usable | (sizes > _MOST_CLAIMS)]] = True
        chosen: Hashes = np.flatnonzero(~broken[claims.members])
        is_joint = sizes > 1
        alone, joint = chosen[~is_joint[chosen]], chosen[is_joint[chosen]]
        order = np.lexsort((_ranks(claims, joint), claims.turns[joint], first[joint]))
        joint = joint[order]
        later, earlier = _earlier_claims(claims, lookbacks, joint, first)
        own = np.r_[alone, joint]
        later, earlier = later + len(alone), earlier + len(alone)
        counts = np.bincount(later, minlength=len(own)) + 1
        ends = np.cumsum(counts)
        units: Hashes = np.empty(int(counts.sum()), np.int64)
        is_last: Hashes = np.zeros(len(units), bool)
        is_last[ends - 1] = True
        units[is_last], units[~is_last] = np.arange(len(own)), earlier
        chains = np.cumsum(np.diff(first[own], prepend=-1) != 0) - 1
        levels = _levels(len(own), later, earlier)
        return cls(own[units], ends - counts, counts, units, chains, levels)

    @property
    def own(self) -> Hashes:
        """The last claim of each unit, which is the one that it answers."""
        found: Hashes = self.claims[self.starts + self.counts - 1]
        return found

    def parts_of(self, units: Hashes) -> Hashes:
        """Return the positions of the claims of these units, unit after unit."""
        return ranges(self.starts[units], self.counts[units])


def _levels(units: int, later: Hashes, earlier: Hashes) -> Hashes:
    """Return for each unit the length of the longest way back from it."""
    import numpy as np

    levels: Hashes = np.zeros(units, np.int64)
    while (levels[later] <= levels[earlier]).any():
        np.maximum.at(levels, later, levels[earlier] + 1)
    return levels


def _earlier_claims(
    claims: ClaimColumns, lookbacks: Iterable[LookbackColumns], joint: Hashes, first: Hashes
) -> tuple[Hashes, Hashes]:
    """Return places in ``joint`` of claims, and of the earlier ones to which they look back.

    ``joint`` are claims in order of receipt, chain after chain; ``first`` has the chains. A claim
    looks back to another with a line of its codes before its last and one after its first day.
    """
    import numpy as np

    places: Hashes = np.arange(len(joint))
    is_first = np.diff(first[joint], prepend=-1) != 0
    starts = np.maximum.accumulate(np.where(is_first, places, 0)) if len(joint) else places
    later = np.repeat(places, places - starts)
    earlier = ranges(starts, places - starts)
    is_linked: Hashes = np.zeros(len(later), bool)
    for lookback in lookbacks:
        owners, days = _lines_with(claims, lookback.codes)
        low: Hashes = np.full(len(first), _NEVER, np.int64)
        high: Hashes = np.full(len(first), -_NEVER, np.int64)
        np.minimum.at(low, owners, days)
        np.maximum.at(high, owners, days)
        begin: Hashes = np.full(len(first), _NEVER, np.int64)
        end: Hashes = np.full(len(first), -_NEVER, np.int64)
        np.minimum.at(begin, lookback.claims, lookback.first)
        np.maximum.at(end, lookback.claims, lookback.last)
        looking, other = joint[later], joint[earlier]
        is_linked |= (low[other] <= end[looking]) & (begin[looking] <= high[other])
    return later[is_linked], earlier[is_linked]


def _first_of_chains(claims: ClaimColumns, lookbacks: Iterable[LookbackColumns]) -> Hashes:
    """Return for each claim the first one of its chain."""
    import numpy as np

    first: Hashes = np.arange(len(claims.starts))
    links = [_links(claims, each) for each in lookbacks]
    is_changed = True
    while is_changed:
        is_changed = False
        for linked, groups in links:
            least = np.full(int(groups.max()) + 1 if len(groups) else 0, len(first))
            np.minimum.at(least, groups, first[linked])
            if (least[groups] < first[linked]).any():
                np.minimum.at(first, linked, least[groups])
                is_changed = True
    return first


def _links(claims: ClaimColumns, lookback: LookbackColumns) -> tuple[Hashes, Hashes]:
    """Return claims with the number of a group, if another claim looks back to one, or it does."""
    import numpy as np
    import pyarrow as pa

    owners, days = _lines_with(claims, lookback.codes)
    shift = claims.members.astype(np.int64) << np.int64(_BITS_OF_DAYS)
    days = days + shift[owners]
    own = claims.first_days[lookback.claims]
    if lookback.codes is None and ((lookback.first == own) & (lookback.last == own)).all():
        # NOTE: a claim that looks at its own day alone is linked to those with a line on that day.
        numbers = pa.array(days).dictionary_encode().indices.to_numpy()
        is_shared = np.bincount(numbers, minlength=1)[numbers] > 1
        return owners[is_shared], numbers[is_shared]
    order = np.argsort(days, kind="stable")
    owners, days = owners[order], days[order]
    of_member = shift[lookback.claims]
    begin = np.searchsorted(days, lookback.first + of_member, side="left")
    end = np.searchsorted(days, lookback.last + of_member, side="right")
    has_lines = np.flatnonzero(begin < end)
    looking, begin, end = lookback.claims[has_lines], begin[has_lines], end[has_lines]
    reach: Hashes = np.arange(len(days))
    np.maximum.at(reach, begin, end - 1)
    reach = np.maximum.accumulate(reach)
    groups = np.cumsum(np.r_[False, np.arange(1, len(days)) > reach[:-1]]) if len(days) else reach
    linked, numbers = np.r_[owners, looking], np.r_[groups, groups[begin]]
    is_several = np.bincount(numbers, minlength=1)[numbers] > 1 if len(numbers) else numbers > 0
    return linked[is_several], numbers[is_several]


def _lines_with(claims: ClaimColumns, codes: frozenset[str] | None) -> tuple[Hashes, Hashes]:
    """Return the claims and days of lines with the codes; a line of several days has each day."""
    import numpy as np

    of_rows = np.repeat(np.arange(len(claims.starts)), claims.counts)
    has_code: Hashes = np.ones(len(of_rows), bool)
    if codes is not None:
        cells = claims.coded["code"].cells
        of_cell = np.array([isinstance(c, str) and c.strip() in codes for c in cells])
        has_code = of_cell[claims.of_rows("code")]
    rows = np.flatnonzero(has_code & claims.usable[of_rows])
    lengths = (claims.ends - claims.begins)[rows].astype(np.int64) + 1
    days = ranges(claims.begins[rows].astype(np.int64), lengths)
    return np.repeat(of_rows[rows], lengths), days


def _ranks(claims: ClaimColumns, chosen: Hashes) -> Hashes:
    """Return the places of claims in the order of their ids."""
    import numpy as np

    cells = claims.coded["claim"].cells
    ids = [cells[code] for code in claims.of_rows("claim")[claims.starts[chosen]].tolist()]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ranks: Hashes = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
