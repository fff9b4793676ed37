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
from payer_rules.batch.read_columns import READS_ALL, ClaimReads, LookbackColumns, ReadColumns
from payer_rules.batch.text_hashes import Hashes
from payer_rules.batch.unit_table import ClaimColumns, claim_keys, days_of_receipt
from payer_rules.batch.unread_columns import (
    DECLARED,
    UnreadColumns,
    unread_columns,
)
from payer_rules.checking import ClaimChecker
from payer_rules.claims import Claim
from payer_rules.engine.condition_days import claim_days
from payer_rules.engine.limits.windows import days_around
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Window

if TYPE_CHECKING:
    import pyarrow as pa

#: The codes that a claim looks back to, ``None`` for any, and the first and last day of these, as
#: distances from its own first day.
_Lookbacks: TypeAlias = tuple[tuple[frozenset[str] | None, int, int], ...]
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
#: The sets of codes of which the places of days are in memory together.
_SETS_AT_ONCE: Final = 2000


@attrs.define(eq=False)
class ReadsOfClaims:
    """The facts on which the answers on claims depend, by keys, as the books of a checker say."""

    checker: ClaimChecker
    books: tuple[RuleBook, ...]
    mapping: Mapping[str, str]
    setting: str | None
    outlines: dict[tuple[int, int], ClaimReads] = attrs.field(factory=dict, init=False)
    lookbacks: dict[tuple[int, int], _Lookbacks | None] = attrs.field(factory=dict, init=False)
    _spans: dict[Window, dict[int, tuple[int, int]]] = attrs.field(factory=dict, init=False)
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
        edges = np.r_[every[0] - 1, every]
        found: Hashes = np.empty(len(places), np.int64)
        of_rows = np.repeat(which, claims.counts)
        # NOTE: only days of the claim's own codes are numbered, so that a key means the same in
        # every table.
        for start in range(0, len(days), _SETS_AT_ONCE):
            some = days[start : start + _SETS_AT_ONCE]
            of_sets = np.stack([np.searchsorted(each, edges, side="right") for each in some])
            own = np.flatnonzero((start <= of_rows) & (of_rows < start + len(some)))
            found[own] = of_sets[of_rows[own] - start, places[own]]
        return found

    def _change_days(self, codes: frozenset[str]) -> list[int]:
        found = self._days.get(codes)
        if found is None:
            keys = [book.claim_keys for book in self.books]
            days = {day for each in keys if each for day in each.change_days(sorted(codes))}
            found = self._days[codes] = sorted(day.toordinal() - DAY_ZERO for day in days)
        return found

    def of(self, claims: ClaimColumns, outlines: RowKeys) -> ReadColumns:
        """Return what the answers on the claims with these keys of their outlines depend on."""
        import numpy as np

        different, at, which = outlines.different()
        new = [n for n, key in enumerate(different) if key not in self.outlines]
        for n, example in zip(new, self._examples(claims, at[new]), strict=True):
            self.outlines[different[n]] = _reads_of(example)
        reads = [self.outlines[key] for key in different]
        unread = _unread(claims, [each.unread for each in reads], which)
        of_periods: Hashes = np.array([each.windows is not None for each in reads])[which]
        # NOTE: an answer may name any day of its claim.
        of_periods &= claims.first_days == claims.last_days
        for name in ("birth_date", "received"):
            if name in claims.names:
                is_empty = claims.of_rows(name)[claims.starts] == 0
                of_periods &= unread[name] | is_empty
        windows = {
            window: np.array([window in (other.windows or ()) for other in reads])[which]
            for window in {window: None for each in reads for window in each.windows or ()}
        }
        together = _unread(claims, [each.unread_together for each in reads], which)
        compared = _compared(claims, [each.unread.starts for each in reads], which)
        starts = [each.unread_together.starts for each in reads]
        every = frozenset[str]().union(*(each for each in starts if each))
        alike = [None if each is None else every for each in starts]
        compared_together = _compared(claims, alike, which)
        return ReadColumns(unread, together, compared, compared_together, of_periods, windows)

    def lookbacks_of(
        self, claims: ClaimColumns, reads: ReadColumns, keys: RowKeys
    ) -> tuple[list[LookbackColumns], Hashes]:
        """Return the lookbacks of the claims, and which claims cannot be read.

        ``keys`` are those of the claims, which have the days if periods do not stand for them.
        """
        import numpy as np

        of_periods = np.flatnonzero(reads.of_periods)
        days = claims.first_days[of_periods]
        found = [LookbackColumns(None, of_periods, days, days)]
        for (codes, window), counted in reads.windows.items():
            chosen = of_periods[counted[of_periods]]
            found.append(LookbackColumns(codes, chosen, *self.spans(window, claims, chosen)))
        others = np.flatnonzero(~reads.of_periods)
        is_unread: Hashes = np.zeros(len(claims.starts), bool)
        if len(others):
            records, which = self._asked_lookbacks(claims, others, keys.taken(others))
            is_unread[others] = np.array([each is None for each in records])[which]
            found += _lookback_columns(claims, others, records, which)
        return found, is_unread

    def spans(self, window: Window, claims: ClaimColumns, chosen: Hashes) -> tuple[Hashes, Hashes]:
        """Return the first and last day that share a window with the day of each chosen claim."""
        import numpy as np

        known = self._spans.setdefault(window, {})
        days, which = np.unique(claims.first_days[chosen], return_inverse=True)
        for day in days.tolist():
            if day not in known:
                around = days_around(window, day + DAY_ZERO)
                known[day] = around.first - DAY_ZERO, around.last - DAY_ZERO
        found: Hashes = np.array([known[day] for day in days.tolist()], np.int64).reshape(-1, 2)
        return found[which, 0], found[which, 1]

    def _asked_lookbacks(
        self, claims: ClaimColumns, numbers: Hashes, keys: RowKeys
    ) -> tuple[list[_Lookbacks | None], Hashes]:
        """Return the different lookbacks of the claims with these numbers, and which each has."""
        different, at, which = keys.different()
        new = [n for n, key in enumerate(different) if key not in self.lookbacks]
        new = [n for n in new if claims.usable[numbers[at[n]]]]
        for n, example in zip(new, self._examples(claims, numbers[at[new]]), strict=True):
            first = int(claims.first_days[numbers[at[n]]])
            self.lookbacks[different[n]] = _lookbacks(example, first)
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
        return READS_ALL
    _, claim = example[0]
    unread, together = (
        reduce(and_, (unread_columns(book, each, is_alone=alone) for book, each in example))
        for alone in (True, False)
    )
    states_dates = any(claim_days(claim)) or any(
        dates is not None for dates in (claim.dates, *(line.dates for line in claim.lines))
    )
    windows: dict[tuple[frozenset[str] | None, Window], None] = {}
    for book, each in example:
        counted = book.claim_keys.counting_windows(each) if book.claim_keys else None
        if counted is None or states_dates:
            return ClaimReads(unread, together, None)
        windows.update(dict.fromkeys(counted))
    return ClaimReads(unread, together, tuple(windows))


