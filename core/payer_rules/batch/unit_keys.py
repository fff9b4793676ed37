"""The keys of units: units with equal keys have equal answers.

A unit is a claim after the earlier claims of the member to which it looks back. It answers that
claim, which depends on the earlier ones by their rows and by what the decisions on them leave. Its
key has all cells of its rows, except

- ids of members and claims, which no answer has;
- NPIs, of which it matters which of a unit are the same, whether they are valid, and what the
  practice states of them;
- in units of one claim, facts that no rule that may apply to the claim reads (`unread_columns`);
- in units of one claim whose rules look at no other day, the day: between two days on which
  something changes, its place among these stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs

from payer_rules.batch.claim_reads import ReadsOfClaims
from payer_rules.batch.claim_units import ClaimGroups
from payer_rules.batch.column_values import CodedColumn, RowKeys, digest
from payer_rules.batch.read_columns import ReadColumns
from payer_rules.batch.text_hashes import Hashes, blanks
from payer_rules.batch.unit_table import IDS, NPIS, ClaimColumns, ordinals, ranges, spread
from payer_rules.batch.unread_columns import DECLARED, accepts_cell, compared_diagnoses
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, Column

#: Hashes that stand for an empty cell, for a cell whose value no rule reads, and for one that is
#: the same within a claim's time of filing.
_EMPTY, _UNREAD, _IN_TIME = 0, 1, 2
#: The most claims of a unit that are compared by periods; larger units are equal on equal days.
_MOST_COMPARED: Final = 12
#: The columns of the days of a line.
_DAYS: Final = ("date", "date_from", "date_to")
#: More days than lie between two days of claims.
_FAR: Final = 1 << 40


def outline_keys(
    claims: ClaimColumns, places: Hashes, describe_npi: Callable[[Any], object]
) -> RowKeys:
    """Return the keys of the sorted rows without their days, and without `DECLARED` facts.

    ``places`` are those of the days among the days of change. The keys have how far the days of a
    claim are apart, and whether a fact is stated.
    """
    import numpy as np

    keys = RowKeys.empty(len(claims.rows))
    # NOTE: tables with other columns may be decided by the same books.
    keys.add(np.full(len(claims.rows), digest(sorted(claims.names)), np.uint64))
    for name in sorted(claims.names):
        if name in IDS:
            continue
        if name in _DAYS:
            stated = ordinals(claims.table[claims.names[name]])[claims.rows]
            hashes = np.where(stated < 0, -_FAR, stated - claims.begins).astype(np.uint64)
        elif name in DECLARED:
            hashes = (claims.of_rows(name) != 0).astype(np.uint64)
        else:
            describe = describe_npi if name in NPIS else _as_it_is
            hashes = claims.coded[name].hashes(describe)[claims.rows]
        keys.add(hashes)
    keys.add(places.astype(np.uint64))
    keys.add((claims.begins - spread(claims.first_days, claims)).astype(np.uint64))
    of_days = np.where(claims.begins == claims.ends, 0, claims.begins.astype(np.int64) + _FAR)
    keys.add(of_days.astype(np.uint64))
    return keys


def _as_it_is(cell: object) -> object:
    return cell


def row_keys(
    claims: ClaimColumns,
    outlines: RowKeys,
    unread: Mapping[str, Hashes],
    compared: Mapping[frozenset[str], Hashes],
) -> RowKeys:
    """Return the keys of the sorted rows without their days.

    ``outlines`` are the keys without `DECLARED` facts. ``unread`` has the claims that leave a fact
    unread, by column, and ``compared`` those whose diagnoses are compared with beginnings of codes.
    """
    import numpy as np

    keys = outlines.copied()
    for name in DECLARED:
        if name not in claims.names:
            continue
        coded, codes = claims.coded[name], claims.of_rows(name)
        hashes = coded.hashes()[claims.rows]
        if name == "diagnoses":
            for starts, of_claims in compared.items():
                alike = coded.hashes(partial(compared_diagnoses, starts))[claims.rows]
                hashes = np.where(spread(of_claims, claims), alike, hashes)
        if name in unread:
            good = _accepted(coded, CLAIM_COLUMNS[name])
            stands_for = _IN_TIME if name == "received" else _UNREAD
            plain: Hashes = np.where(codes == 0, np.uint64(_EMPTY), np.uint64(stands_for))
            hashes = np.where(spread(unread[name], claims) & good[codes], plain, hashes)
        keys.add(hashes)
    return keys


def _accepted(coded: CodedColumn, column: Column) -> Hashes:
    """Return for each cell of a column whether a claim may have it."""
    import numpy as np

    good: Hashes = np.array([cell is None or accepts_cell(column, cell) for cell in coded.cells])
    return good


@attrs.frozen(eq=False)
class UnitColumns:
    """The units of a table, each with its key, and its claim and the earlier ones in ``groups``.

    ``days`` has the day of the claim of each unit if a period stands for it, else -1. The keys do
    not have what the decisions on the earlier claims leave.
    """

    groups: ClaimGroups
    keys: RowKeys
    days: Hashes

    @classmethod
    def of(
        cls,
        claims: ClaimColumns,
        groups: ClaimGroups,
        reads: ReadColumns,
        outlines: RowKeys,
        keys: RowKeys,
        around: ReadsOfClaims,
    ) -> UnitColumns:
        """Return the units of the groups of claims.

        ``keys`` are those of the rows of claims that are alone, with days where these are needed.
        """
        import numpy as np

        units = len(groups.starts)
        found, days = RowKeys.empty(units), np.full(units, -1, np.int64)
        single, joint = (np.flatnonzero(each) for each in (groups.counts == 1, groups.counts > 1))
        for chosen in (single, joint):
            if not len(chosen):
                continue
            own = groups.claims[groups.parts_of(chosen)]
            counts = groups.counts[chosen]
            starts = np.cumsum(counts) - counts
            table, of_claims = claims.taken(own), reads.taken(own)
            at = ranges(claims.starts[own], claims.counts[own])
            of_periods, of_rows = of_claims.of_periods, keys.taken(at)
            if chosen is joint:
                is_of_periods = np.logical_and.reduceat(of_periods, starts)
                is_of_periods &= counts <= _MOST_COMPARED
                of_periods = np.repeat(is_of_periods, counts)
                of_claims = attrs.evolve(of_claims, of_periods=of_periods)
                of_rows = _keys_together(
                    table, of_claims, outlines.taken(at), starts, counts, around
                )
            of_units = _joined(table, of_rows, starts)
            found.first[chosen], found.second[chosen] = of_units.first, of_units.second
            last = starts + counts - 1
            days[chosen] = np.where(of_periods[last], table.first_days[last], -1)
        return cls(groups, found, days)


def _keys_together(
    claims: ClaimColumns,
    reads: ReadColumns,
    outlines: RowKeys,
    starts: Hashes,
    counts: Hashes,
    around: ReadsOfClaims,
) -> RowKeys:
    """Return the keys of the rows of units of several claims, which follow one another.

    ``starts`` and ``counts`` are those of units among the claims.
    """
    import numpy as np

    of_periods = reads.of_periods
    unread = {
        name: _of_whole_units(left & of_periods, starts, counts)
        for name, left in reads.unread_together.items()
    }
    compared = {
        beginnings: _of_whole_units(alike & of_periods, starts, counts)
        for beginnings, alike in reads.compared_together.items()
    }
    keys = row_keys(claims, outlines, unread, compared)
    days = np.where(spread(of_periods, claims), 0, claims.begins + np.int64(1))
    keys.add(days.astype(np.uint64))
    related = _relations_of_days(claims, starts, counts, reads, around)
    for each in (related.first, related.second):
        keys.add(spread(each, claims))
    return keys


def _joined(claims: ClaimColumns, keys: RowKeys, starts: Hashes) -> RowKeys:
    """Return the keys of units, made of those of their rows; ``starts`` are those of claims."""
    import numpy as np

    # NOTE: where a claim begins in a unit is a part of the key.
    place_in_claim = ranges(np.zeros(len(claims.starts), np.int64), claims.counts)
    keys.add(place_in_claim.astype(np.uint64))
    sizes = np.add.reduceat(claims.counts, starts)
    starts = np.cumsum(sizes) - sizes
    _add_relations(keys, _provider_numbers(claims), starts, sizes)
    places = np.arange(len(claims.rows)) - np.repeat(starts, sizes)
    return keys.joined(starts, places)


def _of_whole_units(values: Hashes, starts: Hashes, counts: Hashes) -> Hashes:
    """Return the values, true for the claims of a unit only if they are for all of them."""
    import numpy as np

    found: Hashes = np.repeat(np.logical_and.reduceat(values, starts), counts)
    return found


def _relations_of_days(
    claims: ClaimColumns,
    starts: Hashes,
    counts: Hashes,
    reads: ReadColumns,
    around: ReadsOfClaims,
) -> RowKeys:
    """Return the keys of claims, with which claims of the unit are before, and share a window."""
    import numpy as np

    keys = RowKeys.empty(len(claims.starts))
    windows = sorted({window for _, window in reads.windows}, key=repr)
    for count in np.unique(counts).tolist():
        if count > _MOST_COMPARED:
            continue
        own = starts[counts == count][:, None] + np.arange(count)
        days = claims.first_days[own].astype(np.int64)
        related = keys.taken(own.ravel())
        _add_related(related, _order(days))
        for window in windows:
            # NOTE: other tables have other windows, and keys are those of all tables.
            related = related.with_column(np.full(own.size, digest(window), np.uint64))
            _add_related(related, _is_shared(days, *around.spans(window, claims, own.ravel())))
        keys.first[own.ravel()], keys.second[own.ravel()] = related.first, related.second
    return keys


def _add_related(keys: RowKeys, related: Hashes) -> None:
    """Add to the keys of claims how each is related to each of its unit."""
    for at in range(related.shape[2]):
        keys.add(related[:, :, at].ravel())


def _order(days: Hashes) -> Hashes:
    """Return for each two claims of a unit whether one is before the other, or on its day."""
    import numpy as np

    found: Hashes = (np.sign(days[:, None, :] - days[:, :, None]) + 2).astype(np.uint64)
    return found


def _is_shared(days: Hashes, first: Hashes, last: Hashes) -> Hashes:
    """Return for each two claims of a unit whether one is between the days around the other."""
    import numpy as np

    first, last = first.reshape(days.shape), last.reshape(days.shape)
    found = (first[:, :, None] <= days[:, None, :]) & (days[:, None, :] <= last[:, :, None])
    shared: Hashes = found.astype(np.uint64)
    return shared


def _provider_numbers(claims: ClaimColumns) -> list[Hashes]:
    """Return the NPIs of the sorted rows as numbers, equal for equal texts; 0 if there is none."""
    import numpy as np

    numbers: dict[Any, int] = {None: 0}
    found = []
    for name in NPIS:
        if name in claims.names:
            coded = claims.coded[name]
            of_cell = [numbers.setdefault(_trimmed(c), len(numbers)) for c in coded.cells]
            of_rows: Hashes = np.array(of_cell)[claims.of_rows(name)]
            found.append(of_rows)
    return found


def _trimmed(cell: object) -> object:
    if isinstance(cell, str):
        return cell.strip(blanks()) or None
    return None if cell is None else str(cell)


def _add_relations(
    keys: RowKeys, providers: Sequence[Hashes], starts: Hashes, counts: Hashes
) -> None:
    """Add to the keys of rows where an NPI of the unit is the same as one before.

    ``starts`` and ``counts`` are the units of the rows, which follow one another.
    """
    import numpy as np

    relation: Hashes = np.zeros((len(keys.first), len(providers)), np.uint64)
    for count in np.unique(counts).tolist():
        units = starts[counts == count]
        rows = units[:, None] + np.arange(count)
        numbers = np.stack([each[rows] for each in providers], axis=2).reshape(len(units), -1)
        ranks = np.stack(
            [
                (numbers[:, : at + 1] == numbers[:, at : at + 1]).argmax(axis=1)
                for at in range(numbers.shape[1])
            ],
            axis=1,
        )
        relation[rows.ravel()] = (ranks + 1).reshape(-1, len(providers)).astype(np.uint64)
    for at in range(len(providers)):
        keys.add(relation[:, at])
