"""Tables of service lines in CSV or Parquet: rows become claims or history lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path as FilePath
from typing import TypeVar

from payer_rules.errors import InputError, Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim
from payer_rules.readers.line_tables.claim_rows import claims_of
from payer_rules.readers.line_tables.columns import (
    CLAIM_COLUMNS,
    HISTORY_COLUMNS,
    NEEDED,
    NEEDED_OF_CLAIMS,
    Column,
)
from payer_rules.readers.line_tables.history_rows import history_of
from payer_rules.readers.line_tables.layout import TableLayout, is_missing_columns, layout_of
from payer_rules.readers.line_tables.mapping import read_mapping
from payer_rules.readers.line_tables.sources import (
    DELIMITERS,
    PARQUET,
    names_in,
    open_table,
)

__all__ = ["is_line_table", "read_claim_table", "read_history_table", "read_mapping"]

T = TypeVar("T")


def is_line_table(start: bytes, mapping: Mapping[str, str] | None = None) -> bool:
    """Return True for the start of a Parquet file, or of CSV with the columns that rows need."""
    if start.startswith(PARQUET):
        return True
    text = start.lstrip(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    needed = {(mapping or {}).get(name, name) for name in NEEDED}
    return any(needed <= {*names_in(first, each)} for each in DELIMITERS)


def read_claim_table(
    path: FilePath,
    *,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    setting: str | None = None,
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims in the table, in its order, and a problem for everything that is wrong.

    ``mapping`` gives the table's names of our columns, as `read_mapping` reads them. The rows of a
    claim follow one another. A row with a problem costs its claim; the others are read. Rows with a
    revenue code and no code are no problem, and a claim of such rows alone is an `UncodedClaim`.
    ``setting`` is that of claims that do not state theirs. The histories of the claims are not
    known.
    """
    shown_name = name or path.name
    read = partial(claims_of, name=shown_name, setting=setting)
    return _read(path, shown_name, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, mapping, read)


def read_history_table(
    path: FilePath, *, mapping: Mapping[str, str] | None = None, name: str | None = None
) -> Iterator[HistoryLine | Problem]:
    """Yield the history lines in the table, one per row, and the problems of other rows."""
    return _read(path, name or path.name, HISTORY_COLUMNS, NEEDED, mapping, history_of)


def _read(
    path: FilePath,
    name: str,
    known: Mapping[str, Column],
    needed: Sequence[str],
    mapping: Mapping[str, str] | None,
    read: Callable[[TableLayout], Iterator[T | Problem]],
) -> Iterator[T | Problem]:
    try:
        layout, problems = layout_of(open_table(path, name), known, needed, mapping)
    except InputError as error:
        yield from error.problems
        return
    yield from problems
    if not is_missing_columns(layout, needed):
        yield from read(layout)
