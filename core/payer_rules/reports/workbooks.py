"""Rows as a workbook for spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Final, TypeAlias

CellValue: TypeAlias = str | int | Decimal
#: The most rows that a sheet can have.
_MOST_ROWS: Final = 1 << 20


def workbook_from(name: str, rows: Iterable[Iterable[CellValue]], most: int = _MOST_ROWS) -> bytes:
    """Return the rows, of which the first is the header, as a workbook; needs openpyxl.

    Each sheet has a filter on its header. Rows for which a sheet has no room are on further sheets.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    remaining = iter(rows)
    header: Sequence[CellValue] = list(next(remaining))
    last_column = get_column_letter(len(header))
    first = next(remaining, None)
    while first is not None or not book.worksheets:
        sheet = book.create_sheet(f"{name} {len(book.worksheets) + 1}" if book.worksheets else name)
        sheet.freeze_panes = "A2"
        sheet.append(header)
        count = 1
        for row in chain([first] if first else [], islice(remaining, most - 2)):
            sheet.append(list(row))
            count += 1
        sheet.auto_filter.ref = f"A1:{last_column}{count}"
        first = next(remaining, None)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
