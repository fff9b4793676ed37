"""A bounded cache of parsed values, keyed by source text.

In a file of claims the same few days, codes, amounts and services are repeated many times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
#: How many of one kind are remembered.
_MOST: Final = 20_000
#: Longer texts do not come again, and twenty thousand of them would fill the memory.
_REMEMBERED: Final = 256


class ParseCache(dict[K, T], Generic[K, T]):
    """A dict of parsed values by their source text, or by parts of it.

    A missing value is parsed when it is looked up; a hit costs no call. The cache is cleared before
    it grows large.
    """

    def __init__(self, read: Callable[[K], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: K) -> T:
        value = self._read(text)
        if not isinstance(text, str) or len(text) <= _REMEMBERED:
            if len(self) >= _MOST:
                self.clear()
            self[text] = value
        return value