def _unread(
    claims: ClaimColumns, unread: Sequence[UnreadColumns], which: Hashes
) -> dict[str, Hashes]:
    """Return the claims that leave columns unread, by column; ``which`` is what each leaves."""
    import numpy as np

    found: dict[str, Hashes] = {}
    for name in DECLARED:
        if name in claims.names and name != "received":
            found[name] = np.array([name in each.names for each in unread])[which]
    if "received" in claims.names:
        found["received"] = _is_in_time(claims, unread, which)
    if "diagnosis_pointers" in claims.names:
        found.pop("diagnoses", None)
    return found


def _compared(
    claims: ClaimColumns, starts: Sequence[frozenset[str] | None], which: Hashes
) -> dict[frozenset[str], Hashes]:
    """Return the claims whose diagnoses are compared with beginnings of codes, by these."""
    import numpy as np

    if "diagnoses" not in claims.names or "diagnosis_pointers" in claims.names:
        return {}
    return {
        each: np.array([other == each for other in starts])[which]
        for each in dict.fromkeys(starts)
        if each is not None
    }


def _lookback_columns(
    claims: ClaimColumns, numbers: Hashes, records: Sequence[_Lookbacks | None], which: Hashes
) -> Iterator[LookbackColumns]:
    """Yield the lookbacks of the claims with these numbers, for each set of codes."""
    import numpy as np

    first_days = claims.first_days[numbers]
    for codes in {codes: None for each in records if each for codes, _, _ in each}:
        spans = [[(a, z) for of, a, z in each or () if of == codes] for each in records]
        has_some: Hashes = np.array([bool(each) for each in spans])[which]
        first = np.array([min((a for a, _ in each), default=0) for each in spans])[which]
        last = np.array([max((z for _, z in each), default=0) for each in spans])[which]
        yield LookbackColumns(
            codes,
            numbers[has_some],
            (first_days + first)[has_some],
            (first_days + last)[has_some],
        )


def _lookbacks(example: Sequence[tuple[RuleBook, Claim]], first: int) -> _Lookbacks | None:
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
