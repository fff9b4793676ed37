"""A bounded cache of what is made of objects that many claims share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
V = TypeVar("V")
#: The number of objects of one kind whose values are kept.
_MOST: Final = 4_096
#: The same of whole lists of objects: equal claims share them, and other claims have their own.
MOST_LISTS: Final = 1_024


class IdentityCache(Generic[T, V]):
    """A cache of values that are made of objects, by the object and not by its fields.

    A run decides most claims with the same few parts, so that what is made of a part is made once.
    Neither do fields have to be compared, nor is the value of an equal object taken: equal objects
    may print differently. The cache is cleared before it has more than ``most`` objects.
    """

    __slots__ = ("_made", "_make", "_most")

    def __init__(self, make: Callable[[T], V], most: int = _MOST) -> None:
        self._make = make
        self._most = most
        # NOTE: the object is kept too, so that no other one gets its identity.
        self._made: dict[int, tuple[T, V]] = {}

    def of(self, part: T) -> V:
        """Return the value of the object."""
        made = self._made.get(id(part))
        if made is not None:
            return made[1]
        if len(self._made) >= self._most:
            self._made.clear()
        value = self._make(part)
        self._made[id(part)] = (part, value)
        return value

    def all(self, parts: Iterable[T]) -> list[V]:
        """Return the values of the objects."""
        made = self._made
        return [
            found[1] if (found := made.get(id(part))) is not None else self.of(part)
            for part in parts
        ]


def counted_lists(lists: Iterable[tuple[T, ...]]) -> Iterable[tuple[tuple[T, ...], int]]:
    """Return the different lists, by the object, each with the number of times it is there."""
    counted: dict[int, tuple[tuple[T, ...], int]] = {}
    for each in lists:
        key = id(each)
        counted[key] = (each, counted[key][1] + 1 if key in counted else 1)
    return counted.values()
