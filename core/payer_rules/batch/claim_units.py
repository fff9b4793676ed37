"""Units of claims: the claims of a member that look back to one another, as columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from payer_rules.batch.read_columns import LookbackColumns
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_table import ClaimColumns, ranges

#: Groups of more claims hardly repeat: those of an id under which many people are billed.
_MOST_CLAIMS: Final = 40
#: Days of one member never reach those of the next one.
_BITS_OF_DAYS: Final = 33


@attrs.frozen(eq=False)
class ClaimGroups:
    """The units of a table as groups of claims, which follow one another in ``claims``.

    In a group the claims are in order of receipt. ``starts`` and ``counts`` are those of groups.
    """

    claims: Hashes
    starts: Hashes
    counts: Hashes

    @classmethod
    def of(
        cls, claims: ClaimColumns, lookbacks: Iterable[LookbackColumns], is_unread: Hashes
    ) -> ClaimGroups:
        """Return the groups of claims of which one has lines that another looks back to.

        A claim that is unread, or one of a large group, goes to the engine with all claims of its
        member.
        """
        import numpy as np

        first = _first_of_groups(claims, lookbacks)
        sizes = np.bincount(first, minlength=len(first))[first]
        broken: Hashes = np.zeros(int(claims.members.max()) + 1, bool)
        broken[claims.members[is_unread | ~claims.usable | (sizes > _MOST_CLAIMS)]] = True
        chosen: Hashes = np.flatnonzero(~broken[claims.members])
        is_joint = sizes > 1
        alone, joint = chosen[~is_joint[chosen]], chosen[is_joint[chosen]]
        order = np.lexsort((_ranks(claims, joint), claims.turns[joint], first[joint]))
        joint = joint[order]
        starts = np.flatnonzero(np.diff(first[joint], prepend=-1))
        return cls(
            np.r_[alone, joint],
            np.r_[np.arange(len(alone)), len(alone) + starts],
            np.r_[np.ones(len(alone), np.int64), np.diff(np.r_[starts, len(joint)])],
        )

    @property
    def of_several(self) -> Hashes:
        """The numbers of the groups of several claims."""
        import numpy as np

        found: Hashes = np.flatnonzero(self.counts > 1)
        return found

    def claims_of(self, groups: Hashes) -> Hashes:
        """Return the claims of the groups with these numbers, group after group."""
        found: Hashes = self.claims[ranges(self.starts[groups], self.counts[groups])]
        return found


def _first_of_groups(claims: ClaimColumns, lookbacks: Iterable[LookbackColumns]) -> Hashes:
    """Return for each claim the first one of its group."""
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
