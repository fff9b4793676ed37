"""What separates the parts of an X12 interchange: its ISA declares it by standing there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

#: How many characters each element of an ISA has, by the standard (X12.5); 106 in all.
_WIDTHS: Final = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_ELEMENTS: Final = len(_WIDTHS) + 1
#: An ISA that is written too wide is sought no further than this.
WIDEST: Final = 400


@attrs.frozen
class Delimiters:
    """The characters between elements and between components, and the one that ends a segment."""

    element: str
    component: str
    terminator: str

    @property
    def is_by_lines(self) -> bool:
        """Whether a segment ends with its line; else line breaks mean nothing."""
        return self.terminator in "\r\n"


@attrs.frozen
class Header:
    """An ISA: its text, how many characters it takes with its terminator, what it declares."""

    text: str
    length: int
    delimiters: Delimiters

    def oddities(self) -> Iterator[str]:
        """Each element that has not the width that the standard gives it."""
        given = self.text.split(self.delimiters.element)[1:_ELEMENTS]
        for at, (element, width) in enumerate(zip(given, _WIDTHS, strict=False), 1):
            if len(element) != width:
                yield f"ISA{at:02} has {len(element)} characters, and {width} belong there"


def begins_interchange(text: str) -> bool:
    """Whether the text begins as an ISA does: the tag, then a separator."""
    return text.startswith("ISA") and len(text) > 3 and _separates(text[3])


def read_header(text: str) -> Header | None:
    """The ISA with which the text begins; ``None`` where its sixteen elements are not there.

    Elements are counted, not measured, so that an ISA of wrong widths still tells its delimiters.
    """
    element = text[3]
    parts = text[:WIDEST].split(element, _ELEMENTS)
    if len(parts) <= _ELEMENTS or not parts[15].isalpha():
        return None
    component, terminator, after = (
        parts[_ELEMENTS][:1],
        parts[_ELEMENTS][1:2],
        parts[_ELEMENTS][2:3],
    )
    crlf = terminator == "\r" and after == "\n"
    if crlf:
        terminator = "\n"
    if not _differ(element, component, terminator):
        return None
    length = len(element.join(parts[:_ELEMENTS])) + len(element) + 2
    ended = length + 1 if crlf else length
    return Header(text[: length - 1], ended, Delimiters(element, component, terminator))


def _differ(*delimiters: str) -> bool:
    several = {each for each in delimiters if each and (_separates(each) or each in "\r\n")}
    return len(several) == len(delimiters)


def _separates(character: str) -> bool:
    return not (character.isalnum() or character.isspace()) and character.isprintable()
