"""The answers on units of claims, each decided once by the engine and kept for all equal units."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.batch.claim_reads import ReadsOfClaims, numbered
from payer_rules.batch.claim_units import ClaimGroups
from payer_rules.batch.column_values import RowKeys, digest
from payer_rules.batch.decided_rows import decided_rows
from payer_rules.batch.line_answers import AnswerTable
from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW
from payer_rules.batch.text_hashes import Hashes, hash_texts
from payer_rules.batch.unit_keys import UnitColumns, outline_keys, row_keys
from payer_rules.batch.unit_table import (
    ClaimColumns,
    claim_columns,
    claim_keys,
    column_names,
    ranges,
    spread,
)
from payer_rules.checking import ClaimChecker
from payer_rules.checking.history_update import HistoryUpdate
from payer_rules.kinds.required_field.evaluator import is_npi
from payer_rules.rulebook import RuleBook

if TYPE_CHECKING:
    import pyarrow as pa

#: The most units and spans that are kept; with more, all are dropped and kept anew.
_MOST_KEPT: Final = 500_000
#: Fewer claims than this part that repeat cost more than they save.
_LEAST_SEEN: Final = 0.5
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
#: The column with the day that an answer names, in days since 1970, if it names one.
_NAMED_DAY: Final = "named_day"
#: The column with a hash of what the decision leaves to later claims.
_LEFT: Final = "left"


@attrs.define(eq=False)
class KeptUnits:
    """The units that were decided, by their keys, with the rows of their results.

    ``answers`` has the texts of answers. ``units`` has the first row and the number of rows of the
    results of a unit in ``results``, and a hash of what its decisions leave to later claims;
    ``None`` if only the engine can answer. ``reads`` is what the answers on claims depend on.
    """

    checker: ClaimChecker
    books: tuple[RuleBook, ...]
    mapping: Mapping[str, str]
    setting: str | None
    reads: ReadsOfClaims
    answers: AnswerTable = attrs.field(factory=AnswerTable)
    units: dict[tuple[int, int], tuple[int, int, int] | None] = attrs.field(factory=dict)
    #: The keys of claims that were seen in tables whose claims hardly repeat.
    seen: set[tuple[int, int]] = attrs.field(factory=set)
    #: The keys of claims in the other tables.
    claims: set[tuple[int, int]] = attrs.field(factory=set)
    #: The part of a table's claims that must have been seen, so that its units are kept.
    least_seen: float = _LEAST_SEEN
    results: pa.Table | None = None
    updates: dict[str, HistoryUpdate] = attrs.field(init=False)
    decided: int = 0
    met: int = 0
    fingerprints: dict[str, str] = attrs.field(factory=dict)
    _notes: list[pa.Table] = attrs.field(factory=list)

    @updates.default
    def _of_books(self) -> dict[str, HistoryUpdate]:
        return {book.payer.id: HistoryUpdate.of(book) for book in self.books}

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
        columns = dict(mapping or {})
        reads = ReadsOfClaims(checker, books, columns, setting)
        return cls(checker, books, columns, setting, reads)

    def decide(
        self, table: pa.Table, split: Hashes | None
    ) -> tuple[pa.Table | None, Hashes] | None:
        """Return the results for the units that can be kept, and the positions of the other rows.

        It is ``None`` if the table has no columns that can be read together.
        """
        import numpy as np

        names = column_names(table.column_names, self.mapping)
        hashes = hash_texts(table[names["claim"]]) if "claim" in names else np.zeros(0)
        if not {"claim", "member", "code", "billing_npi"} <= names.keys() or not table.num_rows:
            return None
        claims = claim_columns(table, names, split, hashes)
        if claims is None:
            return None
        if max(map(len, (self.units, self.claims, self.reads.outlines))) > _MOST_KEPT:
            self.units.clear()
            self.claims.clear()
            self.reads.clear()
            self.seen.clear()
            self.results = None
        places = self.reads.places_of_days(claims)
        rows = outline_keys(claims, places, self._describe_npi)
        outlines = claim_keys(claims, rows)
        is_repeated, seen = self._repeat(outlines, self.reads.outlines)
        if not is_repeated:
            return None
        reads = self.reads.of(claims, outlines)
        keys = row_keys(claims, rows, reads.unread, reads.compared)
        days = np.where(spread(reads.of_periods, claims), 0, claims.begins + np.int64(1))
        keys.add(days.astype(np.uint64))
        of_claims = claim_keys(claims, keys)
        if not self._repeat(of_claims, self.claims, seen)[0]:
            return None
        self.claims.update(of_claims.different()[0])
        groups = ClaimGroups.of(claims, *self.reads.lookbacks_of(claims, reads, of_claims))
        units = UnitColumns.of(claims, groups, reads, rows, keys, self.reads)
        return self._answered(claims, units)

    def add_notes(self, problems: pa.Table) -> None:
        """Add problems of plugins that a decision found."""
        self._notes.append(problems)

    def take_notes(self) -> list[pa.Table]:
        """Return the problems of plugins that the last decisions found."""
        notes = [each for each in self._notes if each.num_rows]
        self._notes.clear()
        return notes

    def _describe_npi(self, cell: object) -> object:
        npi = cell.strip() if isinstance(cell, str) else cell
        if not isinstance(npi, str):
            return cell
        entry = self.checker.practice.providers.get(npi)
        return (len(npi) == 10 and npi.isdigit()) or npi, is_npi(npi), repr(entry)

    def _repeat(
        self, keys: RowKeys, known: Container[tuple[int, int]], before: Hashes | None = None
    ) -> tuple[bool, Hashes]:
        """Return whether enough claims with these keys come twice, or were seen before; and which.

        ``before`` are claims that were seen before by another key.
        """
        import numpy as np

        different, _, which = keys.different()
        seen: Hashes = np.array([key in self.seen for key in different])[which]
        if before is not None:
            seen |= before
        is_known = np.array([key in known for key in different]) | (np.bincount(which) > 1)
        if (is_known[which] | seen).mean() >= self.least_seen:
            return True, seen
        if len(self.seen) < _MOST_KEPT:
            self.seen.update(different)
        return False, seen

    def _answered(self, claims: ClaimColumns, units: UnitColumns) -> tuple[pa.Table | None, Hashes]:
        """Return the results of the units that are kept, and the positions of the other rows."""
        import numpy as np

        groups = units.groups
        if not len(groups.starts):
            return None, np.sort(claims.rows)
        self.met += len(groups.starts)
        kept = self._kept(claims, units)
        # NOTE: if one claim of a chain goes to the engine, the others are its history.
        is_whole: Hashes = np.ones(int(groups.chains.max()) + 1, bool)
        is_whole[groups.chains[kept[:, 0] < 0]] = False
        picked = np.flatnonzero(is_whole[groups.chains])
        if not len(picked):
            return None, np.sort(claims.rows)
        begin, count, _ = kept[picked].T
        own = groups.own[picked]
        results = ranges(begin, count)
        sizes = claims.counts[own]
        rows = claims.rows[ranges(claims.starts[own], sizes)]
        is_left = np.ones(claims.table.num_rows, bool)
        is_left[rows] = False
        # NOTE: each payer answers each line, so a row has as many results as there are payers.
        times = np.repeat(count // sizes, sizes)
        named = self._named_days(results, np.repeat(units.days[picked], count))
        if named is None:
            return None, np.sort(claims.rows)
        positions = np.repeat(rows, times)
        return self._written(claims, positions, results, named), np.flatnonzero(is_left)

    def _kept(self, claims: ClaimColumns, units: UnitColumns) -> Hashes:
        """Return the first row, the number of rows and what is left of the results of each unit.

        The first row is -1 where only the engine can answer.
        """
        import numpy as np

        groups = units.groups
        kept: Hashes = np.full((len(groups.starts), 3), -1, np.int64)
        decided = DecidedChains(self, claims, units)
        for level in range(int(groups.levels.max()) + 1):
            chosen = np.flatnonzero(groups.levels == level)
            # NOTE: chains that the engine decided before come first, so that they are examples.
            chosen = chosen[np.argsort(~decided.is_decided[chosen], kind="stable")]
            keys = units.keys.taken(chosen)
            if level:
                parts, counts = groups.units[groups.parts_of(chosen)], groups.counts[chosen]
                starts = np.cumsum(counts) - counts
                is_own: Hashes = np.zeros(len(parts), bool)
                is_own[starts + counts - 1] = True
                is_known = is_own | (kept[parts, 0] >= 0)
                can_be_kept = np.logical_and.reduceat(is_known, starts)
                left = RowKeys.empty(len(parts))
                left.add(np.where(is_own, 0, kept[parts, 2]).astype(np.uint64))
                of_left = left.joined(starts, ranges(np.zeros(len(starts), np.int64), counts))
                keys.add(of_left.first)
                keys.add(of_left.second)
                chosen, keys = chosen[can_be_kept], keys.taken(np.flatnonzero(can_be_kept))
            if not len(chosen):
                continue
            different, at, which = keys.different()
            new = [n for n, key in enumerate(different) if key not in self.units]
            if new:
                decided.keep([different[n] for n in new], chosen[at[new]])
            found = [self.units[key] or (-1, 0, 0) for key in different]
            kept[chosen] = np.array(found, np.int64).reshape(-1, 3)[which]
        return kept

    def _named_days(self, results: Hashes, days: Hashes) -> Hashes | None:
        """Return the numbers of the answers of results, as they are on the days of their units.

        A day is -1 where the unit was decided on its own. It is ``None`` if an answer on another
        day has another order.
        """
        import numpy as np

        assert self.results is not None
        answers: Hashes = self.results["answer"].to_numpy()[results]
        named: Hashes = self.results[_NAMED_DAY].to_numpy()[results]
        moved = np.flatnonzero((named >= 0) & (days >= 0) & (named != days))
        if not len(moved):
            return answers
        keys = RowKeys.empty(len(moved)).with_column(answers[moved]).with_column(days[moved])
        _, at, which = keys.different()
        found = [
            self.answers.on_day(answer, own, day)
            for answer, own, day in zip(
                *(each[moved][at].tolist() for each in (answers, named, days)), strict=True
            )
        ]
        if None in found:
            return None
        answers[moved] = np.array(found, np.int64)[which]
        return answers

    def _written(
        self, claims: ClaimColumns, positions: Hashes, kept: Hashes, answers: Hashes
    ) -> pa.Table:
        """Return the kept results with these answers for the rows at the positions."""
        import pyarrow as pa

        from payer_rules.batch.result_schema import result_schema

        assert self.results is not None
        results, table = self.results.take(kept), claims.table
        own = {"claim": table[claims.names["claim"]].take(positions), "answer": pa.array(answers)}
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

    def name_days(self, answers: Sequence[int], days: Hashes, every: Collection[int]) -> bool:
        """Leave the days that the answers name; return False if one names any in another way.

        ``every`` are the days of claims of the unit that its key does not have.
        """
        for at, answer in enumerate(answers):
            own = int(days[at])
            names = {day: self.answers.names_day(answer, day) for day in every}
            if any(named is not False for day, named in names.items() if day != own):
                return False
            if names.get(own, False) is None:
                return False
            days[at] = own if names.get(own) else -1
        return True


@attrs.define(eq=False)
class DecidedChains:
    """Chains of claims of a table that the engine decided, and the rows of their results.

    ``places`` has the first row and the row after the last one of the results of each unit in
    ``results``. ``is_decided`` is true for the units that the engine decided.
    """

    kept: KeptUnits
    claims: ClaimColumns
    units: UnitColumns
    is_decided: Hashes = attrs.field(init=False)
    places: dict[int, tuple[int, int]] = attrs.field(factory=dict, init=False)
    results: pa.Table | None = attrs.field(default=None, init=False)

    @is_decided.default
    def _none(self) -> Hashes:
        import numpy as np

        found: Hashes = np.zeros(len(self.units.groups.starts), bool)
        return found

    def keep(self, keys: Sequence[tuple[int, int]], numbers: Hashes) -> None:
        """Keep the results of the units with these numbers by their keys."""
        import numpy as np
        import pyarrow as pa

        kept, groups = self.kept, self.units.groups
        kept.decided += len(keys)
        self._decide(numbers[~self.is_decided[numbers]])
        assert self.results is not None
        places = np.array([self.places[number] for number in numbers.tolist()], np.int64)
        counts = places[:, 1] - places[:, 0]
        results = self.results.take(ranges(places[:, 0], counts))
        is_good = np.asarray(results["expected"].is_valid())
        answers, left = results["answer"].to_pylist(), results[_LEFT].to_pylist()
        named = np.repeat(self.units.days[numbers], counts).astype(np.int32)
        offset = kept.results.num_rows if kept.results else 0
        ends = np.cumsum(counts)
        sizes = self.claims.counts[groups.own[numbers]] * len(kept.books)
        for key, number, begin, end, size in zip(
            keys, numbers.tolist(), (ends - counts).tolist(), ends.tolist(), sizes, strict=True
        ):
            is_whole = is_good[begin:end].all() and end - begin == size
            if is_whole:
                of_unit = groups.claims[groups.parts_of(np.array([number]))]
                days = {*self.claims.first_days[of_unit].tolist()} if named[begin] >= 0 else ()
                is_whole = kept.name_days(answers[begin:end], named[begin:end], days)
            left_by_unit = digest(left[begin:end]) >> 1
            kept.units[key] = (offset + begin, end - begin, left_by_unit) if is_whole else None
        results = results.select(list(_KEPT_COLUMNS)).append_column(_NAMED_DAY, pa.array(named))
        parts = [kept.results, results] if kept.results else [results]
        kept.results = pa.concat_tables(parts).combine_chunks()

    def _decide(self, numbers: Hashes) -> None:
        """Let the engine decide the chains of the units with these numbers."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if not len(numbers):
            return
        kept, claims, groups = self.kept, self.claims, self.units.groups
        is_chosen: Hashes = np.zeros(int(groups.chains.max()) + 1, bool)
        is_chosen[groups.chains[numbers]] = True
        chosen = np.flatnonzero(is_chosen[groups.chains])
        self.is_decided[chosen] = True
        own = groups.own[chosen]
        sizes = claims.counts[own]
        of_engine = decided_rows(
            [numbered(claims.table, [claims.rows[ranges(claims.starts[own], sizes)]])],
            kept.checker,
            kept.answers,
            mapping=kept.mapping,
            setting=kept.setting,
            updates=kept.updates,
        )
        kept.fingerprints.update(of_engine.fingerprints())
        decided = of_engine.table()
        decided = decided.append_column(_LEFT, pa.array(of_engine.left, pa.uint64()))
        is_row = pc.is_valid(decided[SOURCE_ROW])
        kept.add_notes(decided.filter(pc.invert(is_row)).drop_columns([_LEFT]))
        decided = decided.filter(is_row)
        decided = decided.sort_by([(SOURCE_ROW, "ascending"), ("payer", "ascending")])
        places = decided[SOURCE_ROW].to_numpy() - 1
        ends = np.cumsum(sizes)
        offset = self.results.num_rows if self.results else 0
        first = np.searchsorted(places, ends - sizes) + offset
        last = np.searchsorted(places, ends) + offset
        self.places.update(
            zip(chosen.tolist(), zip(first.tolist(), last.tolist(), strict=True), strict=True)
        )
        parts = [self.results, decided] if self.results else [decided]
        self.results = pa.concat_tables(parts).combine_chunks()
