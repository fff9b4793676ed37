"""The edits that bind one payer, by setting."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.engine.edit_lookup import EditLookup
from payer_rules.engine.edit_sources import (
    PluginRows,
    ReleaseRows,
    add_ons_of,
    ending_first,
    pairs_of,
    units_of,
)
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts
from payer_rules.rules import (
    EDIT_RULES,
    AddOnEdit,
    DateRange,
    Edit,
    EditRule,
    EditTable,
    EditTerms,
    PairEdit,
    Payer,
    UnitEdit,
    Waiver,
)

if TYPE_CHECKING:
    from payer_rules.tables.catalog import ImportedTable
    from payer_rules.tables.drafts import Content
    from payer_rules.tables.store import StoredEdits, TableStore


class _AllCodes:
    """The set of all procedure codes."""

    def __contains__(self, code: object) -> bool:
        return True


_ALL_CODES: Final = _AllCodes()


@attrs.frozen(eq=False, kw_only=True)
class SettingEdits:
    """The edits of one setting, on the payer's terms.

    ``tables`` are those that a plugin provides, the newest release first. ``codes`` are those that
    the edits would have: all codes for a release of CMS, some for a plugin's tables. ``imported``
    are the tables in use.
    """

    terms: EditTerms
    tables: tuple[EditTable, ...]
    pairs: EditLookup[PairEdit]
    units: EditLookup[UnitEdit]
    add_ons: EditLookup[AddOnEdit]
    codes: Container[str]
    imported: tuple[ImportedTable, ...]
    _published_add_on_codes: frozenset[str]

    @classmethod
    def of(cls, terms: list[EditTerms], published: tuple[StoredEdits, ...]) -> SettingEdits:
        """Return the edits of a setting: those of the releases, and of the tables that have rows.

        Of pairs and add-on codes the newest release is used: it repeats every earlier one, and
        corrects it.
        """
        tables = tuple(sorted(_with_rows(terms), key=_release_order, reverse=True))
        own = next((each for each in terms if not isinstance(each, EditTable)), terms[0])
        pairs = [each for each in published if each.has_pairs][:1]
        units = [each for each in published if each.has_units]
        add_ons = [each for each in published if each.has_add_ons][:1]
        codes = _ALL_CODES if pairs or units else frozenset().union(*map(_codes_of, tables))
        return cls(
            terms=own,
            tables=tables,
            pairs=EditLookup(
                (
                    *(_published_pairs(own, each) for each in pairs),
                    *map(pairs_of, _holding(tables, "ptp")),
                ),
                codes,
                none_is_final=True,
            ),
            units=EditLookup(
                (
                    *(_published_units(own, each) for each in units),
                    *map(units_of, _holding(tables, "mue")),
                ),
                _ALL_CODES,
                none_is_final=False,
            ),
            add_ons=EditLookup(
                (
                    *(_published_add_ons(own, each) for each in add_ons),
                    *map(add_ons_of, _holding(tables, "add-on")),
                ),
                _ALL_CODES,
                none_is_final=True,
            ),
            codes=codes,
            imported=(
                *_opened(pairs, "pairs"),
                *_opened(units, "units"),
                *_opened(add_ons, "add-ons"),
            ),
            published_add_on_codes=frozenset().union(*(each.add_on_codes for each in add_ons)),
        )

    @property
    def is_empty(self) -> bool:
        """Return True if the setting has no table."""
        return not (self.tables or self.imported)

    @property
    def add_on_codes(self) -> frozenset[str]:
        """The codes that a table lists as add-on codes."""
        own = (row.code for table in self.tables for row in table.add_ons)
        return self._published_add_on_codes.union(own)

    def without(self, waivers: Iterable[Waiver]) -> SettingEdits:
        """Return the edits without those that are waived."""
        waived: dict[str, dict[frozenset[str], date]] = {name: {} for name in EDIT_RULES}
        for waiver in waivers:
            name = waiver.edits
            size = 2 if name == "ptp" else 1
            for codes in map(frozenset, combinations(sorted(waiver.codes), size)):
                until = waived[name].get(codes, date.min)
                waived[name][codes] = max(until, waiver.until)
        return attrs.evolve(
            self,
            pairs=attrs.evolve(self.pairs, waived=waived["ptp"]),
            units=attrs.evolve(self.units, waived=waived["mue"]),
            add_ons=attrs.evolve(self.add_ons, waived=waived["add-on"]),
        )

    def replacing(
        self, table: EditTable, changed: EditTable, old: Edit, new: Edit | None
    ) -> SettingEdits:
        """Return the edits with a changed table, in which a row is in place of another, or gone."""
        name = {PairEdit: "pairs", UnitEdit: "units", AddOnEdit: "add_ons"}[type(old)]
        lookup: EditLookup[Any] = getattr(self, name)
        sources = tuple(
            source.replacing(old, new, changed)
            if isinstance(source, PluginRows) and source.table.is_release_of(table)
            else source
            for source in lookup.sources
        )
        tables = tuple(changed if each.is_release_of(table) else each for each in self.tables)
        changes: dict[str, Any] = {name: attrs.evolve(lookup, sources=sources)}
        return attrs.evolve(self, tables=tables, **changes)


@attrs.frozen(eq=False)
class EditTables:
    """All edits that bind a payer, by setting."""

    payer: Payer
    by_setting: dict[str, SettingEdits]
    _all_codes: Container[str]

    @classmethod
    def of(
        cls,
        payer: Payer,
        terms: Iterable[EditTerms],
        imported: TableStore | None = None,
        known_on: date | None = None,
    ) -> EditTables:
        """Return the edits that bind the payer, as far as they were known on the day."""
        by_setting: dict[str, list[EditTerms]] = {}
        for each in terms:
            if each.is_own or each.program == payer.ncci:
                by_setting.setdefault(each.setting, []).append(each)
        found = {
            setting: SettingEdits.of(each, tuple(_published(each[0], imported, known_on)))
            for setting, each in by_setting.items()
        }
        tables = {setting: edits for setting, edits in found.items() if not edits.is_empty}
        return cls(payer, tables, _union(edits.codes for edits in tables.values()))

    def replacing(
        self, table: EditTable, changed: EditTable, old: Edit, new: Edit | None
    ) -> EditTables:
        """Return the edits with a changed table, in which a row is in place of another, or gone."""
        edits = self.by_setting[table.setting].replacing(table, changed, old, new)
        return attrs.evolve(self, by_setting={**self.by_setting, table.setting: edits})

    def without(self, waivers: Iterable[Waiver]) -> EditTables:
        """Return the edits without those of the codes that are waived, while they are."""
        waived = tuple(waivers)
        settings = {name: edits.without(waived) for name, edits in self.by_setting.items()}
        return attrs.evolve(self, by_setting=settings)

    @property
    def bundled(self) -> tuple[EditTable, ...]:
        """The tables that plugins provide, by address and release."""
        tables = (table for edits in self.by_setting.values() for table in edits.tables)
        return tuple(sorted(tables, key=table_order))

    @property
    def add_on_codes(self) -> frozenset[str]:
        """The codes that a table lists as add-on codes."""
        return frozenset().union(*(edits.add_on_codes for edits in self.by_setting.values()))

    @property
    def codes(self) -> frozenset[str]:
        """The codes for which a table of a plugin is complete."""
        return frozenset().union(*(table.complete_for for table in self.bundled))

    @property
    def releases(self) -> tuple[str, ...]:
        """The imported tables in use, each with its digest."""
        used = {table for edits in self.by_setting.values() for table in edits.imported}
        return tuple(sorted(f"{table.address} imported {table.digest}" for table in used))

    def codes_of(self, setting: str | None) -> Container[str]:
        """Return the codes that the edits of the setting would have; for ``None``, of any."""
        if setting is None:
            return self._all_codes
        edits = self.by_setting.get(setting)
        return edits.codes if edits else frozenset()

    def release_before(self, setting: str, rule_id: str, day: date) -> str | None:
        """Return the newest release before the day that the rule of the edits looks up."""
        edits = self.by_setting.get(setting)
        if edits is None:
            return None
        lookups: dict[str, EditLookup[Any]] = {
            "ptp": edits.pairs,
            "mue": edits.units,
            "add-on": edits.add_ons,
        }
        lookup = lookups.get(rule_id.rpartition("/")[2])
        return lookup.release_before(day) if lookup else None

    def absent(self, setting: str) -> MissingFacts:
        """Return the missing table of a setting for which there is none.

        Nothing is missing if the payer applies no edits of CMS: its own edits are in its tables.
        """
        if self.payer.ncci is None:
            return NONE_MISSING
        return (MissingFact("table", f"{self.payer.ncci}/{setting}"),)


def table_order(terms: EditTerms) -> tuple[str, str]:
    """Return the sort key of terms or of a table."""
    return terms.address, terms.release if isinstance(terms, EditTable) else ""


def _union(codes: Iterable[Container[str]]) -> Container[str]:
    parts = tuple(codes)
    sets = [each for each in parts if isinstance(each, frozenset)]
    return frozenset().union(*sets) if len(sets) == len(parts) else _ALL_CODES


def _codes_of(table: EditTable) -> frozenset[str]:
    """Return the codes for which the table is complete, and for a payer's own those of its rows."""
    if not table.is_own:
        return table.complete_for
    paired = {code for pair in table.pairs for code in (pair.column1, pair.column2)}
    return table.complete_for | paired | {edit.code for edit in table.units}


