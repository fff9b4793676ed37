"""The lines of a partition as columns, sorted by claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.column_values import CodedColumn, RowKeys
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unread_columns import DECLARED
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, NEEDED_OF_CLAIMS
from payer_rules.readers.line_tables.layout import layout_of

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of ids and NPIs, which are not in keys as they are.
IDS: Final = ("claim", "member")
NPIS: Final = ("billing_npi", "rendering_npi")
#: Claims with a cell in one of these may change what other claims of the member answer.
_OF_OTHER_CLAIMS: Final = ("replaces", "frequency_code")
_PLAIN_ID: Final = r"^[A-Za-z0-9._-]{1,40}$"
#: Units with more rows go to the engine.
_MOST_ROWS: Final = 12
#: Claims with a line of more days go to the engine.
_MOST_DAYS: Final = 400
#: The columns of `ClaimColumns` with a value for each claim.
_OF_CLAIMS: Final = ("members", "usable", "first_days", "last_days", "turns")


@attrs.define(eq=False)
class ClaimColumns:
    """The rows of a table sorted by claim, with what keys are made of.

    ``rows`` are the positions of the sorted rows in the table; ``starts`` and ``counts`` are those
    of the claims. ``begins`` and ``ends`` are the days of the sorted rows, since 1970, and
    ``first_days`` and ``last_days`` those of the claims. ``usable`` is false for claims that only
    the engine can read.
    """

    table: pa.Table
    names: Mapping[str, str]
    rows: Hashes
    starts: Hashes
    counts: Hashes
    members: Hashes
    usable: Hashes
    coded: dict[str, CodedColumn]
    begins: Hashes
    ends: Hashes
    first_days: Hashes
    last_days: Hashes
    turns: Hashes

    def of_rows(self, name: str) -> Hashes:
        """Return the codes of a column for the sorted rows."""
        codes: Hashes = self.coded[name].codes[self.rows]
        return codes

    def rows_of(self, number: int) -> Hashes:
        """Return the positions of the rows of a claim."""
        start = self.starts[number]
        rows: Hashes = self.rows[start : start + self.counts[number]]
        return rows

    def taken(self, numbers: Hashes) -> ClaimColumns:
        """Return the columns of the claims with these numbers, which may come again."""
        import numpy as np

        counts = self.counts[numbers]
        at = ranges(self.starts[numbers], counts)
        return attrs.evolve(
            self,
            rows=self.rows[at],
            starts=np.cumsum(counts) - counts,
            counts=counts,
            begins=self.begins[at],
            ends=self.ends[at],
            **{name: getattr(self, name)[numbers] for name in _OF_CLAIMS},
        )


def column_names(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the names of a table's columns by our own names of them."""
    source: Any = _ColumnNames(tuple(header))
    layout, _ = layout_of(source, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, mapping)
    return {c.name: name for c, name in zip(layout.columns, layout.names, strict=True)}


@attrs.frozen
class _ColumnNames:
    """The names of the columns of a table, for its layout."""

    header: tuple[str, ...]

    def place(self, number: int) -> str:
        return f"row {number}"


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
    if any(table.schema.field(names[name]).type != pa.string() for name in IDS):
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
    first, last = _days_of_rows(table, names)
    ordered = ClaimColumns(
        table,
        names,
        order,
        starts,
        counts,
        member[order][starts],
        np.ones(len(starts), bool),
        coded,
        first[order],
        last[order],
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
    begins, ends = ordered.begins, ordered.ends
    is_clear = (begins >= 0) & (ends >= begins) & (ends - begins < _MOST_DAYS)
    usable &= np.logical_and.reduceat(is_clear, starts)
    ordered.first_days = np.minimum.reduceat(begins, starts)
    ordered.last_days = np.maximum.reduceat(ends, starts)
    ordered.turns = ordered.first_days
    if "received" in names:
        received = ordered.of_rows("received")
        usable &= _is_same(received, starts)
        stated = ordinals(table[names["received"]])[order][starts]
        ordered.turns = np.where(stated < 0, ordered.first_days, stated)
    for name in DECLARED:
        if name in names and CLAIM_COLUMNS[name].part in ("claim", "member"):
            usable &= _is_same(ordered.of_rows(name), starts)
    # NOTE: if one claim of a member goes to the engine, the others may be its history.
    broken: Hashes = np.zeros(coded["member"].size, bool)
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


def ordinals(column: pa.ChunkedArray) -> Hashes:
    """Return the days since 1970 of each row; -1 where there is none, or an earlier one."""
    import pyarrow as pa

    return _numpy(column.cast(pa.int32()).fill_null(-1))


def _days_of_rows(table: pa.Table, names: Mapping[str, str]) -> tuple[Hashes, Hashes]:
    """Return the first and last day of each row; -1 where it is not clear."""
    import numpy as np

    nothing: Hashes = np.full(table.num_rows, -1, np.int32)
    whole, first, last = (
        ordinals(table[names[name]]) if name in names else nothing
        for name in ("date", "date_from", "date_to")
    )
    begins: Hashes = np.where(whole >= 0, whole, first)
    ends: Hashes = np.where(last >= 0, last, begins)
    return begins, ends


def spread(values: Hashes, claims: ClaimColumns) -> Hashes:
    """Return the value of each claim for its rows."""
    import numpy as np

    found: Hashes = np.repeat(values, claims.counts)
    return found


def days_of_receipt(claims: ClaimColumns) -> Hashes:
    """Return the day of receipt of each claim, in days since 1970; -1 where none is stated."""
    received = ordinals(claims.table[claims.names["received"]])
    days: Hashes = received[claims.rows][claims.starts]
    return days


def claim_keys(claims: ClaimColumns, keys: RowKeys) -> RowKeys:
    """Return the keys of claims, made of those of their rows."""
    import numpy as np

    places = np.arange(len(claims.rows)) - np.repeat(claims.starts, claims.counts)
    return keys.joined(claims.starts, places)


def ranges(starts: Hashes, counts: Hashes) -> Hashes:
    """Return start, start + 1 and so on for each start, as many numbers as its count."""
    import numpy as np

    ends = np.cumsum(counts)
    found: Hashes = np.arange(int(ends[-1]) if len(ends) else 0)
    found += np.repeat(starts - (ends - counts), counts)
    return found
