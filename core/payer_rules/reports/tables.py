"""Imported tables as text and data."""

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
    """One line a table: where it belongs, its rows, and from which files they come."""
    for table in tables:
        where = table.address
        place = f"{where.program}/{where.setting}" if where.setting else where.program
        noun = _ROWS[where.content]
        rows = f"{table.rows:,} {noun}" if table.rows == 1 else f"{table.rows:,} {noun}s"
        files = ", ".join(source.name for source in table.sources)
        yield (f"{place} {where.release}: {rows}{_dates(table)}, from {files}")


def data_of(tables: Iterable[ImportedTable]) -> list[Data]:
    """Every table with the SHA-256 of the files it comes from, for machines."""
    return [as_data(table) for table in tables]


def _dates(table: ImportedTable) -> str:
    """What is said of pairs and add-on codes that do not tell since when they are in force."""
    return "" if table.is_dated or table.address.content == "units" else " without first days"