def _published(
    terms: EditTerms, imported: TableStore | None, known_on: date | None
) -> Iterator[StoredEdits]:
    """Yield the releases that were published by the day, the newest first.

    CMS's files do not have the day of publication: a release counts as known from its first day.
    """
    if imported is None:
        return
    for release in reversed(imported.releases(terms.program, terms.setting)):
        if known_on is None or release.first <= known_on:
            yield imported.edits(terms.program, terms.setting, release)


def _opened(edits: Iterable[StoredEdits], content: Content) -> Iterator[ImportedTable]:
    """Yield the tables of the content; raises `InputError` for a damaged one."""
    for each in edits:
        each.open(content)
        if table := each.table(content):
            yield table


def _with_rows(terms: Iterable[EditTerms]) -> Iterator[EditTable]:
    return (each for each in terms if isinstance(each, EditTable))


def _release_order(table: EditTable) -> date:
    return table.verified.last or date.max


def _holding(tables: Iterable[EditTable], rule: EditRule) -> Iterator[EditTable]:
    return (table for table in tables if rule in table.holds)


def _release(terms: EditTerms, edits: StoredEdits) -> dict[str, Any]:
    release = edits.release
    return {
        "name": f"{terms.address}/{release}",
        "terms": terms,
        "first": release.first,
        "last": release.last,
        "has_code": edits.has_code,
    }


def _published_pairs(terms: EditTerms, edits: StoredEdits) -> ReleaseRows[PairEdit]:
    return ReleaseRows(
        **_release(terms, edits),
        dates=DateRange(None, edits.release.last),
        rows=edits.pairs,
        is_complete=True,
        choose=ending_first,
    )


def _published_units(terms: EditTerms, edits: StoredEdits) -> ReleaseRows[UnitEdit]:
    return ReleaseRows(
        **_release(terms, edits),
        dates=DateRange(edits.release.first, edits.release.last),
        rows=edits.units,
        is_complete=False,
        choose=tuple,
    )


def _published_add_ons(terms: EditTerms, edits: StoredEdits) -> ReleaseRows[AddOnEdit]:
    return ReleaseRows(
        **_release(terms, edits),
        dates=DateRange(None, edits.release.last),
        rows=edits.add_ons,
        is_complete=True,
        choose=tuple,
    )
