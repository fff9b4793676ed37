"""Elements as values; each text is parsed once, since few texts are repeated often.

A text that is not of the standard's form is ``None``.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Final

import attrs

from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import Span
from payer_rules.vocabularies.formats import MODIFIER

_number = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_day = re.compile(r"[0-9]{8}").fullmatch
#: A number (R) has at most 18 digits; the sign and the point are not counted.
_LONGEST: Final = 20
#: A pointer to a diagnosis; some programs write it as an amount: ``1.00``.
_pointer = re.compile(r"([0-9]{1,2})(?:\.0*)?").fullmatch
#: Component separators in files whose ISA16 declares another.
_STRAYS: Final = ":>^<|\\!~`"
_MODIFIERS: Final = slice(2, 6)
#: The component of an HI code for present on admission, and its values (UHDDS).
_PRESENT: Final = 8
_PRESENCES: Final = frozenset(["", "Y", "N", "U", "W", "1"])


@attrs.frozen
class Procedure:
    """A procedure as SV101, SV202 or SVC01 writes it: ``HC:90837:GT``."""

    qualifier: str
    code: str
    modifiers: tuple[str, ...]


class ElementValues:
    """The element values of an interchange, whose component separator they depend on."""

    def __init__(self, component: str) -> None:
        self._component = component
        #: The separator that is used in place of the declared one, if any is.
        self.stray: str | None = None
        self.numbers = ParseCache(_number_of)
        self.counts = ParseCache(_count_of)
        #: By first name: its token in the id of a dependent; empty if the name is.
        self.name_tokens = ParseCache(_token_of)
        #: A code of HI: its qualifier, the code, and whether its element has nothing more.
        self.codes = ParseCache(self._code_of)
        self.days = ParseCache(_day_of)
        self.spans = ParseCache(_span_of)
        self.parts = ParseCache(self._parts_of)
        self.procedures = ParseCache(self._procedure_of)
        self.pointers = ParseCache(self._pointers_of)

    def _parts_of(self, text: str) -> list[str]:
        """Return the components; if the declared separator is missing, split at the one used."""
        if self._component in text or text.isalnum():
            return text.split(self._component)
        stray = next((sign for sign in text if sign in _STRAYS), None)
        if stray is None:
            return [text]
        self.stray = stray
        return text.split(stray)

    def _code_of(self, text: str) -> tuple[str, str, bool]:
        parts = self._parts_of(text)
        # NOTE: an institutional claim also states whether a diagnosis was present on admission.
        more = any(parts[2:_PRESENT]) or len(parts) > _PRESENT + 1
        is_plain = not more and "".join(parts[_PRESENT:]) in _PRESENCES
        return parts[0], parts[1] if len(parts) > 1 else "", is_plain

    def _procedure_of(self, text: str) -> Procedure | None:
        parts = self._parts_of(text)
        code = parts[1].strip() if len(parts) > 1 else ""
        if not code:
            return None
        # NOTE: an invalid modifier is kept as it is, and reported where it is used.
        given = (part for part in parts[_MODIFIERS] if part.strip())
        modifiers = tuple(MODIFIER.canonical(each) or each.strip() for each in given)
        return Procedure(parts[0].strip().upper(), code, modifiers)

    def _pointers_of(self, text: str) -> tuple[int, ...] | None:
        """Return the diagnoses pointed to, counted from 1; none in an empty text."""
        found = [_pointer(part) for part in self._parts_of(text) if part]
        return None if None in found else tuple(int(each[1]) for each in found if each)


def _number_of(text: str) -> Decimal | None:
    return Decimal(text) if len(text) <= _LONGEST and _number(text) else None


def _count_of(text: str) -> int | None:
    """Return a number from 1 on."""
    return int(text) or None if len(text) <= 6 and text.isascii() and text.isdigit() else None


def _token_of(first_name: str) -> str:
    name = "".join(filter(str.isalnum, first_name)).upper()
    return sha256(name.encode()).hexdigest()[:8] if name else ""


def _day_of(text: str) -> date | None:
    if not _day(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _span_of(text: str) -> Span | None:
    """Return the first and the last day: of one day (D8), or of two with a hyphen (RD8)."""
    first, hyphen, last = text.partition("-")
    begin = _day_of(first)
    end = _day_of(last) if hyphen else begin
    return None if begin is None or end is None else (begin, end)
