"""Where the edits of one setting are read: in rows that a plugin brings, or in a release of CMS.

Each source tells of a pair, a code's units or an add-on code what holds on a day: a row; that
there is none; or that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

import attrs

from payer_rules.decisions import Evidence
from payer_rules.engine.days import day_after
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts
from payer_rules.rules import AddOnEdit, DateRange, Edit, EditTable, EditTerms, PairEdit, UnitEdit
from payer_rules.rules.edits import AddOnRow, Edits, PairRow, UnitRow

Pair: TypeAlias = PairEdit | PairRow
Units: TypeAlias = UnitEdit | UnitRow
AddOn: TypeAlias = AddOnEdit | AddOnRow
#: How many answers of each kind are remembered.
_REMEMBERED: Final = 1 << 14

R_co = TypeVar("R_co", covariant=True)
E = TypeVar("E", PairEdit, UnitEdit, AddOnEdit)
C = TypeVar("C", UnitEdit, AddOnEdit)
S = TypeVar("S", PairRow, UnitRow, AddOnRow)
K = TypeVar("K")


class Match(NamedTuple, Generic[R_co]):
    """What holds: one row, of add-on codes perhaps several; in which table, and on what terms.

    ``is_carried`` is true where the table is of an earlier release than the day.
    """

    rows: tuple[R_co, ...]
    table: str
    terms: EditTerms
    is_carried: bool = False

    @property
    def row(self) -> R_co:
        """The row, or the first of several."""
        return self.rows[0]

    @property
    def since(self) -> str:
        """What a finding adds of the row: no first day in the file, or an earlier release."""
        row = self.row
        is_told = not isinstance(row, PairRow | AddOnRow) or row.is_dated
        since = "" if is_told else "; the table does not tell since when"
        return f"{since}; carried forward from {self.table}" if self.is_carried else since

    def evidence(self) -> tuple[Evidence, ...]:
        """The rows as evidence."""
        rows: Iterable[Any] = self.rows
        return tuple(Evidence(kind="row", table=self.table, row=row.row) for row in rows)


class EditSource(Protocol):
    """What tells the edits of one setting; an empty doubt says that surely none holds."""

    def pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """The row of two codes, in either order, that holds on the day."""

    def units(self, code: str, first: date, last: date) -> Match[Units] | MissingFacts:
        """The MUE of a code that holds from the first day to the last; there may be no none."""

    def add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """What holds of an add-on code on the day."""

    def pair_changes(self, one: str, other: str) -> tuple[date, ...]:
        """Return the days on which the answer on two codes may become another."""

    def unit_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer on the units of a code may become another."""

    def add_on_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer on an add-on code may become another."""


class Carrier(EditSource, Protocol):
    """A source whose last edits can stand in for those of a later day.

    ``first`` and ``last`` are the days of its release. What it does not hold stays unknown: there
    is no edit only between codes of which it would have one.
    """

    @property
    def first(self) -> date:
        """The first day of the release."""

    @property
    def last(self) -> date:
        """The last day of the release."""

    @property
    def is_whole(self) -> bool:
        """Return True if an earlier release cannot know a code that this one does not have."""

    def later_pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """Return the row of two codes that has no end before the later day."""

    def later_units(self, code: str) -> Match[Units] | MissingFacts:
        """Return the last MUE of a code."""

    def later_add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """Return the rows of an add-on code that have no end before the later day."""


def unread(address: str, what: object) -> MissingFacts:
    """The doubt of something that a table does not tell: a date, a pair, a code."""
    return (MissingFact("table", f"{address}/{what}", is_presumable=False),)


@attrs.frozen(eq=False)
class PluginRows:
    """The rows that a plugin brings with it; each holds on the dates for which it was read."""

    table: EditTable
    _name: str
    _pairs: Mapping[tuple[str, str], Sequence[PairEdit]]
    _units: Mapping[str, Sequence[UnitEdit]]
    _add_ons: Mapping[str, Sequence[AddOnEdit]]

    @classmethod
    def of(cls, table: EditTable) -> PluginRows:
        """Return the rows of the table, found by code; of a pair, by its codes in their order."""
        pairs: dict[tuple[str, str], list[PairEdit]] = {}
        for edit in table.pairs:
            pairs.setdefault(_key(edit.column1, edit.column2), []).append(edit)
        return cls(
            table,
            f"{table.address}/{table.release}",
            pairs,
            _by_code(table.units),
            _by_code(table.add_ons),
        )

    def replacing(self, old: Edit, new: Edit | None) -> PluginRows:
        """The rows with the new one in place of the old one, which is of the same codes."""
        changes: dict[str, Any] = {"table": self.table.replacing(old, new)}
        if isinstance(old, PairEdit):
            changes["pairs"] = _with(self._pairs, [_key(old.column1, old.column2)], old, new)
        elif isinstance(old, UnitEdit):
            changes["units"] = _with(self._units, [old.code], old, new)
        else:
            changes["add_ons"] = _with(self._add_ons, [old.code], old, new)
        return attrs.evolve(self, **changes)

    @property
    def add_on_codes(self) -> frozenset[str]:
        """Every add-on code of the table."""
        return frozenset(self._add_ons)

    def pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """The row of two codes; of a pair without one, whether the table would have it."""
        edits = self._pairs.get(_key(one, other))
        if edits is not None:
            return self._read(edits, day, day)
        if one == other or self._is_silent_of(one, other):
            return NONE_MISSING
        if not self.table.complete_for.issuperset((one, other)):
            return unread(self.table.address, "+".join(sorted([one, other])))
        return NONE_MISSING if day in self.table.verified else unread(self.table.address, day)

    def units(self, code: str, first: date, last: date) -> Match[Units] | MissingFacts:
        """The MUE of the code."""
        edits = self._units.get(code)
        if not edits:
            return self._without(code)
        return self._read(edits, first, last)

    def add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """What the table says of the add-on code."""
        edits = self._add_ons.get(code)
        return self._read(edits, day, day) if edits else unread(self.table.address, code)

    def _is_silent_of(self, one: str, other: str) -> bool:
        """Return True if a payer's own table is complete for neither code: it lists what it has."""
        return self.table.is_own and self.table.complete_for.isdisjoint((one, other))

    def _without(self, code: str) -> MissingFacts:
        """Return the doubt of a code without units: a payer's own table has all that there are."""
        return NONE_MISSING if self.table.is_own else unread(self.table.address, code)

    @property
    def first(self) -> date:
        """The first day for which the table was read."""
        return self.table.verified.first or date.min

    @property
    def last(self) -> date:
        """The last day for which the table was read."""
        return self.table.verified.last or date.max

    @property
    def is_whole(self) -> bool:
        """Return False: the table has the edits of some codes alone."""
        return False

    def later_pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """Return the row of two codes that held on the last day of the table."""
        told = self._last_of(self._pairs.get(_key(one, other), ()))
        if told or one == other or self._is_silent_of(one, other):
            return told
        if self.table.complete_for.issuperset((one, other)):
            return told
        return unread(self.table.address, "+".join(sorted([one, other])))

    def later_units(self, code: str) -> Match[Units] | MissingFacts:
        """Return the MUE of the code on the last day of the table."""
        return self._last_of(self._units.get(code, ())) or self._without(code)

    def later_add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """Return what the table says of the add-on code on its last day."""
        return self._last_of(self._add_ons.get(code, ())) or unread(self.table.address, code)

    def _last_of(self, edits: Sequence[E]) -> Match[E] | MissingFacts:
        for edit in edits:
            if self.last in edit.verified:
                return Match((edit,), self._name, self.table, is_carried=True)
        return NONE_MISSING

    def pair_changes(self, one: str, other: str) -> tuple[date, ...]:
        """Return the first and the next day of the table, and of each row."""
        rows = self._pairs.get(_key(one, other), ())
        return _changes((self.table.verified, *(row.verified for row in rows)))

    def unit_changes(self, code: str) -> tuple[date, ...]:
        """Return the first and the next day of each row."""
        return _changes(row.verified for row in self._units.get(code, ()))

    def add_on_changes(self, code: str) -> tuple[date, ...]:
        """Return the first and the next day of each row."""
        return _changes(row.verified for row in self._add_ons.get(code, ()))

    def _read(self, edits: Sequence[E], first: date, last: date) -> Match[E] | MissingFacts:
        """The row that was read to hold from the first day to the last."""
        for edit in edits:
            if first in edit.verified and last in edit.verified:
                return Match((edit,), self._name, self.table)
        return unread(self.table.address, first)


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _with(
    found: Mapping[K, Sequence[Edit]], keys: Iterable[K], old: Edit, new: Edit | None
) -> dict[K, Sequence[Edit]]:
    """The rows with another in place of one, or without it, under each of the keys."""
    changed = dict(found)
    for key in keys:
        rows = ((new if row == old else row) for row in changed.pop(key))
        if kept := tuple(row for row in rows if row is not None):
            changed[key] = kept
    return changed


