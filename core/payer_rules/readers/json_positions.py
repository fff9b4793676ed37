"""The line of every value in a JSON text.

Python's JSON reader keeps no positions, so the text is scanned a second time for them. The
positions are right for text that Python's reader has accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.errors import Path

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]+|\n')


@attrs.frozen
class JsonPosition:
    """A key of an object or an element of a list; ``again``: the object has the key already."""

    path: Path
    line: int
    again: bool = False


@attrs.define
class _JsonContainer:
    """An object or list that is being read, and the position in it."""

    path: Path
    index: int | None
    key: str | None = None
    seen: set[str] = attrs.Factory(set)

    @property
    def place(self) -> Path:
        return (*self.path, (self.key or "") if self.index is None else self.index)

    @property
    def wants_key(self) -> bool:
        return self.index is None and self.key is None

    def advance(self) -> None:
        self.index = None if self.index is None else self.index + 1
        self.key = None

    def name(self, key: str, line: int) -> JsonPosition:
        """Record the next key."""
        self.key = key
        again = key in self.seen
        self.seen.add(key)
        return JsonPosition(self.place, line, again)


def tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield texts, marks, numbers and words, each with its line."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            yield match[0], line


def value_positions(text: str) -> Iterator[JsonPosition]:
    """Yield every key and every element of a list, in the order of the text."""
    # A list of containers and no recursion: what the standard reader can nest, this can follow.
    containers = [_JsonContainer((), None, key="")]
    for token, line in tokens(text):
        inner = containers[-1]
        if token in {"]", "}"}:
            containers.pop()
        elif token == ",":
            inner.advance()
        elif inner.wants_key:
            yield inner.name(json.loads(token), line)
        elif token != ":":
            if inner.index is not None:
                yield JsonPosition(inner.place, line)
            if token in {"[", "{"}:
                path = inner.place if len(containers) > 1 else ()
                containers.append(_JsonContainer(path, 0 if token == "[" else None))
