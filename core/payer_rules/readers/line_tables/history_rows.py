"""History lines made of the rows of a table, one per row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.errors import InvalidValueError, Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.line_tables.columns import NEEDED
from payer_rules.readers.line_tables.layout import TableLayout, TableRow
from payer_rules.readers.line_tables.repeated_rows import RepeatedRows
from payer_rules.readers.line_tables.row_values import (
    ProviderCache,
    code_without_procedure,
    is_uncoded,
    line_values,
    located,
    problems_of_row,
)

#: The columns that a row without a procedure code needs.
_NEEDED_OF_UNCODED: Final = ("claim", "member")


def history_of(layout: TableLayout) -> Iterator[HistoryLine | Problem]:
    """Yield the lines of the table, and the problems of its rows."""
    providers = ProviderCache()
    repeated = RepeatedRows.of(layout.columns)
    for row in layout.source.rows(layout.places):
        if isinstance(row, Problem):
            yield row
            continue
        line = None if repeated is None else repeated.line(row[1])
        if line is not None:
            yield line
            continue
        for found in _read(layout, layout.row(row), providers):
            if repeated is not None and isinstance(found, HistoryLine):
                repeated.add(row[1], found)
            yield found


def _read(
    layout: TableLayout, row: TableRow, providers: ProviderCache
) -> Iterator[HistoryLine | Problem]:
    """Yield the line of the row, or what is wrong with it."""
    if is_uncoded(row) and code_without_procedure(row) is None:
        return
    needed = _NEEDED_OF_UNCODED if is_uncoded(row) else NEEDED
    problems = [*problems_of_row(layout, row, needed)]
    if problems:
        yield from problems
        return
    try:
        yield HistoryLine(**_values(row, providers))  # type: ignore[arg-type]
    except InvalidValueError as error:
        yield from located(layout, row.number, error)


def _values(row: TableRow, providers: ProviderCache) -> dict[str, object]:
    claim_fields = row.of("claim")
    return {
        **line_values(row, providers),
        **{name: value for name, value in claim_fields.items() if name != "id"},
        "claim": claim_fields["id"],
        "member": row.value("member"),
        "billing_provider": providers.of(row, "billing"),
    }
