"""State, Medicare contractor and pricing locality by ZIP code.

``zip_codes.csv`` is made by ``tools/extract_derived_facts.py`` from CMS's file of ZIP codes.
"""

from __future__ import annotations

import csv
import functools
from bisect import bisect_right
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import attrs

from payer_rules.vocabularies import CONTRACTORS, STATES

_DIGITS: Final = 5


@attrs.frozen
class ZipPlace:
    """A ZIP code as Medicare divides the country: its state, contractor and locality.

    ``contractor`` is ``None`` if no source names who has the ``contractor_number``.
    """

    state: str | None
    contractor: str | None
    contractor_number: str
    locality: str


@attrs.frozen
class _ZipRanges:
    """Ranges of ZIP codes in order: their first codes, and their last codes with their places."""

    firsts: list[int]
    lasts: list[tuple[int, ZipPlace]]

    def find(self, zip_code: int) -> ZipPlace | None:
        at = bisect_right(self.firsts, zip_code) - 1
        if at < 0:
            return None
        last, place = self.lasts[at]
        return place if zip_code <= last else None


def place_of_zip(zip_code: str) -> ZipPlace | None:
    """Return the place of a ZIP code of five or nine digits; ``None`` if it is not listed.

    ZIP codes that CMS divides by their last four digits are not listed.
    """
    digits = zip_code[:_DIGITS]
    if len(digits) < _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return _ranges().find(int(digits))


@functools.cache
def _ranges() -> _ZipRanges:
    text = (files("payer_rules.derived_facts") / "zip_codes.csv").read_text("utf-8")
    found = sorted(
        (first, last, place)
        for row in csv.DictReader(text.splitlines())
        for place in [_place(row)]
        for first, last in _parsed(row["zips"])
    )
    return _ZipRanges([first for first, _, _ in found], [(last, place) for _, last, place in found])


def _place(row: dict[str, str]) -> ZipPlace:
    number = row["contractor_number"]
    return ZipPlace(
        STATES.canonical(row["state"]), CONTRACTORS.canonical(number), number, row["locality"]
    )


def _parsed(zips: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last code of ranges such as ``60601-08``."""
    for text in zips.split():
        first, _, ending = text.partition("-")
        yield int(first), int(first[: _DIGITS - len(ending)] + ending)