def _by_code(edits: Iterable[C]) -> dict[str, list[C]]:
    found: dict[str, list[C]] = {}
    for edit in edits:
        found.setdefault(edit.code, []).append(edit)
    return found


@attrs.frozen(eq=False, kw_only=True)
class ReleaseRows:
    """A release of CMS: of pairs and add-on codes it tells all days up to the last of its quarter.

    Of units it tells the days of its quarter alone: the rows of an MUE file have no dates.
    """

    name: str
    terms: EditTerms
    first: date
    last: date
    edits: Edits

    def pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """The row of two codes that is in force on the day; a pair without a row has no edit."""
        if day > self.last:
            return unread(self.terms.address, day)
        rows = self._pairs(one, other, day)
        return self._hit(rows) if rows else NONE_MISSING

    def units(self, code: str, first: date, last: date) -> Match[Units] | MissingFacts:
        """The MUE of the code; where none was published, that is not known."""
        if first < self.first or last > self.last:
            return unread(self.terms.address, first)
        rows = self.edits.units(code)
        return self._hit(rows) if rows else unread(self.terms.address, code)

    def add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """What the file says of the add-on code on the day."""
        if day > self.last:
            return unread(self.terms.address, day)
        rows = self._add_ons(code, day)
        return self._hit(rows) if rows else NONE_MISSING

    @property
    def is_whole(self) -> bool:
        """Return True: CMS's file has all codes that were in use."""
        return True

    def later_pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """Return the row of two codes that the release does not end before the day."""
        if rows := self._pairs(one, other, day):
            return self._hit(rows, is_carried=True)
        if one == other or all(map(self.edits.has_code, (one, other))):
            return NONE_MISSING
        return unread(self.terms.address, "+".join(sorted([one, other])))

    def later_units(self, code: str) -> Match[Units] | MissingFacts:
        """Return the MUE of the code in the release."""
        rows = self.edits.units(code)
        return self._hit(rows, is_carried=True) if rows else unread(self.terms.address, code)

    def later_add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """Return what the release says of the add-on code and does not end before the day."""
        if rows := self._add_ons(code, day):
            return self._hit(rows, is_carried=True)
        return NONE_MISSING if self.edits.has_code(code) else unread(self.terms.address, code)

    def _pairs(self, one: str, other: str, day: date) -> tuple[PairRow, ...]:
        rows = self.edits.pairs(one, other)
        holding = [row for row in rows if row.holds_on(day)]
        # NOTE: of rows that do not tell their first day, the one that ends first is still in force.
        return (min(holding, key=_end),) if holding else ()

    def _add_ons(self, code: str, day: date) -> tuple[AddOnRow, ...]:
        return tuple(row for row in self.edits.add_ons(code) if day in row.in_force)

    def _hit(self, rows: tuple[S, ...], *, is_carried: bool = False) -> Match[S]:
        return Match(rows, self.name, self.terms, is_carried)

    def pair_changes(self, one: str, other: str) -> tuple[date, ...]:
        """Return the first and the next day of each row, and of the quarter."""
        rows = self.edits.pairs(one, other)
        return _changes((DateRange(None, self.last), *(row.in_force for row in rows)))

    def unit_changes(self, code: str) -> tuple[date, ...]:
        """Return the first day of the quarter, and the first after it."""
        return _changes([DateRange(self.first, self.last)])

    def add_on_changes(self, code: str) -> tuple[date, ...]:
        """Return the first and the next day of each row, and of the quarter."""
        rows = self.edits.add_ons(code)
        return _changes((DateRange(None, self.last), *(row.in_force for row in rows)))


@attrs.frozen(eq=False)
class Remembering:
    """A source that remembers what it last told: the claims of one payer repeat themselves."""

    pair: Callable[[str, str, date], Match[Pair] | MissingFacts]
    units: Callable[[str, date, date], Match[Units] | MissingFacts]
    add_on: Callable[[str, date], Match[AddOn] | MissingFacts]
    pair_changes: Callable[[str, str], tuple[date, ...]]
    unit_changes: Callable[[str], tuple[date, ...]]
    add_on_changes: Callable[[str], tuple[date, ...]]


def remembering(source: EditSource) -> EditSource:
    """The source, with the last answers of each kind at hand."""
    keep = lru_cache(_REMEMBERED)
    return Remembering(
        keep(source.pair),
        keep(source.units),
        keep(source.add_on),
        # NOTE: only lines of several days ask, which are few.
        source.pair_changes,
        source.unit_changes,
        source.add_on_changes,
    )


def _changes(spans: Iterable[DateRange]) -> tuple[date, ...]:
    """Return the first day of each span, and the first after it."""
    ends = [(span.first or date.min, day_after(span.last)) for span in spans]
    return tuple(day for each in ends for day in each)


def _end(row: PairRow) -> date:
    return row.in_force.last or date.max
