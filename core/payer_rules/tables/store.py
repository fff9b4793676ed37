"""The store of imported tables: opened without reading them, by program, setting and release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import attrs

from payer_rules.rules.edit_rows import AddOnEdit, PairEdit, UnitEdit
from payer_rules.tables import array_files, catalog
from payer_rules.tables.add_ons import StoredAddOns
from payer_rules.tables.catalog import ImportedTable
from payer_rules.tables.drafts import Content
from payer_rules.tables.pairs import PairColumns, StoredPairs
from payer_rules.tables.releases import Release
from payer_rules.tables.units import StoredUnits

_Stored = TypeVar("_Stored", StoredPairs, StoredUnits, StoredAddOns)


@attrs.frozen(eq=False, slots=False, kw_only=True)
class StoredEdits:
    """The rows of one program, setting and release, in memory-mapped files."""

    program: str
    setting: str
    release: Release
    tables: tuple[ImportedTable, ...]
    _folder: Path

    @property
    def has_pairs(self) -> bool:
        """Whether a file of pairs was imported; without it, a missing row has no meaning."""
        return self.table("pairs") is not None

    @property
    def has_units(self) -> bool:
        """Whether a file of MUEs was imported."""
        return self.table("units") is not None

    @property
    def has_add_ons(self) -> bool:
        """Whether a file of add-on codes was imported."""
        return self.table("add-ons") is not None

    def table(self, content: Content) -> ImportedTable | None:
        """Return the table of the content, or ``None`` if it was not imported."""
        return next((each for each in self.tables if each.address.content == content), None)

    def open(self, content: Content) -> None:
        """Open the file of the content, so that a damaged one is reported before a lookup."""
        getattr(self, f"_{content.replace('-', '_')}")

    @property
    def add_on_codes(self) -> frozenset[str]:
        """All codes that the table lists as add-on codes."""
        return self._add_ons.codes if self._add_ons is not None else frozenset()

    def pairs(self, one: str, other: str) -> tuple[PairEdit, ...]:
        """Return the rows of two codes in either order, on all dates, by column 1, then dates."""
        return self._pairs.find(one, other) if self._pairs is not None else ()

    def units(self, code: str) -> tuple[UnitEdit, ...]:
        """Return the MUE rows of a code; no row does not mean an MUE of 0."""
        return self._units.find(code) if self._units is not None else ()

    def add_ons(self, code: str) -> tuple[AddOnEdit, ...]:
        """Return the rows of an add-on code; none if the code is not an add-on code."""
        return self._add_ons.find(code) if self._add_ons is not None else ()

    def has_code(self, code: str) -> bool:
        """Return True if a row of the release has the code."""
        parts = (self._pairs, self._units, self._add_ons)
        return any(part is not None and code in part for part in parts)

    @property
    def pair_codes(self) -> Sequence[str]:
        """All codes that are in a pair, in order."""
        return self._pairs.codes if self._pairs is not None else ()

    def pairs_in_force(self, lower: str, day: date) -> dict[str, tuple[str, int]]:
        """Return column 1 and indicator of the pairs in force of a lower code, by other code."""
        return self._pairs.pairs_in_force(lower, day) if self._pairs is not None else {}

    def pair_columns(self) -> PairColumns | None:
        """Return all pairs as columns; ``None`` if no file of pairs was imported."""
        return self._pairs.columns() if self._pairs is not None else None

    def all_pairs(self) -> Iterator[PairEdit]:
        """Yield every pair row, pair by pair."""
        return iter(self._pairs or ())

    def all_units(self) -> Iterator[UnitEdit]:
        """Yield every MUE row, by code."""
        return iter(self._units or ())

    def all_add_ons(self) -> Iterator[AddOnEdit]:
        """Yield the rows of every add-on code, by code."""
        return iter(self._add_ons or ())

    @cached_property
    def _pairs(self) -> StoredPairs | None:
        return self._open("pairs", StoredPairs)

    @cached_property
    def _units(self) -> StoredUnits | None:
        return self._open("units", StoredUnits)

    @cached_property
    def _add_ons(self) -> StoredAddOns | None:
        return self._open("add-ons", StoredAddOns)

    def _open(self, content: Content, kind: type[_Stored]) -> _Stored | None:
        """Open the table of the content; raises `InputError` if its file is damaged."""
        table = self.table(content)
        if table is None:
            return None
        blob = array_files.ArrayFile.open(self._folder / table.file, table.digest)
        try:
            if blob.head["content"] != content:
                raise ValueError(content)
            stored = kind.of(blob)
            if len(stored) != table.rows:
                raise ValueError(table.rows)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise array_files.damaged(blob.path) from error
        return stored


@attrs.frozen
class TableStore:
    """The imported tables of a folder."""

    folder: Path
    tables: tuple[ImportedTable, ...]

    @classmethod
    def open(cls, folder: Path) -> TableStore:
        """Return the tables of the folder; none if nothing was imported.

        Raises `InputError` if the catalog is damaged.
        """
        return cls(folder, catalog.read(folder))

    def releases(self, program: str, setting: str) -> tuple[Release, ...]:
        """Return the releases that have edits of this program and setting, oldest first."""
        return tuple(
            sorted({t.address.release for t in self.tables if _belongs(t, program, setting)})
        )

    def edits(self, program: str, setting: str, release: Release) -> StoredEdits:
        """Return the edits of a release; ``has_…`` states which contents were imported."""
        tables = [t for t in self.tables if _belongs(t, program, setting)]
        return StoredEdits(
            program=program,
            setting=setting,
            release=release,
            tables=tuple(table for table in tables if table.address.release == release),
            folder=self.folder,
        )


def _belongs(table: ImportedTable, program: str, setting: str) -> bool:
    return table.address.program == program and table.address.setting in (setting, None)
