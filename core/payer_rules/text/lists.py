"""Words joined to a list."""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: Iterable[object], last: str = "or") -> str:
    """Return ``a``, ``a or b``, ``a, b or c``: the words in order, joined by ``last``."""
    return joined(sorted(map(str, words)), last)


def joined(words: Iterable[object], last: str = "or") -> str:
    """Return the same for words in the sequence that they have; equal ones are named once."""
    *most, final = dict.fromkeys(map(str, words))
    return f"{', '.join(most)} {last} {final}" if most else final
