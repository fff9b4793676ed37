"""Words joined to a list."""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: Iterable[object], last: str = "or") -> str:
    """Return ``a``, ``a or b``, ``a, b or c``: the words in order, joined by ``last``."""
    *most, final = sorted(map(str, words))
    return f"{', '.join(most)} {last} {final}" if most else final
