"""The keys of units: units with equal keys have equal answers.

A unit is a claim, or some claims of which one looks back to another. No unit depends on another, so
each is decided by itself. Its key has all cells of its rows, except

- ids of members and claims, which no answer has;
- NPIs, of which it matters which of a unit are the same, whether they are valid, and what the
  practice states of them;
- in units of one claim, facts that no rule that may apply to the claim reads (`unread_columns`);
- in units of one claim whose rules look at no other day, the day: between two days on which
  something changes, its place among these stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from payer_rules.batch.column_values import CodedColumn, RowKeys
from payer_rules.batch.text_hashes import Hashes, blanks
from payer_rules.batch.unit_table import IDS, NPIS, ClaimColumns, ordinals, spread
from payer_rules.batch.unread_columns import DECLARED
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, Column

#: Hashes that stand for an empty cell, for a cell whose value no rule reads, and for one that is
#: the same within a claim's time of filing.
_EMPTY, _UNREAD, _IN_TIME = 0, 1, 2
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
    forms: RowKeys,
    unread: Mapping[str, Hashes],
    of_periods: Hashes,
    accepts: Callable[[Column, Any], bool],
) -> RowKeys:
    """Return the keys of the sorted rows, without what relates several rows.

    ``forms`` are the keys without days and `DECLARED` facts. ``unread`` has the claims that leave a
    fact unread, by column, and ``of_periods`` the claims of which periods stand for the days.
    ``accepts`` is true for a cell that a claim may have, whether or not it is read.
    """
    import numpy as np

    keys = forms.copied()
    for name in DECLARED:
        if name not in claims.names:
            continue
        coded, codes = claims.coded[name], claims.of_rows(name)
        hashes = coded.hashes()[claims.rows]
        if name in unread:
            good = accepted(coded, CLAIM_COLUMNS[name], accepts)
            stands_for = _IN_TIME if name == "received" else _UNREAD
            plain: Hashes = np.where(codes == 0, np.uint64(_EMPTY), np.uint64(stands_for))
            hashes = np.where(spread(unread[name], claims) & good[codes], plain, hashes)
        keys.add(hashes)
    days = np.where(spread(of_periods, claims), 0, claims.begins + np.int64(1))
    keys.add(days.astype(np.uint64))
    return keys


def accepted(coded: CodedColumn, column: Column, accepts: Callable[[Column, Any], bool]) -> Hashes:
    """Return for each cell of a column whether a claim may have it."""
    import numpy as np

    good: Hashes = np.array([cell is None or accepts(column, cell) for cell in coded.cells])
    return good


def provider_numbers(claims: ClaimColumns) -> list[Hashes]:
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
