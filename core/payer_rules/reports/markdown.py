"""Tables as Markdown has them."""

from __future__ import annotations

from collections.abc import Iterable


def table_of(heads: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    """A table with the heads and a line for each row."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
