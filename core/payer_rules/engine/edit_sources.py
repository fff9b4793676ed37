"""The two sources of edits: the rows that a plugin provides, and an imported release of CMS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Generic

import attrs

from payer_rules.engine.days import day_after
from payer_rules.engine.edit_lookup import Codes, Match, R
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts
from payer_rules.rules import ALWAYS, AddOnEdit, DateRange, EditTable, EditTerms, PairEdit, UnitEdit


def not_in_table(address: str, subject: object) -> MissingFacts:
    """Return the missing fact of a date, a pair or a code that a table does not have."""
    return (MissingFact("table", f"{address}/{subject}", is_presumable=False),)


@attrs.frozen(eq=False, kw_only=True)
class PluginRows(Generic[R]):
    """The rows of one kind that a plugin provides; each holds on the dates for which it was read.

    ``dates_without_row`` returns for codes that have no row the dates on which there is no edit of
    them, or ``None`` if the table does not show that there is none.
    """

    table: EditTable
    terms: EditTerms
    rows: Mapping[Codes, Sequence[R]]
    dates_without_row: Callable[[Codes], DateRange | None]

    @property
    def release(self) -> str:
        """The name of the release."""
        return self.table.release

    @property
    def first(self) -> date:
        """The first day for which the table was read."""
        return self.table.verified.first or date.min

    @property
    def last(self) -> date:
        """The last day for which the table was read."""
        return self.table.verified.last or date.max

    def find(self, codes: Codes, first: date, last: date) -> Match[R] | MissingFacts:
        """Return the row that was read to hold from the first day to the last."""
        rows = self._rows_of(codes)
        for row in rows:
            if first in row.verified and last in row.verified:
                return self._match(row)
        dates = None if rows else self.dates_without_row(codes)
        if dates is not None and first in dates:
            return NONE_MISSING
        is_listed = rows or dates is not None
        return self._missing(first) if is_listed else self._missing("+".join(sorted(codes)))

    def carry(self, codes: Codes, day: date) -> Match[R] | MissingFacts:
        """Return the row that held on the last day of the table."""
        for row in self._rows_of(codes):
            if self.last in row.verified:
                return self._match(row, is_carried=True)
        is_known = self.dates_without_row(codes) is not None
        return NONE_MISSING if is_known else self._missing("+".join(sorted(codes)))

    def changes(self, codes: Codes) -> tuple[date, ...]:
        """Return the first day of the table and of each row, and the day after each."""
        return tuple(_ends((self.table.verified, *(row.verified for row in self._rows_of(codes)))))

    def lists(self, code: str, first: date, last: date, *, carries: bool) -> bool:
        """Return True if the table is complete for the code on the days, or if it is carried."""
        has_all = self.table.is_own or code in self.table.complete_for
        return has_all and self.first <= first and (carries or last <= self.last)

    def is_complete_for(self, codes: Codes) -> bool:
        """Return True if the table is complete for all of the codes."""
        return self.table.is_own or self.table.complete_for.issuperset(codes)

    def replacing(self, old: R, new: R | None, table: EditTable) -> PluginRows[R]:
        """Return the rows with the new one in place of the old one, which has the same codes."""
        changed = dict(self.rows)
        rows = [new if row == old else row for row in changed.pop(codes_of(old))]
        if kept := [row for row in rows if row is not None]:
            changed[codes_of(old)] = kept
        return attrs.evolve(self, table=table, rows=changed)

    def _rows_of(self, codes: Codes) -> Sequence[R]:
        return self.rows.get(codes if len(codes) == 1 or codes[0] <= codes[1] else codes[::-1], ())

    def _match(self, row: R, *, is_carried: bool = False) -> Match[R]:
        name = f"{self.table.address}/{self.table.release}"
        return Match((row,), name, self.terms, is_carried)

    def _missing(self, subject: object) -> MissingFacts:
        return not_in_table(self.table.address, subject)


def codes_of(row: PairEdit | UnitEdit | AddOnEdit) -> Codes:
    """Return the code of the row, or the codes of a pair in their order."""
    if not isinstance(row, PairEdit):
        return (row.code,)
    return (min(row.column1, row.column2), max(row.column1, row.column2))


def pairs_of(table: EditTable) -> PluginRows[PairEdit]:
    """Return the pairs of a plugin's table.

    A payer's own table that is complete for neither code lists all of its pairs.
    """

    def dates_without_row(codes: Codes) -> DateRange | None:
        if len(set(codes)) == 1 or (table.is_own and table.complete_for.isdisjoint(codes)):
            return ALWAYS
        return table.verified if table.complete_for.issuperset(codes) else None

    return PluginRows(
        table=table,
        terms=table.terms,
        rows=_by_codes(table.pairs),
        dates_without_row=dates_without_row,
    )


def units_of(table: EditTable) -> PluginRows[UnitEdit]:
    """Return the units of a plugin's table; a payer's own table lists all of them."""
    dates = ALWAYS if table.is_own else None
    return PluginRows(
        table=table,
        terms=table.terms,
        rows=_by_codes(table.units),
        dates_without_row=lambda _: dates,
    )


def add_ons_of(table: EditTable) -> PluginRows[AddOnEdit]:
    """Return the add-on codes of a plugin's table."""
    return PluginRows(
        table=table,
        terms=table.terms,
        rows=_by_codes(table.add_ons),
        dates_without_row=lambda _: None,
    )


