"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable


def table_of(heads: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    """Return a table with the heads and one line for each row."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
