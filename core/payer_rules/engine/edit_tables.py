"""The edit tables of one payer, found by setting; and what it means that one is missing."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from payer_rules.engine.missing import Doubt, Missing
from payer_rules.rules import AddOnEdit, EditTable, PairEdit, Payer, UnitEdit


@attrs.frozen
class Shelf:
    """One edit table with its rows by code."""

    table: EditTable
    pairs: dict[tuple[str, str], PairEdit]
    units: dict[str, UnitEdit]
    add_ons: dict[str, AddOnEdit]

    @classmethod
    def of(cls, table: EditTable) -> Shelf:
        """The table, indexed; a pair is found under both orders of its codes."""
        pairs = {(edit.column1, edit.column2): edit for edit in table.pairs}
        pairs |= {(edit.column2, edit.column1): edit for edit in table.pairs}
        return cls(
            table=table,
            pairs=pairs,
            units={edit.code: edit for edit in table.units},
            add_ons={edit.code: edit for edit in table.add_ons},
        )


@attrs.frozen
class Shelves:
    """All edit tables that bind a payer."""

    payer: Payer
    by_setting: dict[str, Shelf]

    @classmethod
    def of(cls, payer: Payer, tables: Iterable[EditTable]) -> Shelves:
        """The tables of the program whose edits bind the payer."""
        bound = [table for table in tables if table.program == payer.ncci]
        return cls(payer, {table.setting: Shelf.of(table) for table in bound})

    @property
    def codes(self) -> frozenset[str]:
        """All codes for which some table is complete."""
        return frozenset().union(*(s.table.complete_for for s in self.by_setting.values()))

    @property
    def add_on_codes(self) -> frozenset[str]:
        """All codes that some table lists as add-on codes."""
        return frozenset().union(*(shelf.add_ons for shelf in self.by_setting.values()))

    def absent(self, setting: str) -> Doubt:
        """The doubt of a setting of which no table here tells whether it has edits."""
        return (Missing("table", f"{self.payer.ncci}/{setting}"),)


def unread(table: EditTable, what: object) -> Doubt:
    """The doubt of something that the table does not tell: a date, a pair, a code."""
    return (Missing("table", f"{table.address}/{what}"),)
