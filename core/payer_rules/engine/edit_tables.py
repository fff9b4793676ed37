"""The edits that bind one payer, found by setting; and what it means that they are missing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import attrs

from payer_rules.engine.edit_shelf import SettingEdits
from payer_rules.engine.edit_sources import PluginRows, ReleaseRows
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts
from payer_rules.rules import Edit, EditTable, EditTerms, Payer

if TYPE_CHECKING:
    from payer_rules.tables.catalog import ImportedTable
    from payer_rules.tables.drafts import Content
    from payer_rules.tables.releases import Release
    from payer_rules.tables.store import StoredEdits, TableStore


@attrs.frozen(eq=False)
class EditTables:
    """All edits that bind a payer, by setting."""

    payer: Payer
    by_setting: dict[str, SettingEdits]
    _anywhere: Container[str]

    @classmethod
    def of(
        cls,
        payer: Payer,
        terms: Iterable[EditTerms],
        imported: TableStore | None = None,
        known_on: date | None = None,
    ) -> EditTables:
        """The edits of the program that binds the payer, as far as they were known on the day."""
        by_setting: dict[str, list[EditTerms]] = {}
        for each in terms:
            if each.is_own or each.program == payer.ncci:
                by_setting.setdefault(each.setting, []).append(each)
        edit_tables = [
            _setting_edits(given, tuple(_published(given[0], imported, known_on)))
            for given in by_setting.values()
        ]
        there = {
            setting_edits.terms.setting: setting_edits
            for setting_edits in edit_tables
            if not setting_edits.is_bare
        }
        return cls(payer, there, _together(setting_edits.codes for setting_edits in there.values()))

    def replacing(self, setting: str, old: Edit, new: Edit | None) -> EditTables:
        """The edits with one row of the setting in place of another, or without it."""
        changed = self.by_setting[setting].replacing(old, new)
        return attrs.evolve(self, by_setting={**self.by_setting, setting: changed})

    def table(self, setting: str) -> EditTable | None:
        """The rows that a plugin brings for the setting."""
        own = self.by_setting[setting].bundled
        return own.table if own else None

    @property
    def add_on_codes(self) -> frozenset[str]:
        """All codes that some table lists as add-on codes."""
        return frozenset().union(
            *(setting_edits.add_on_codes for setting_edits in self.by_setting.values())
        )

    @property
    def codes(self) -> frozenset[str]:
        """All codes for which the table of some plugin is complete."""
        tables = (s.bundled.table for s in self.by_setting.values() if s.bundled)
        return frozenset().union(*(table.complete_for for table in tables))

    @property
    def releases(self) -> tuple[str, ...]:
        """The imported tables in use, each with the digest of its content."""
        used = {
            table for setting_edits in self.by_setting.values() for table in setting_edits.imported
        }
        return tuple(sorted(f"{table.address} imported {table.digest}" for table in used))

    def codes_of(self, setting: str | None) -> Container[str]:
        """The codes that the edits of the setting would have; where it is not known, of any."""
        if setting is None:
            return self._anywhere
        setting_edits = self.by_setting.get(setting)
        return setting_edits.codes if setting_edits else frozenset()

    def absent(self, setting: str) -> MissingFacts:
        """Return the doubt of a setting of which no table here tells whether it has edits.

        A payer's own edits are of the settings for which it has a table.
        """
        if self.payer.ncci is None:
            return NONE_MISSING
        return (MissingFact("table", f"{self.payer.ncci}/{setting}"),)


def table_order(table: EditTerms) -> tuple[str, str]:
    """The place of terms, or of a table, among others."""
    return table.address, table.release if isinstance(table, EditTable) else ""


class _Every:
    """All procedure codes."""

    def __contains__(self, code: object) -> bool:
        return True


_EVERY: Final = _Every()


def _together(codes: Iterable[Container[str]]) -> Container[str]:
    held = tuple(codes)
    sets = [each for each in held if isinstance(each, frozenset)]
    return frozenset().union(*sets) if len(sets) == len(held) else _EVERY


def _published(
    terms: EditTerms, imported: TableStore | None, known_on: date | None
) -> Iterator[StoredEdits]:
    """The releases that were published by the day, the newest first.

    The day of publication is not in CMS's files: a release is taken as known from its first day.
    """
    if imported is None:
        return
    for release in reversed(imported.releases(terms.program, terms.setting)):
        if known_on is None or release.first <= known_on:
            yield imported.edits(terms.program, terms.setting, release)


def _setting_edits(given: list[EditTerms], published: tuple[StoredEdits, ...]) -> SettingEdits:
    """The shelf of a setting: a table that a plugin brings, and the terms of imported ones."""
    table = next((each for each in given if isinstance(each, EditTable)), None)
    terms = next((each for each in given if not isinstance(each, EditTable)), given[0])
    bundled = PluginRows.of(table) if table else None
    own = (bundled,) if bundled else ()
    # NOTE: the newest release tells what every earlier one told of pairs, and what was wrong then.
    pairs = [each for each in published if each.has_pairs][:1]
    units = [each for each in published if each.has_units]
    add_ons = [each for each in published if each.has_add_ons][:1]
    return SettingEdits(
        terms=terms,
        bundled=bundled,
        pair_sources=(*(_released(terms, each) for each in pairs), *own),
        unit_sources=(*(_released(terms, each) for each in units), *own),
        add_on_sources=(*(_released(terms, each) for each in add_ons), *own),
        codes=_EVERY if pairs or units else _codes_of(table) if table else frozenset(),
        add_on_codes=frozenset().union(*(each.add_on_codes for each in (*add_ons, *own))),
        imported=(
            *_opened(pairs, "pairs"),
            *_opened(units, "units"),
            *_opened(add_ons, "add-ons"),
        ),
    )


def _codes_of(table: EditTable) -> frozenset[str]:
    """Return the codes for which the table is complete, and of a payer's own those of its rows."""
    if not table.is_own:
        return table.complete_for
    paired = {code for pair in table.pairs for code in (pair.column1, pair.column2)}
    return table.complete_for | paired | {edit.code for edit in table.units}


def _opened(edits: Iterable[StoredEdits], content: Content) -> Iterator[ImportedTable]:
    """The tables of the content; raises `InputError` where one is damaged."""
    for each in edits:
        each.open(content)
        if table := each.table(content):
            yield table


def _released(terms: EditTerms, edits: StoredEdits) -> ReleaseRows:
    release: Release = edits.release
    return ReleaseRows(
        name=f"{terms.address}/{release}",
        terms=terms,
        first=release.first,
        last=release.last,
        edits=edits,
    )
