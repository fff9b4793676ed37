"""What the answers on claims depend on: facts, other days, and other claims of the member.

It is found on one example of all claims with one outline: the codes, places, providers and other
facts that decide which rules may apply, and periods for the days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from payer_rules.batch.column_values import RowKeys
from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW, claims_of_rows
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_table import ClaimColumns, claim_keys, days_of_receipt
from payer_rules.batch.unread_columns import (
    ALL_UNREAD,
    DECLARED,
    NONE_UNREAD,
    UnreadColumns,
    unread_columns,
)
from payer_rules.checking import ClaimChecker
from payer_rules.claims import Claim
from payer_rules.engine.condition_days import claim_days
from payer_rules.rulebook import RuleBook

if TYPE_CHECKING:
    import pyarrow as pa

#: The codes that a claim looks back to, ``None`` for any, and the first and last day of these, as
#: distances from its own first day.
Lookbacks: TypeAlias = tuple[tuple[frozenset[str] | None, int, int], ...]
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
#: More sets of codes than this share the days on which something changes.
_MOST_SETS: Final = 2000


@attrs.frozen
class ClaimReads:
    """The facts on which the answers on claims with one outline depend.

    ``unread`` are the columns that no rule reads. With ``has_periods`` the answers are the same on
    all days of a period.
    """

    unread: UnreadColumns
    has_periods: bool


_READS_ALL: Final = ClaimReads(NONE_UNREAD, has_periods=False)


@attrs.define(eq=False)
class ReadsOfClaims:
    """The facts on which the answers on claims depend, by keys, as the books of a checker say."""

    checker: ClaimChecker
    books: tuple[RuleBook, ...]
    mapping: Mapping[str, str]
    setting: str | None
    outlines: dict[tuple[int, int], ClaimReads] = attrs.field(factory=dict, init=False)
    lookbacks: dict[tuple[int, int], Lookbacks | None] = attrs.field(factory=dict, init=False)
    _days: dict[frozenset[str], list[int]] = attrs.field(factory=dict, init=False)

    def places_of_days(self, claims: ClaimColumns) -> Hashes:
        """Return for each sorted row the place of its day among those on which answers change."""
        import numpy as np

        cells = claims.coded["code"].cells
        codes = claims.of_rows("code")
        _, at, which = claim_keys(claims, RowKeys.empty(len(codes)).with_column(codes)).different()
        sets = []
        for number in at.tolist():
            start = claims.starts[number]
            of_claim = codes[start : start + claims.counts[number]].tolist()
            stated = (cells[code] for code in of_claim)
            sets.append(frozenset(code.strip() for code in stated if isinstance(code, str)))
        days = [self._change_days(each) for each in sets]
        every: Hashes = np.unique(np.concatenate([np.zeros(1, np.int64), *days]))
        places: Hashes = np.searchsorted(every, claims.begins, side="right")
        if len(days) > _MOST_SETS:
            return places
        edges = np.r_[every[0] - 1, every]
        of_sets = np.stack([np.searchsorted(each, edges, side="right") for each in days])
        found: Hashes = of_sets[np.repeat(which, claims.counts), places]
        return found

    def _change_days(self, codes: frozenset[str]) -> list[int]:
        found = self._days.get(codes)
        if found is None:
            keys = [book.claim_keys for book in self.books]
            days = {day for each in keys if each for day in each.change_days(sorted(codes))}
            found = self._days[codes] = sorted(day.toordinal() - DAY_ZERO for day in days)
        return found

    def of(self, claims: ClaimColumns, outlines: RowKeys) -> tuple[dict[str, Hashes], Hashes]:
        """Return the claims that leave columns unread, by column, and those that have periods.

        ``outlines`` are the keys of the claims' outlines.
        """
        import numpy as np

        different, at, which = outlines.different()
        new = [n for n, key in enumerate(different) if key not in self.outlines]
        for n, example in zip(new, self._examples(claims, at[new]), strict=True):
            self.outlines[different[n]] = _reads_of(example)
        reads = [self.outlines[key] for key in different]
        of_periods: Hashes = np.array([each.has_periods for each in reads])[which]
        # NOTE: an answer may name any day of its claim.
        of_periods &= claims.first_days == claims.last_days
        unread: dict[str, Hashes] = {}
        for name in DECLARED:
            if name in claims.names and name != "received":
                unread[name] = np.array([name in each.unread.names for each in reads])[which]
        if "received" in claims.names:
            unread["received"] = _is_in_time(claims, [each.unread for each in reads], which)
        if "diagnosis_pointers" in claims.names:
            unread.pop("diagnoses", None)
        for name in ("birth_date", "received"):
            if name in claims.names:
                is_empty = claims.of_rows(name)[claims.starts] == 0
                of_periods &= unread[name] | is_empty
        return unread, of_periods

    def lookbacks_of(
        self, claims: ClaimColumns, keys: RowKeys
    ) -> tuple[list[Lookbacks | None], Hashes]:
        """Return the different lookbacks of the claims with these keys, and which each has."""
        different, at, which = keys.different()
        new = [n for n, key in enumerate(different) if key not in self.lookbacks]
        new = [n for n in new if claims.usable[at[n]]]
        for n, example in zip(new, self._examples(claims, at[new]), strict=True):
            self.lookbacks[different[n]] = _lookbacks(example, int(claims.first_days[at[n]]))
        return [self.lookbacks.get(key) for key in different], which

    def clear(self) -> None:
        """Drop what was found."""
        self.outlines.clear()
        self.lookbacks.clear()

    def _examples(
        self, claims: ClaimColumns, numbers: Hashes
    ) -> Iterator[list[tuple[RuleBook, Claim]]]:
        """Yield the books that decide each claim, with the claim; none if it cannot be read."""
        import numpy as np

        if not len(numbers):
            return
        rows = [claims.rows_of(number) for number in numbers.tolist()]
        starts = np.cumsum([0, *map(len, rows)])
        found = claims_of_rows([numbered(claims.table, rows)], self.mapping, self.setting)
        by_start = {
            min(of_claim.values()): filed
            for filed, of_claim in zip(found.claims, found.rows, strict=True)
        }
        for start in starts[:-1].tolist():
            filed = by_start.get(start)
            yield self.checker.asked_books(filed) if filed else []


def _reads_of(example: Sequence[tuple[RuleBook, Claim]]) -> ClaimReads:
    """Return what the answers on claims depend on that are as the example."""
    if not example:
        return _READS_ALL
    unread = reduce(and_, (unread_columns(book, claim) for book, claim in example), ALL_UNREAD)
    has_periods = all(
        book.claim_keys and book.claim_keys.has_periods(claim) for book, claim in example
    )
    _, claim = example[0]
    states_dates = any(claim_days(claim)) or any(
        dates is not None for dates in (claim.dates, *(line.dates for line in claim.lines))
    )
    return ClaimReads(unread, has_periods and not states_dates)


def _lookbacks(example: Sequence[tuple[RuleBook, Claim]], first: int) -> Lookbacks | None:
    """Return the earlier lines to which the example looks back; ``None`` if no book decides it."""
    first += DAY_ZERO
    found = {
        (query.codes, query.date_from.toordinal() - first, query.date_to.toordinal() - first): None
        for book, claim in example
        for query in book.queries([claim])
    }
    return tuple(found) if example else None


def _is_in_time(claims: ClaimColumns, unread: Sequence[UnreadColumns], which: Hashes) -> Hashes:
    """Return the claims of which every rule about the day of receipt finds them in time."""
    import numpy as np

    least: Hashes = np.array([each.in_time for each in unread])[which]
    bound: Hashes = np.array([each.bound_from for each in unread])[which]
    stated = days_of_receipt(claims)
    lag = stated - claims.first_days
    found: Hashes = (stated >= 0) & (lag >= 0) & (lag <= least) & (claims.first_days >= bound)
    return found


def numbered(table: pa.Table, rows: Sequence[Hashes]) -> pa.Table:
    """Return the rows of the table, numbered from 1 on in place of their files and rows."""
    import numpy as np
    import pyarrow as pa

    taken = table.take(np.concatenate([*rows]))
    taken = taken.drop_columns([SOURCE_FILE, SOURCE_ROW])
    numbers = pa.array(np.arange(1, taken.num_rows + 1))
    return taken.append_column(SOURCE_ROW, numbers)