def _by_codes(rows: Iterable[R]) -> dict[Codes, list[R]]:
    found: dict[Codes, list[R]] = {}
    for row in rows:
        found.setdefault(codes_of(row), []).append(row)
    return found


@attrs.frozen(eq=False, kw_only=True)
class ReleaseRows(Generic[R]):
    """The edits of one kind in an imported release of CMS.

    ``dates`` are those on which the release answers: of pairs and add-on codes, whose rows have
    dates, all days up to the last of the quarter; of units the quarter. ``is_complete`` is false
    for units: a code without a row may have an MUE that CMS does not publish. ``choose`` takes of
    the rows that are in force those that count.
    """

    name: str
    terms: EditTerms
    first: date
    last: date
    dates: DateRange
    rows: Callable[..., tuple[R, ...]]
    has_code: Callable[[str], bool]
    is_complete: bool
    choose: Callable[[list[R]], tuple[R, ...]]

    @property
    def release(self) -> str:
        """The name of the release."""
        return self.name.rpartition("/")[2]

    def find(self, codes: Codes, first: date, last: date) -> Match[R] | MissingFacts:
        """Return the rows that are in force from the first day to the last."""
        if first not in self.dates or (first != last and last not in self.dates):
            return not_in_table(self.terms.address, first)
        if (rows := self.rows(*codes)) and (in_force := self._in_force(rows, first)):
            return Match(in_force, self.name, self.terms)
        return NONE_MISSING if self.is_complete else self._missing(codes)

    def carry(self, codes: Codes, day: date) -> Match[R] | MissingFacts:
        """Return the rows that the release does not end before the day."""
        if rows := self._in_force(self.rows(*codes), day):
            return Match(rows, self.name, self.terms, is_carried=True)
        is_known = len(codes) > len(set(codes)) or all(map(self.has_code, codes))
        return NONE_MISSING if self.is_complete and is_known else self._missing(codes)

    def changes(self, codes: Codes) -> tuple[date, ...]:
        """Return the first day of the release and of each row, and the day after each."""
        return tuple(_ends((self.dates, *(row.verified for row in self.rows(*codes)))))

    def lists(self, code: str, first: date, last: date, *, carries: bool) -> bool:
        """Return True if the release is of the days, or is carried and has the code."""
        if first in self.dates and last in self.dates:
            return True
        return carries and self.first <= first and self.has_code(code)

    def is_complete_for(self, codes: Codes) -> bool:
        """Return True, because a release of CMS has all codes that were in use."""
        return True

    def _in_force(self, rows: tuple[R, ...], day: date) -> tuple[R, ...]:
        in_force = [row for row in rows if row.holds_on(day)]
        return self.choose(in_force) if in_force else ()

    def _missing(self, codes: Codes) -> MissingFacts:
        return not_in_table(self.terms.address, "+".join(sorted(codes)))


def ending_first(rows: list[PairEdit]) -> tuple[PairEdit, ...]:
    """Return the row of a pair that counts: of rows without a first day the one ending first."""
    return (min(rows, key=lambda row: row.verified.last or date.max),)


def _ends(ranges: Iterable[DateRange]) -> Iterator[date]:
    for dates in ranges:
        yield dates.first or date.min
        yield day_after(dates.last)
