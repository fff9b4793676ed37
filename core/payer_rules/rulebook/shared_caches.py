"""Caches of all rule books, with one limit: memory does not grow with the number of payers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

#: The number of entries that all caches of a process keep together.
MOST_ENTRIES: Final = 1 << 17


class SharedCache(Generic[K, V]):
    """A cache whose entries count against the limit of all caches, which are cleared at once."""

    __slots__ = ("__weakref__", "_entries", "get")

    def __init__(self) -> None:
        self._entries: dict[K, V] = {}
        #: Return the value of the key, or ``None``.
        self.get: Callable[[K], V | None] = self._entries.get
        _LIMIT.caches.add(self)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def put(self, key: K, value: V) -> V:
        """Keep the value, and return it."""
        _LIMIT.count()
        self._entries[key] = value
        return value

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()


class _CacheLimit:
    """The caches of this process, and the number of entries that were added to them."""

    def __init__(self) -> None:
        self.caches: WeakSet[SharedCache[Any, Any]] = WeakSet()
        self.added = 0

    def count(self) -> None:
        """Count an entry that is added; clear all caches if there are too many."""
        self.added += 1
        if self.added >= MOST_ENTRIES:
            # NOTE: caches of rule books that are no longer used are gone.
            self.added = sum(map(len, self.caches))
            if self.added >= MOST_ENTRIES // 2:
                for cache in self.caches:
                    cache.clear()
                self.added = 0


_LIMIT: Final = _CacheLimit()
