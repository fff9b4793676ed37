"""The answers on units of claims, each decided once by the engine and kept for all equal units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.claim_units import UnitColumns, ranges, units_of
from payer_rules.batch.column_values import RowKeys
from payer_rules.batch.decided_rows import decided_rows
from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW, claims_of_rows
from payer_rules.batch.result_rows import AnswerTable
from payer_rules.batch.text_hashes import Hashes, hash_texts
from payer_rules.batch.unit_table import (
    ClaimColumns,
    claim_columns,
    row_keys,
    unread_rows,
)
from payer_rules.batch.unread_columns import UnreadColumns, accepts_cell, unread_columns
from payer_rules.checking import ClaimChecker
from payer_rules.kinds.required_field.evaluator import is_npi
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, NEEDED_OF_CLAIMS
from payer_rules.readers.line_tables.layout import layout_of
from payer_rules.rulebook import RuleBook

if TYPE_CHECKING:
    import pyarrow as pa

#: The most units and spans that are kept; with more, all are dropped and kept anew.
_MOST_KEPT: Final = 500_000
#: Fewer claims than this part that repeat cost more than they save.
_LEAST_SEEN: Final = 0.5
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
#: The columns of a result that are those of all equal units.
_KEPT_COLUMNS: Final = (
    "line",
    "payer",
    "outcome",
    "expected",
    "basis",
    "complete",
    "answer",
    "findings",
)
#: A claim that the engine must decide with all claims of its member.
_NO_SPAN: Final = (1, 0)


@attrs.define(eq=False)
class KeptUnits:
    """The units that were decided, by their keys, with the rows of their results.

    ``answers`` has the texts of answers. ``units`` has the first row and the number of rows of the
    results of a unit in ``results``; ``None`` if only the engine can answer. ``spans`` has the days
    to which a claim looks back, first and last.
    """

    checker: ClaimChecker
    books: tuple[RuleBook, ...]
    mapping: Mapping[str, str]
    setting: str | None
    answers: AnswerTable = attrs.field(factory=AnswerTable)
    units: dict[tuple[int, int], tuple[int, int] | None] = attrs.field(factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = attrs.field(factory=dict)
    #: The keys of claims that were seen in tables whose claims hardly repeat.
    seen: set[tuple[int, int]] = attrs.field(factory=set)
    #: The part of a table's claims that must have been seen, so that its units are kept.
    least_seen: float = _LEAST_SEEN
    results: pa.Table | None = None
    decided: int = 0
    met: int = 0
    fingerprints: dict[str, str] = attrs.field(factory=dict)
    _unread: dict[str, UnreadColumns] = attrs.field(factory=dict)
    _notes: list[pa.Table] = attrs.field(factory=list)

    @classmethod
    def of(
        cls, checker: ClaimChecker, mapping: Mapping[str, str] | None, setting: str | None
    ) -> KeptUnits | None:
        """Return the store for the checker; ``None`` if its claims depend on more than columns.

        They do with a history store, with waivers, and where claims name their payers.
        """
        practice = checker.practice
        is_plain = (
            checker.store is None
            and practice.house.history_complete_from is None
            and not practice.waivers
            and not any(entry.supervised_by for entry in practice.providers.values())
        )
        known = checker.registry.payers
        if not is_plain or not checker.payers or any(p not in known for p in checker.payers):
            return None
        books = tuple(checker.book(payer) for payer in checker.payers)
        return cls(checker, books, mapping or {}, setting)

    def decide(
        self, table: pa.Table, split: Hashes | None
    ) -> tuple[pa.Table | None, Hashes] | None:
        """Return the results for the units that can be kept, and the positions of the other rows.

        It is ``None`` if the table has no columns that can be read together.
        """
        import numpy as np

        names = self._names(table)
        hashes = hash_texts(table[names["claim"]]) if "claim" in names else np.zeros(0)
        if not {"claim", "member", "code", "billing_npi"} <= names.keys() or not table.num_rows:
            return None
        claims = claim_columns(table, names, split, hashes)
        if claims is None:
            return None
        if len(self.units) > _MOST_KEPT or len(self.spans) > _MOST_KEPT:
            self.units.clear()
            self.spans.clear()
            self.seen.clear()
            self.results = None
        unread = unread_rows(claims, self._unread_of)
        keys = row_keys(claims, unread, self._describe_npi, accepts_cell)
        if not self._repeats(claims, keys):
            return None
        # NOTE: a rule of one claim may read facts of another one that none of its own rules reads.
        whole = row_keys(claims, {}, self._describe_npi, accepts_cell)
        units = units_of(claims, keys, whole, *self._spans(claims, keys))
        return self._answered(claims, units)

    def take_notes(self) -> list[pa.Table]:
        """Return the problems of plugins that the last decisions found."""
        notes = [each for each in self._notes if each.num_rows]
        self._notes.clear()
        return notes

    def _names(self, table: pa.Table) -> dict[str, str]:
        source: Any = _ColumnNames(tuple(table.column_names))
        layout, _ = layout_of(source, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, self.mapping)
        return {c.name: name for c, name in zip(layout.columns, layout.names, strict=True)}

    def _unread_of(self, code: str) -> UnreadColumns:
        found = self._unread.get(code)
        if found is None:
            found = self._unread[code] = unread_columns(self.books, code.strip())
        return found

    def _describe_npi(self, cell: object) -> object:
        npi = cell.strip() if isinstance(cell, str) else cell
        if not isinstance(npi, str):
            return cell
        entry = self.checker.practice.providers.get(npi)
        return (len(npi) == 10 and npi.isdigit()) or npi, is_npi(npi), repr(entry)

    def _repeats(self, claims: ClaimColumns, keys: RowKeys) -> bool:
        """Return True if enough claims of the table were seen before, or are there twice."""
        import numpy as np

        different, _, which = _claim_keys(claims, keys).different()
        counts = np.bincount(which, minlength=len(different)).tolist()
        known = sum(
            count
            for key, count in zip(different, counts, strict=True)
            if count > 1 or key in self.spans or key in self.seen
        )
        if known >= self.least_seen * len(which):
            return True
        if len(self.seen) < _MOST_KEPT:
            self.seen.update(different)
        return False

    def _spans(self, claims: ClaimColumns, keys: RowKeys) -> tuple[Hashes, Hashes]:
        """Return the first and the last day on which the decision on each claim depends."""
        import numpy as np

        different, at, which = _claim_keys(claims, keys).different()
        new = [n for n, key in enumerate(different) if key not in self.spans]
        new = [n for n in new if claims.usable[at[n]]]
        if new:
            rows = [_rows_of(claims, int(at[n])) for n in new]
            for n, span in zip(new, self._looked_back(claims.table, rows), strict=True):
                self.spans[different[n]] = span
        found: Hashes = np.array(
            [self.spans.get(key, _NO_SPAN) for key in different], np.int64
        ).reshape(-1, 2)
        return found[which, 0], found[which, 1]

    def _looked_back(self, table: pa.Table, rows: Sequence[Hashes]) -> list[tuple[int, int]]:
        """Return the days to which the claims of the rows look back."""
        import numpy as np

        starts = np.cumsum([0, *map(len, rows)])
        found = claims_of_rows([_numbered(table, rows)], self.mapping, self.setting)
        by_start = {
            min(of_claim.values()): filed
            for filed, of_claim in zip(found.claims, found.rows, strict=True)
        }
        spans = []
        for start in starts[:-1].tolist():
            filed = by_start.get(start)
            days = filed and self.checker.lookback_days(filed)
            spans.append(tuple(day.toordinal() - _DAY_ZERO for day in days) if days else _NO_SPAN)
        return spans  # type: ignore[return-value]

    def _answered(self, claims: ClaimColumns, units: UnitColumns) -> tuple[pa.Table | None, Hashes]:
        """Return the results of the units that are kept, and the positions of the other rows."""
        import numpy as np

        if not len(units.starts):
            return None, np.sort(claims.rows)
        different, at, which = units.keys.different()
        self.met += len(units.starts)
        new = [n for n, key in enumerate(different) if key not in self.units]
        if new:
            self._keep(
                [different[n] for n in new], [units.rows_of(int(at[n])) for n in new], claims
            )
        kept = [self.units[key] or (-1, 0) for key in different]
        begin, count = np.array(kept, np.int64).reshape(-1, 2)[which].T
        is_kept = begin >= 0
        rows = np.ones(claims.table.num_rows, bool)
        picked = np.flatnonzero(is_kept)
        if not len(picked):
            return None, np.sort(claims.rows)
        own = ranges(units.starts[picked], units.counts[picked])
        positions = units.rows[own]
        rows[positions] = False
        # NOTE: each payer answers each line, so a row has as many results as there are payers.
        times = count[picked] // units.counts[picked]
        positions = np.repeat(positions, np.repeat(times, units.counts[picked]))
        return (
            self._written(claims, positions, ranges(begin[picked], count[picked])),
            np.flatnonzero(rows),
        )

    def _written(self, claims: ClaimColumns, positions: Hashes, kept: Hashes) -> pa.Table:
        import pyarrow as pa

        from payer_rules.batch.result_schema import result_schema

        assert self.results is not None
        results, table = self.results.take(kept), claims.table
        own = {"claim": table[claims.names["claim"]].take(positions)}
        for name in (SOURCE_FILE, SOURCE_ROW):
            own[name] = table[name].take(positions)
        columns = []
        for field in result_schema():
            if field.name in own:
                columns.append(own[field.name].cast(field.type))
            elif field.name in _KEPT_COLUMNS:
                columns.append(results[field.name])
            else:
                columns.append(pa.nulls(len(positions), field.type))
        return pa.Table.from_arrays(columns, schema=result_schema())

    def _keep(
        self, keys: Sequence[tuple[int, int]], rows: Sequence[Hashes], claims: ClaimColumns
    ) -> None:
        """Decide units, given by the rows of one of each, and keep their results."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        self.decided += len(keys)
        table = _numbered(claims.table, rows)
        of_engine = decided_rows(
            [table], self.checker, self.answers, mapping=self.mapping, setting=self.setting
        )
        self.fingerprints.update(of_engine.fingerprints())
        decided = of_engine.table()
        is_row = pc.is_valid(decided[SOURCE_ROW])
        self._notes.append(decided.filter(pc.invert(is_row)))
        decided = decided.filter(is_row)
        decided = decided.sort_by([(SOURCE_ROW, "ascending"), ("payer", "ascending")])
        places = decided[SOURCE_ROW].to_numpy() - 1
        good: Hashes = np.asarray(pc.is_valid(decided["expected"]))
        sizes: Hashes = np.array([len(each) for each in rows])
        ends = np.cumsum(sizes)
        first = np.searchsorted(places, ends - sizes)
        last = np.searchsorted(places, ends)
        offset = self.results.num_rows if self.results else 0
        for key, begin, end, size in zip(
            keys, first.tolist(), last.tolist(), sizes.tolist(), strict=True
        ):
            is_whole = good[begin:end].all() and end - begin == size * len(self.books)
            self.units[key] = (offset + begin, end - begin) if is_whole else None
        kept = decided.select(list(_KEPT_COLUMNS))
        parts = [self.results, kept] if self.results else [kept]
        self.results = pa.concat_tables(parts).combine_chunks()


@attrs.frozen
class _ColumnNames:
    """The names of the columns of a table, for its layout."""

    header: tuple[str, ...]

    def place(self, number: int) -> str:
        return f"row {number}"


def _claim_keys(claims: ClaimColumns, keys: RowKeys) -> RowKeys:
    """Return the keys of claims, made of those of their rows."""
    import numpy as np

    places = np.arange(len(claims.rows)) - np.repeat(claims.starts, claims.counts)
    return keys.joined(claims.starts, places)


def _rows_of(claims: ClaimColumns, number: int) -> Hashes:
    start = claims.starts[number]
    rows: Hashes = claims.rows[start : start + claims.counts[number]]
    return rows


def _numbered(table: pa.Table, rows: Iterable[Hashes]) -> pa.Table:
    """Return the rows of the table, numbered from 1 on in place of their files and rows."""
    import numpy as np
    import pyarrow as pa

    taken = table.take(np.concatenate([*rows]))
    for name in (SOURCE_FILE, SOURCE_ROW):
        taken = taken.drop_columns([name])
    numbers = pa.array(np.arange(1, taken.num_rows + 1))
    return taken.append_column(SOURCE_ROW, numbers)
