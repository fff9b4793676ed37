"""The lines of a partition as units: claims of a member that can depend on one another.

A unit is a claim, or some claims of which one has a day that another looks back to. No unit depends
on another, so each is decided by itself. Two units with equal keys have equal answers: the keys
have all cells of their rows, except

- ids of members and claims, which no answer has;
- NPIs, of which it matters which of a unit are the same, whether they are valid, and what the
  practice states of them;
- facts that no rule of the codes reads (`unread_columns`), in units of one claim. A rule of one
  claim may read what the rules of another do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.column_values import CodedColumn, RowKeys
from payer_rules.batch.text_hashes import Hashes, blanks
from payer_rules.batch.unread_columns import DECLARED, UnreadColumns
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, Column

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of ids and NPIs, which are not in keys as they are.
_IDS: Final = ("claim", "member")
_NPIS: Final = ("billing_npi", "rendering_npi")
#: Claims with a cell in one of these may change what other claims of the member answer.
_OF_OTHER_CLAIMS: Final = ("replaces", "frequency_code")
_PLAIN_ID: Final = r"^[A-Za-z0-9._-]{1,40}$"
#: Units with more rows go to the engine.
_MOST_ROWS: Final = 12
#: Hashes that stand for an empty cell, for a cell whose value no rule reads, and for one that is
#: the same within a claim's time of filing.
_EMPTY, _UNREAD, _IN_TIME = 0, 1, 2


@attrs.define(eq=False)
class ClaimColumns:
    """The rows of a table sorted by claim, with what keys are made of.

    ``rows`` are the positions of the sorted rows in the table; ``starts`` and ``counts`` are those
    of the claims. ``usable`` is false for claims that only the engine can read.
    """

    table: pa.Table
    names: Mapping[str, str]
    rows: Hashes
    starts: Hashes
    counts: Hashes
    members: Hashes
    usable: Hashes
    coded: dict[str, CodedColumn]
    first_days: Hashes
    last_days: Hashes
    turns: Hashes

    def of_rows(self, name: str) -> Hashes:
        """Return the codes of a column for the sorted rows."""
        codes: Hashes = self.coded[name].codes[self.rows]
        return codes


def claim_columns(
    table: pa.Table, names: Mapping[str, str], split: Hashes | None, hashes: Hashes
) -> ClaimColumns | None:
    """Return the columns of the table sorted by claim; ``None`` if it is none of columns alone.

    ``names`` has the table's names of our columns; ``split`` are the claims with rows in other
    partitions, and ``hashes`` those of the claim ids of the rows.
    """
    import numpy as np
    import pyarrow as pa

    days = [name for name in ("date", "date_from", "date_to", "received") if name in names]
    if any(table.schema.field(names[name]).type != pa.date32() for name in days):
        return None
    if any(table.schema.field(names[name]).type != pa.string() for name in _IDS):
        return None
    coded = {name: CodedColumn.of(table[names[name]]) for name in names}
    claim, member = coded["claim"].codes, coded["member"].codes
    good = _plain(table[names["claim"]]) & _plain(table[names["member"]])
    if split is not None and len(split):
        good &= ~np.isin(hashes, split)
    order: Hashes = np.argsort(claim, kind="stable")
    sorted_claims = claim[order]
    starts: Hashes = np.flatnonzero(np.r_[True, sorted_claims[1:] != sorted_claims[:-1]])
    counts: Hashes = np.diff(np.r_[starts, len(order)])
    ordered = ClaimColumns(
        table,
        names,
        order,
        starts,
        counts,
        member[order][starts],
        np.ones(len(starts), bool),
        coded,
        starts,
        starts,
        starts,
    )
    usable = np.logical_and.reduceat(good[order], starts) & (counts <= _MOST_ROWS)
    usable &= _is_same(member[order], starts)
    for name in _OF_OTHER_CLAIMS:
        if name in names:
            usable &= np.maximum.reduceat(ordered.of_rows(name), starts) == 0
    if "line" not in names and "source_file" in table.column_names:
        files = CodedColumn.of(table["source_file"]).codes[order]
        usable &= _is_same(files, starts)
    first, last = _days_of_rows(table, names)
    usable &= np.logical_and.reduceat((first >= 0)[order] & (last >= first)[order], starts)
    ordered.first_days = np.minimum.reduceat(first[order], starts)
    ordered.last_days = np.maximum.reduceat(last[order], starts)
    ordered.turns = ordered.first_days
    if "received" in names:
        received = ordered.of_rows("received")
        usable &= _is_same(received, starts)
        stated = _ordinals(table[names["received"]])[order][starts]
        ordered.turns = np.where(stated < 0, ordered.first_days, stated)
    for name in DECLARED:
        if name in names and CLAIM_COLUMNS[name].part in ("claim", "member"):
            usable &= _is_same(ordered.of_rows(name), starts)
    # NOTE: if one claim of a member goes to the engine, the others may be its history.
    broken: Hashes = np.zeros(len(coded["member"].cells), bool)
    broken[member[~good]] = True
    broken[ordered.members[~usable]] = True
    broken[member[np.isin(claim, claim[~good])]] = True
    ordered.usable = usable & ~broken[ordered.members]
    return ordered


def _plain(column: pa.ChunkedArray) -> Hashes:
    """Return for each row whether the cell is an id that nobody could read in two ways."""
    import pyarrow.compute as pc

    found = pc.match_substring_regex(column, _PLAIN_ID).fill_null(False)
    return _numpy(found)


def _numpy(column: pa.ChunkedArray | pa.Array) -> Hashes:
    import numpy as np

    found: Hashes = np.asarray(column)
    return found


def _is_same(codes: Hashes, starts: Hashes) -> Hashes:
    """Return for each claim whether all its rows have the same code."""
    import numpy as np

    same: Hashes = np.minimum.reduceat(codes, starts) == np.maximum.reduceat(codes, starts)
    return same


def _ordinals(column: pa.ChunkedArray) -> Hashes:
    """Return the days since 1970 of each row; -1 where there is none, or an earlier one."""
    import pyarrow as pa

    return _numpy(column.cast(pa.int32()).fill_null(-1))


def _days_of_rows(table: pa.Table, names: Mapping[str, str]) -> tuple[Hashes, Hashes]:
    """Return the first and last day of each row; -1 where it is not clear."""
    import numpy as np

    nothing: Hashes = np.full(table.num_rows, -1, np.int32)
    whole, first, last = (
        _ordinals(table[names[name]]) if name in names else nothing
        for name in ("date", "date_from", "date_to")
    )
    begins: Hashes = np.where(whole >= 0, whole, first)
    ends: Hashes = np.where(last >= 0, last, begins)
    return begins, ends


def unread_rows(
    claims: ClaimColumns, unread_of: Callable[[str], UnreadColumns]
) -> dict[str, Hashes]:
    """Return for each column that rules may leave unread in which sorted rows they do.

    It is unread in a claim if no rule of any of its codes reads it.
    """
    import numpy as np

    codes = claims.of_rows("code")
    cells = claims.coded["code"].cells
    unread = [unread_of(cell) if isinstance(cell, str) else _NONE for cell in cells]
    found: dict[str, Hashes] = {}
    for name in DECLARED:
        if name not in claims.names or name == "received":
            continue
        of_code: Hashes = np.array([name in each.names for each in unread])
        found[name] = _spread(np.logical_and.reduceat(of_code[codes], claims.starts), claims)
    if "received" in claims.names:
        in_time: Hashes = np.array([each.in_time for each in unread])
        least = np.minimum.reduceat(in_time[codes], claims.starts)
        stated = _ordinals(claims.table[claims.names["received"]])[claims.rows][claims.starts]
        lag = stated - claims.first_days
        bound: Hashes = np.array([each.bound_from for each in unread])
        is_bound = claims.first_days >= np.maximum.reduceat(bound[codes], claims.starts)
        is_unread = (stated >= 0) & (lag >= 0) & (lag <= least) & is_bound
        found["received"] = _spread(is_unread, claims)
    if "diagnosis_pointers" in claims.names:
        found.pop("diagnoses", None)
    return found


_NONE: Final = UnreadColumns(frozenset(), -1)


def _spread(values: Hashes, claims: ClaimColumns) -> Hashes:
    """Return the value of each claim for its rows."""
    import numpy as np

    spread: Hashes = np.repeat(values, claims.counts)
    return spread


def row_keys(
    claims: ClaimColumns,
    unread: Mapping[str, Hashes],
    describe_npi: Callable[[Any], object],
    accepts: Callable[[Column, Any], bool],
) -> RowKeys:
    """Return the keys of the sorted rows, without what relates several rows.

    ``accepts`` is true for a cell that a claim may have, whether or not it is read.
    """
    import numpy as np

    keys = RowKeys.empty(len(claims.rows))
    for name in sorted(claims.names):
        if name in _IDS:
            continue
        coded = claims.coded[name]
        if name in _NPIS:
            hashes = coded.hashes(describe_npi)[claims.rows]
        else:
            hashes = coded.hashes()[claims.rows]
        if name in unread:
            column = CLAIM_COLUMNS[name]
            stands_for = _IN_TIME if name == "received" else _UNREAD
            good: Hashes = np.array([cell is None or accepts(column, cell) for cell in coded.cells])
            codes = claims.of_rows(name)
            plain: Hashes = np.where(codes == 0, np.uint64(_EMPTY), np.uint64(stands_for))
            hashes = np.where(unread[name] & good[codes], plain, hashes)
        keys.add(hashes)
    return keys


def provider_numbers(claims: ClaimColumns) -> list[Hashes]:
    """Return the NPIs of the sorted rows as numbers, equal for equal texts; 0 if there is none."""
    import numpy as np

    numbers: dict[Any, int] = {None: 0}
    found = []
    for name in _NPIS:
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


def add_relations(
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
