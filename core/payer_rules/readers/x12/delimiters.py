"""The delimiters of an X12 interchange, which its ISA declares by position."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import attrs

#: The width of each element of an ISA, by the standard (X12.5); 106 characters in all.
_WIDTHS: Final = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_ELEMENTS: Final = len(_WIDTHS) + 1
#: The most characters of an ISA that is too wide, without its line breaks.
WIDEST: Final = 400
#: The most characters of such an ISA with line breaks of two characters anywhere.
WIDEST_WRAPPED: Final = 3 * WIDEST
#: The most characters of the tag and the separator of such an ISA.
_WRAPPED_TAG: Final = 12
_BREAKS: Final = "\r\n"
_BLANKS: Final = " \t"


@attrs.frozen
class Delimiters:
    """The separators of elements and of components, and the segment terminator."""

    element: str
    component: str
    terminator: str

    @property
    def is_by_lines(self) -> bool:
        """Whether a segment ends with its line; otherwise line breaks mean nothing."""
        return self.terminator in "\r\n"


@attrs.frozen
class Header:
    """An ISA: its text, its length with the terminator, and the delimiters it declares."""

    text: str
    length: int
    delimiters: Delimiters

    def oddities(self) -> Iterator[str]:
        """Yield a message for each element whose width is not the standard's."""
        given = self.text.split(self.delimiters.element)[1:_ELEMENTS]
        for at, (element, width) in enumerate(zip(given, _WIDTHS, strict=False), 1):
            if len(element) != width:
                yield f"ISA{at:02} has {len(element)} characters, and {width} belong there"


def begins_interchange(text: str) -> bool:
    """Return True if the text begins with the tag of an ISA and a separator.

    The line may break anywhere, even in the tag.
    """
    start = unwrapped(text[:_WRAPPED_TAG])
    return start.startswith("ISA") and len(start) > 3 and _separates(start[3])


def unwrapped(text: str) -> str:
    """Return the text without its line breaks."""
    return text.replace("\n", "").replace("\r", "")


def read_header(text: str) -> Header | None:
    """Return the ISA that the text begins with, or ``None`` if its sixteen elements are not there.

    Elements are counted, not measured, so that an ISA of wrong widths still gives its delimiters.
    Its lines may break anywhere.
    """
    element = unwrapped(text[:_WRAPPED_TAG])[3]
    end = -1
    for _ in range(_ELEMENTS):
        end = text.find(element, end + 1)
        if end < 0:
            return None
    before = unwrapped(text[: end + 1])
    if len(before) > WIDEST or not before.split(element)[15].isalpha():
        return None
    component_at = _first_not_in(_BREAKS, text, end + 1)
    component = text[component_at : component_at + 1]
    terminator, length = _terminator(text, component_at + 1, (element, component))
    if not _differ(element, component, terminator):
        return None
    return Header(before + component, length, Delimiters(element, component, terminator))


def _terminator(text: str, start: int, others: Collection[str]) -> tuple[str, int]:
    """Return the terminator after the ISA's last element, and where the next text begins.

    Blanks may precede it. A line break is the terminator, unless a sign that can be one follows.
    """
    at = _first_not_in(_BLANKS, text, start)
    terminator = text[at : at + 1]
    if terminator and terminator in _BREAKS:
        after = _first_not_in(_BLANKS + _BREAKS, text, at)
        sign = text[after : after + 1]
        if not (sign and _separates(sign) and sign not in others):
            return "\n", at + 1
        at, terminator = after, sign
    return terminator, at + 1


def _first_not_in(signs: str, text: str, at: int) -> int:
    """Return the place of the first character from ``at`` on that is none of the signs."""
    while text[at : at + 1] and text[at] in signs:
        at += 1
    return at


def _differ(*delimiters: str) -> bool:
    several = {each for each in delimiters if each and (_separates(each) or each in "\r\n")}
    return len(several) == len(delimiters)


def _separates(character: str) -> bool:
    return not (character.isalnum() or character.isspace()) and character.isprintable()
