"""The lookup of edits of one kind: several sources in order, of which the first answer counts."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

import attrs

from payer_rules.decisions import Evidence
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.rules import AddOnEdit, Citation, EditTerms, PairEdit, UnitEdit

#: The codes of an edit: the two of a pair in either order, or one code.
Codes: TypeAlias = tuple[str, ...]
#: The number of answers in the cache of a lookup: the claims of one payer repeat their codes.
_CACHE_SIZE: Final = 1 << 14
_DAY: Final = timedelta(days=1)

R = TypeVar("R", PairEdit, UnitEdit, AddOnEdit)


@attrs.frozen
class Match(Generic[R]):
    """The rows that hold: one, or several of an add-on code; their table and its terms.

    ``is_carried`` is true if the table is of an earlier release than the day.
    """

    rows: tuple[R, ...]
    table: str
    terms: EditTerms
    is_carried: bool = False

    @property
    def row(self) -> R:
        """The row, or the first of several."""
        return self.rows[0]

    @property
    def since(self) -> str:
        """The remark of a finding on a row without a first day, or of an earlier release."""
        row = self.row
        is_dated = isinstance(row, UnitEdit) or row.is_dated
        since = "" if is_dated else "; the table does not state its first date"
        return f"{since}; carried forward from {self.table}" if self.is_carried else since

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The further sources that the rows name after their own."""
        named = {name for row in self.rows for name in row.row.split()[1:]}
        return tuple(each for each in self.terms.row_citations if each.row in named)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """The rows as evidence."""
        return tuple(Evidence(kind="row", table=self.table, row=row.label) for row in self.rows)


class EditSource(Protocol[R]):
    """A table in which edits of one kind are looked up, with the first and last day of its release.

    An answer is a match, the missing facts that keep it open, or no missing facts: then no edit
    holds.
    """

    @property
    def release(self) -> str:
        """The name of the release."""

    @property
    def first(self) -> date:
        """The first day of the release."""

    @property
    def last(self) -> date:
        """The last day of the release."""

    def find(self, codes: Codes, first: date, last: date) -> Match[R] | MissingFacts:
        """Return the answer for the codes that holds from the first day to the last."""

    def carry(self, codes: Codes, day: date) -> Match[R] | MissingFacts:
        """Return the answer for a later day, from the rows that have not ended by then."""

    def changes(self, codes: Codes) -> tuple[date, ...]:
        """Return the days on which the answer for the codes may change."""

    def lists(self, code: str, first: date, last: date, *, carries: bool) -> bool:
        """Return True if the table has all edits of the code on the days."""

    def is_complete_for(self, codes: Codes) -> bool:
        """Return True if the release has no edit of the codes that this table does not have."""


@attrs.frozen(eq=False)
class EditLookup(Generic[R]):
    """The edits of one kind in a setting.

    ``codes`` are those that the sources would have. ``none_is_final`` is false for units: a table
    without an MUE of a code does not show that there is none. ``waived`` are the codes whose edits
    do not apply, each with the last day. `find` takes codes, first day, last day, and whether the
    newest earlier release answers for days after it.
    """

    sources: tuple[EditSource[R], ...]
    codes: Container[str]
    none_is_final: bool
    waived: Mapping[frozenset[str], date] = attrs.field(factory=dict, kw_only=True)
    find: Callable[[Codes, date, date, bool], Match[R] | MissingFacts] = attrs.field(init=False)

    @find.default
    def _cached(self) -> Callable[[Codes, date, date, bool], Match[R] | MissingFacts]:
        return lru_cache(_CACHE_SIZE)(self._find)

    def lists(self, code: str, first: date, last: date, *, carries: bool) -> bool:
        """Return True if a source has all edits of the code on the days, or has them carried."""
        return any(source.lists(code, first, last, carries=carries) for source in self.sources)

    def answers(self, codes: Codes, first: date, last: date, *, carries: bool) -> bool:
        """Return True if it is known whether an edit of the codes holds on the days."""
        if not any(code in self.codes for code in codes):
            return False
        if self.is_waived(codes, last):
            return True
        # NOTE: a setting may have units and no pairs: without a table, no answer is "no edit".
        return bool(self.sources) and self._is_final(self.find(codes, first, last, carries))

    def is_waived(self, codes: Codes, last: date) -> bool:
        """Return True if the edits of the codes are waived up to the day."""
        return bool(self.waived) and last <= self.waived.get(frozenset(codes), date.min)

    def last_before(self, day: date) -> date | None:
        """Return the last day of the newest source that ends before the day."""
        return max((source.last for source in self.sources if source.last < day), default=None)

    def changes(self, codes: Codes) -> tuple[date, ...]:
        """Return the days on which the answer for the codes may change."""
        days: tuple[date, ...] = tuple(
            day for source in self.sources for day in source.changes(codes)
        )
        until = self.waived.get(frozenset(codes))
        return days if until is None or until == date.max else (*days, until + _DAY)

    def release_before(self, day: date) -> str | None:
        """Return the newest release that ended before the day."""
        ended = [source for source in self.sources if source.last < day]
        return max(ended, key=lambda source: source.last).release if ended else None

    def _find(
        self, codes: Codes, first: date, last: date, carries: bool
    ) -> Match[R] | MissingFacts:
        if self.is_waived(codes, last):
            return NONE_MISSING
        return self._carried(codes, first, last) if carries else self._exact(codes, first, last)

    def _exact(self, codes: Codes, first: date, last: date) -> Match[R] | MissingFacts:
        """Return the first answer; if no source has one, what the first source lacks is missing."""
        missing: MissingFacts = NONE_MISSING
        for source in self.sources:
            answer = source.find(codes, first, last)
            if isinstance(answer, Match):
                return answer
            if self.none_is_final and not answer:
                return NONE_MISSING
            missing = missing or answer
        # NOTE: codes that no table here would have leave the line open as a whole, and not a pair.
        return missing if any(code in self.codes for code in codes) else NONE_MISSING

    def _carried(self, codes: Codes, first: date, last: date) -> Match[R] | MissingFacts:
        """Return the answer of the newest release before the last day where none holds then.

        A release is never carried backward, and what the carried one does not hold stays unknown.
        """
        exact = self.find(codes, first, last, False)
        if self._is_final(exact):
            return exact
        begun = (source for source in self.sources if source.first <= first)
        for source in sorted(begun, key=lambda source: source.last, reverse=True):
            answer = source.carry(codes, first) if source.last < last else exact
            if self._is_final(answer) or source.is_complete_for(codes):
                return answer
        return exact

    def _is_final(self, answer: Match[R] | MissingFacts) -> bool:
        return isinstance(answer, Match) or (self.none_is_final and not answer)
