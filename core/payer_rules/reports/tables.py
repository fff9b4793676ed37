"""Imported tables as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.reports.data import Data
from payer_rules.tables.catalog import ImportedTable, as_data
from payer_rules.tables.drafts import Content

_ROWS: Final[dict[Content, str]] = {
    "pairs": "pair",
    "units": "MUE",
    "add-ons": "add-on row",
}


def lines_of(tables: Iterable[ImportedTable]) -> Iterator[str]:
    """Yield one line for each table: program, setting, release, rows and source files."""
    for table in tables:
        where = table.address
        place = f"{where.program}/{where.setting}" if where.setting else where.program
        noun = _ROWS[where.content]
        rows = f"{table.rows:,} {noun}" if table.rows == 1 else f"{table.rows:,} {noun}s"
        files = ", ".join(source.name for source in table.sources)
        yield (f"{place} {where.release}: {rows}{_dates(table)}, from {files}")


def data_of(tables: Iterable[ImportedTable]) -> list[Data]:
    """Return every table as data, with the SHA-256 of its source files."""
    return [as_data(table) for table in tables]


def _dates(table: ImportedTable) -> str:
    """Return a note if the rows have no effective dates."""
    return "" if table.is_dated or table.address.content == "units" else " without first days"
