"""A plugin whose payer is not bound by the edits that the plugin brings for it."""

from __future__ import annotations

from datetime import date

from payer_rules import DateRange, EditTable, Payer, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """Return a payer that does not name the edits that bind it."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_edit_tables(payer: str) -> list[EditTable]:
    """A table that nothing asks."""
    if payer != "acme":
        return []
    return [
        EditTable(
            program="medicaid",
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
