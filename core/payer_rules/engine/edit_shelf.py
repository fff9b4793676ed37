"""The edits of one setting: several sources, of which the first that tells is believed."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import TYPE_CHECKING

import attrs

from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.edit_sources import (
    AddOn,
    Carrier,
    EditSource,
    Match,
    Pair,
    PluginRows,
    ReleaseRows,
    Units,
    remembering,
)
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.rules import Edit, EditTerms

if TYPE_CHECKING:
    from payer_rules.tables.catalog import ImportedTable


@attrs.frozen(eq=False)
class InOrder:
    """Several sources as one: of each kind the first that tells is believed.

    Where none tells, what the first lacks is missing. ``codes`` are those that the edits would
    have.
    """

    pair_sources: tuple[EditSource, ...]
    unit_sources: tuple[EditSource, ...]
    add_on_sources: tuple[EditSource, ...]
    codes: Container[str]

    def pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """The row of two codes, in either order, that holds on the day."""
        lacking: MissingFacts = NONE_MISSING
        for source in self.pair_sources:
            told = source.pair(one, other, day)
            if isinstance(told, Match) or not told:
                return told
            lacking = lacking or told
        # NOTE: of codes that no table here would have, the lines are left open as a whole.
        return lacking if one in self.codes or other in self.codes else NONE_MISSING

    def units(self, code: str, first: date, last: date) -> Match[Units] | MissingFacts:
        """The MUE of the code that holds from the first day to the last."""
        lacking: MissingFacts = NONE_MISSING
        for source in self.unit_sources:
            told = source.units(code, first, last)
            if isinstance(told, Match):
                return told
            lacking = lacking or told
        return lacking

    def add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """What holds of the add-on code on the day."""
        lacking: MissingFacts = NONE_MISSING
        for source in self.add_on_sources:
            told = source.add_on(code, day)
            if isinstance(told, Match) or not told:
                return told
            lacking = lacking or told
        return lacking

    def pair_changes(self, one: str, other: str) -> tuple[date, ...]:
        """Return the days on which the answer of a source on two codes may change."""
        return tuple(d for source in self.pair_sources for d in source.pair_changes(one, other))

    def unit_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer of a source on a code's units may change."""
        return tuple(day for source in self.unit_sources for day in source.unit_changes(code))

    def add_on_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer of a source on an add-on code may change."""
        return tuple(day for source in self.add_on_sources for day in source.add_on_changes(code))


@attrs.frozen(eq=False)
class Carrying:
    """Edits of which, where no release holds on the day, the newest before it does.

    A release is never carried backward, and what the carried one does not hold stays unknown.
    """

    exact: EditSource
    pair_sources: tuple[Carrier, ...]
    unit_sources: tuple[Carrier, ...]
    add_on_sources: tuple[Carrier, ...]

    def pair(self, one: str, other: str, day: date) -> Match[Pair] | MissingFacts:
        """Return the row of two codes, in either order, that holds on the day."""
        told = self.exact.pair(one, other, day)
        if isinstance(told, Match) or not told:
            return told
        for source in _before(self.pair_sources, day, day):
            later = source.later_pair(one, other, day)
            if isinstance(later, Match) or not later or source.is_whole:
                return later
        return told

    def units(self, code: str, first: date, last: date) -> Match[Units] | MissingFacts:
        """Return the MUE of the code that holds from the first day to the last."""
        told = self.exact.units(code, first, last)
        if isinstance(told, Match):
            return told
        for source in _before(self.unit_sources, first, last):
            later = source.later_units(code)
            if isinstance(later, Match) or source.is_whole:
                return later
        return told

    def add_on(self, code: str, day: date) -> Match[AddOn] | MissingFacts:
        """Return what holds of the add-on code on the day."""
        told = self.exact.add_on(code, day)
        if isinstance(told, Match) or not told:
            return told
        for source in _before(self.add_on_sources, day, day):
            later = source.later_add_on(code, day)
            if isinstance(later, Match) or not later or source.is_whole:
                return later
        return told

    def pair_changes(self, one: str, other: str) -> tuple[date, ...]:
        """Return the days on which the answer on two codes may change."""
        return self.exact.pair_changes(one, other)

    def unit_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer on a code's units may change."""
        return self.exact.unit_changes(code)

    def add_on_changes(self, code: str) -> tuple[date, ...]:
        """Return the days on which the answer on an add-on code may change."""
        return self.exact.add_on_changes(code)


def _before(sources: Iterable[Carrier], first: date, last: date) -> list[Carrier]:
    """Return the sources that began by the first day and ended before the last, newest first."""
    ended = (each for each in sources if each.first <= first and each.last < last)
    return sorted(ended, key=lambda each: each.last, reverse=True)


@attrs.frozen(eq=False, kw_only=True)
class SettingEdits:
    """The edits of one setting, on the payer's terms.

    ``told`` asks the sources in their order, and remembers; ``carried`` asks the newest release
    before the day, too. ``codes`` are those that the edits would have: of a release all, of a
    plugin's table some. ``imported`` are the tables in use.
    """

    terms: EditTerms
    bundled: PluginRows | None
    pair_sources: tuple[Carrier, ...]
    unit_sources: tuple[Carrier, ...]
    add_on_sources: tuple[Carrier, ...]
    codes: Container[str]
    add_on_codes: frozenset[str]
    imported: tuple[ImportedTable, ...]
    told: EditSource = attrs.field(init=False)
    carried: EditSource = attrs.field(init=False)

    @told.default
    def _in_order(self) -> EditSource:
        # NOTE: the claims of one payer repeat themselves.
        sources = (self.pair_sources, self.unit_sources, self.add_on_sources)
        return remembering(InOrder(*sources, self.codes))

    @carried.default
    def _carrying(self) -> EditSource:
        sources = (self.pair_sources, self.unit_sources, self.add_on_sources)
        return remembering(Carrying(self.told, *sources))

    def edits(self, assumptions: Assumptions) -> EditSource:
        """Return the edits as the world has them."""
        return self.carried if assumptions.carries_tables else self.told

    @property
    def is_bare(self) -> bool:
        """Whether there are no rows at all."""
        return not (self.bundled or self.imported)

    def replacing(self, old: Edit, new: Edit | None) -> SettingEdits:
        """The shelf with one row of the plugin's table in place of another, or without it."""
        own = self.bundled
        if own is None:
            return self
        changed = own.replacing(old, new)
        released = (s.edits.add_on_codes for s in self.add_on_sources if isinstance(s, ReleaseRows))

        def kept(sources: Iterable[Carrier]) -> tuple[Carrier, ...]:
            return tuple(changed if source is own else source for source in sources)

        return attrs.evolve(
            self,
            bundled=changed,
            pair_sources=kept(self.pair_sources),
            unit_sources=kept(self.unit_sources),
            add_on_sources=kept(self.add_on_sources),
            add_on_codes=changed.add_on_codes.union(*released),
        )
