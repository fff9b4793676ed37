"""The add-on codes of one program."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from payer_rules.rules import DateRange
from payer_rules.rules.edit_rows import AddOnEdit
from payer_rules.tables import array_files
from payer_rules.tables.source_lines import SourceLines

#: What CMS writes for the primary codes that its contractors define.
BY_CONTRACTOR: Final = "CCCCC"
#: Types and dates of one code: all are compared with each other.
_MOST_TERMS: Final = 100


@attrs.frozen
class AddOnTerms:
    """On what terms an add-on code is paid: its type, and from when to when."""

    type: int
    in_force: DateRange
    is_dated: bool


@attrs.define
class AddOnsDraft:
    """The rows of a table while its file is read: add-on code, terms and primary, and line."""

    sources: SourceLines = attrs.Factory(SourceLines)
    rows: dict[tuple[str, AddOnTerms, str], int] = attrs.Factory(dict)

    def add(self, code: str, term: AddOnTerms, primary: str, line: int) -> None:
        """Take in a row; one that was there before is a fault."""
        if (code, term, primary) not in self.rows:
            self.rows[code, term, primary] = line
            return
        file, earlier = self.sources.place(self.rows[code, term, primary])
        message = f"{code} with {primary} stands in {file}:{earlier} too, word for word"
        self.sources.note(line, message, "Fetch the file again, or ask CMS.")

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def is_dated(self) -> bool:
        """Whether every row tells since when it is in force."""
        return all(term.is_dated for _, term, _ in self.rows)

    def check(self) -> None:
        """Note each code that is of two types at once."""
        terms: dict[str, dict[AddOnTerms, int]] = {}
        for (code, term, _), line in self.rows.items():
            known = terms.setdefault(code, {})
            if term in known or len(known) > _MOST_TERMS:
                continue
            if len(known) == _MOST_TERMS:
                message = f"{code} has rows of more than {_MOST_TERMS} types and dates"
                self.sources.note(line, message, "Fetch the file again, or ask CMS.")
            for other, earlier in known.items():
                if other.type != term.type and other.in_force.overlaps(term.in_force):
                    file, at = self.sources.place(earlier)
                    message = f"{code} is of type {term.type}, and in {file}:{at} of {other.type}"
                    self.sources.note(line, message, "Fetch the file again, or ask CMS.")
                    break
            known[term] = line

    def content(self) -> tuple[dict[str, object], Mapping[str, array[int]]]:
        """Head and arrays of the rows, in the order of the file."""
        codes: dict[str, int] = {}
        terms: dict[AddOnTerms, int] = {}
        rows = [
            (
                codes.setdefault(code, len(codes)),
                terms.setdefault(term, len(terms)),
                codes.setdefault(primary, len(codes)),
                line,
            )
            for (code, term, primary), line in self.rows.items()
        ]
        head: dict[str, object] = {
            "codes": "".join(codes),
            "terms": [_told(term) for term in terms],
            "sources": self.sources.head(),
        }
        columns = zip(*rows, strict=True)
        names = ("codes", "terms", "primaries", "lines")
        return head, {
            name: array_files.numbers(column) for name, column in zip(names, columns, strict=True)
        }


@attrs.frozen(eq=False)
class StoredAddOns:
    """The add-on codes of one program: a few thousand rows, so they are held in memory."""

    sources: SourceLines
    size: int
    _rows: Mapping[str, tuple[AddOnEdit, ...]]

    @classmethod
    def of(cls, blob: array_files.ArrayFile) -> StoredAddOns:
        """Return the add-on codes in a file; raises `ValueError` and the like where none fit."""
        blob.check_all()
        codes, arrays = blob.codes, blob.arrays
        array_files.check_lengths(arrays, ("terms", "primaries", "lines"), len(arrays["codes"]))
        sources = SourceLines.of(blob.head["sources"])
        found: dict[str, dict[int, list[int]]] = {}
        for at, (code, term) in enumerate(zip(arrays["codes"], arrays["terms"], strict=True)):
            found.setdefault(codes[code], {}).setdefault(term, []).append(at)
        terms = [_term(told) for told in blob.head["terms"]]
        rows = {
            code: tuple(_row(code, terms[n], places, codes, arrays, sources) for n, places in by)
            for code, by in ((code, by.items()) for code, by in sorted(found.items()))
        }
        return cls(sources, len(arrays["codes"]), rows)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[AddOnEdit]:
        """What is said of every add-on code, by code."""
        for rows in self._rows.values():
            yield from rows

    @property
    def codes(self) -> frozenset[str]:
        """Every add-on code."""
        return frozenset(self._rows)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def find(self, code: str) -> tuple[AddOnEdit, ...]:
        """What is said of a code."""
        return self._rows.get(code, ())


def _row(
    code: str,
    term: AddOnTerms,
    places: Sequence[int],
    codes: Sequence[str],
    arrays: Mapping[str, Sequence[int]],
    sources: SourceLines,
) -> AddOnEdit:
    primaries = {codes[arrays["primaries"][at]] for at in places} - {BY_CONTRACTOR}
    file, line = sources.place(arrays["lines"][places[0]])
    kind: Any = term.type
    return AddOnEdit(
        code, kind, frozenset(primaries), term.in_force, file, line, is_dated=term.is_dated
    )


def _told(term: AddOnTerms) -> list[object]:
    days = (term.in_force.first, term.in_force.last)
    return [term.type, *(day.isoformat() if day else None for day in days), term.is_dated]


def _term(told: Sequence[Any]) -> AddOnTerms:
    kind, first, last, is_dated = told
    days = DateRange(*(date.fromisoformat(day) if day else None for day in (first, last)))
    return AddOnTerms(kind, days, is_dated)
