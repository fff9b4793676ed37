"""Tables of service lines, in CSV or Parquet: rows become claims, or lines of the history."""

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
    """Whether a file that begins so is a Parquet file, or CSV with the columns that rows need."""
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
    """The claims in the table, in its order, and a fault for each thing that is wrong in it.

    ``mapping`` gives their names of our columns, as `read_mapping` reads them. The rows of a claim
    stand one after another. A row at fault costs its claim; the others are read. Rows of a revenue
    code and no code are no fault, and a claim of nothing else is `UncodedClaim`. The histories of
    the claims are not known.
    """
    told = name or path.name
    read = partial(claims_of, name=told, setting=setting)
    return _read(path, told, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, mapping, read)


def read_history_table(
    path: FilePath, *, mapping: Mapping[str, str] | None = None, name: str | None = None
) -> Iterator[HistoryLine | Problem]:
    """The lines of the history in the table, each row by itself, and what is wrong with others."""
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
