"""The meaning of each key of a TOML file, in a sentence.

A key is explained where its class is: by the sentence of the docstring that names it. The file
``key_meanings.csv`` has the meanings of the others, by class and key; ``*`` is any class.
"""

from __future__ import annotations

import csv
import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

FILE: Final = Path(__file__).resolve().parent / "key_meanings.csv"
_links: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)").sub
_sentence_ends: Final = re.compile(r"(?<=[.:])\s+(?=[A-Z`\"'])").split


@functools.cache
def listed() -> dict[tuple[str, str], str]:
    """Return the meanings in the file, by class and key."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(row["class"], row["key"]): row["meaning"] for row in csv.DictReader(file)}


def meaning_of(cls: type[Any], field: attrs.Attribute[Any]) -> str:
    """Return the meaning of the field; raises `KeyError` if there is none."""
    key = field.metadata.get("key", field.name)
    owners = [owner.__name__ for owner in cls.__mro__]
    for name in owners:
        if (name, key) in listed():
            return without_links(listed()[name, key])
    in_docstring = next(_sentences(cls, {field.name, key}), None)
    return in_docstring or listed()["*", key]


def without_links(text: str) -> str:
    """Return Markdown with the words of links only."""
    return _links("\\1", text)


def _sentences(cls: type[Any], names: set[str]) -> Iterator[str]:
    """Yield the sentences of the docstrings of the class and its bases that name the key."""
    for owner in cls.__mro__:
        text = " ".join((inspect.getdoc(owner) or "").split()) if attrs.has(owner) else ""
        for sentence in _sentence_ends(text):
            if any(f"``{name}``" in sentence for name in names):
                yield sentence.replace("``", "`").rstrip(".")
