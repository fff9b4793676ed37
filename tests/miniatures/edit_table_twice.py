"""A plugin that gives a table which a bundled plugin gives."""

from __future__ import annotations

from datetime import date

from payer_rules import DateRange, EditTable, hookimpl


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """An empty table for practitioners."""
    if payer != "medicare":
        return []
    return [
        EditTable(
            program="medicare",
            setting="practitioner",
            release="2024q3",
            pairs=(),
            units=(),
            complete_for=frozenset(),
            verified=DateRange(date(2024, 7, 1), date(2024, 9, 30)),
            pair_citations=(),
            unit_citations=(),
            digest="sha256:0",
        )
    ]
