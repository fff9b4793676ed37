"""Rows of a table as lines of the history: each row by itself."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.errors import Fault, MisfitError
from payer_rules.history import HistoryLine
from payer_rules.readers.line_tables.columns import NEEDED
from payer_rules.readers.line_tables.layout import TableLayout, TableRow
from payer_rules.readers.line_tables.row_values import (
    ProviderCache,
    faults_of_row,
    is_uncoded,
    line_values,
    misfits_as_faults,
)


def history_of(layout: TableLayout) -> Iterator[HistoryLine | Fault]:
    """The lines of the table, and what is wrong in its rows."""
    providers = ProviderCache()
    for row in layout.rows():
        if isinstance(row, Fault):
            yield row
            continue
        if is_uncoded(row):
            continue
        faults = [*faults_of_row(layout, row, NEEDED)]
        if faults:
            yield from faults
            continue
        try:
            yield HistoryLine(**_values(row, providers))  # type: ignore[arg-type]
        except MisfitError as error:
            yield from misfits_as_faults(layout, row.number, error)


def _values(row: TableRow, providers: ProviderCache) -> dict[str, object]:
    told = row.of("claim")
    return {
        **line_values(row, providers),
        **{name: value for name, value in told.items() if name != "id"},
        "claim": told["id"],
        "member": row.value("member"),
        "billing_provider": providers.of(row, "billing"),
    }
