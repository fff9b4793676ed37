"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from payer_rules.text.escaping import visible


def table_of(heads: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    """Return a table with the heads and one line for each row."""
    return "\n".join(map(row_of, [heads, ("---",) * len(heads), *rows]))


def row_of(cells: Iterable[str]) -> str:
    """Return one line of a table."""
    return f"| {' | '.join(cells)} |"


def cell_of(text: str) -> str:
    """Return a text from a file as a cell, in which it cannot end the cell or be markup."""
    shown = visible(text, keep="\n").replace("\n", " ")
    return shown.replace("|", "\\|").replace("<", "&lt;")
