"""Values by what they were read from; each is read once.

In a file of claims the same few days, codes, amounts and services come again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
#: How many of one kind are remembered.
_MOST: Final = 20_000


class Known(dict[K, T], Generic[K, T]):
    """Values by their text, or by parts of it; what is new is read when it is asked for.

    A dict, so that asking for what was read costs no call; it is emptied before it grows large.
    """

    def __init__(self, read: Callable[[K], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: K) -> T:
        if len(self) >= _MOST:
            self.clear()
        value = self[text] = self._read(text)
        return value
