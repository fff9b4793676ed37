"""The add-on codes of one program, as a draft and as a stored table."""

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

#: CMS's mark for primary codes that its contractors define.
BY_CONTRACTOR: Final = "CCCCC"
#: The most types and date ranges of one code: all of them are compared with each other.
_MOST_TERMS: Final = 100


@attrs.frozen
class AddOnTerms:
    """The terms on which an add-on code is paid: its type, and the dates in force."""

    type: int
    in_force: DateRange
    is_dated: bool


@attrs.define
class AddOnsDraft:
    """The rows of a table while its file is read: line numbers by code, terms and primary code."""

    sources: SourceLines = attrs.Factory(SourceLines)
    rows: dict[tuple[str, AddOnTerms, str], int] = attrs.Factory(dict)

    def add(self, code: str, term: AddOnTerms, primary: str, line: int) -> None:
        """Add a row; record a problem if it is a duplicate."""
        if (code, term, primary) not in self.rows:
            self.rows[code, term, primary] = line
            return
        file, earlier = self.sources.locate(self.rows[code, term, primary])
        message = f"{code} with {primary} is also in {file}:{earlier}, word for word"
        self.sources.note(line, message, "Download the file again, or ask CMS.")

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def is_dated(self) -> bool:
        """Whether every row has its first day in force."""
        return all(term.is_dated for _, term, _ in self.rows)

    def check(self) -> None:
        """Record a problem for each code that has two types on the same day."""
        terms: dict[str, dict[AddOnTerms, int]] = {}
        for (code, term, _), line in self.rows.items():
            known = terms.setdefault(code, {})
            if term in known or len(known) > _MOST_TERMS:
                continue
            if len(known) == _MOST_TERMS:
                message = f"{code} has rows of more than {_MOST_TERMS} types and dates"
                self.sources.note(line, message, "Download the file again, or ask CMS.")
            for other, earlier in known.items():
                if other.type != term.type and other.in_force.overlaps(term.in_force):
                    file, at = self.sources.locate(earlier)
                    message = f"{code} is of type {term.type}, and in {file}:{at} of {other.type}"
                    self.sources.note(line, message, "Download the file again, or ask CMS.")
                    break
            known[term] = line

    def content(self) -> tuple[dict[str, object], Mapping[str, array[int]]]:
        """Return the head and the arrays of the rows, in the order of the file."""
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
            "terms": [_terms_to_data(each) for each in terms],
            "sources": self.sources.head(),
        }
        columns = zip(*rows, strict=True)
        names = ("codes", "terms", "primaries", "lines")
        return head, {
            name: array_files.numbers(column) for name, column in zip(names, columns, strict=True)
        }


@attrs.frozen(eq=False)
class StoredAddOns:
    """The add-on codes of one program, held in memory: there are a few thousand rows."""

    sources: SourceLines
    size: int
    _rows: Mapping[str, tuple[AddOnEdit, ...]]

    @classmethod
    def of(cls, blob: array_files.ArrayFile) -> StoredAddOns:
        """Return the add-on codes of a file; raises `ValueError` or the like for invalid arrays."""
        blob.check_all()
        codes, arrays = blob.codes, blob.arrays
        array_files.check_lengths(arrays, ("terms", "primaries", "lines"), len(arrays["codes"]))
        sources = SourceLines.of(blob.head["sources"])
        found: dict[str, dict[int, list[int]]] = {}
        for at, (code, term) in enumerate(zip(arrays["codes"], arrays["terms"], strict=True)):
            found.setdefault(codes[code], {}).setdefault(term, []).append(at)
        terms = [_terms_from_data(data) for data in blob.head["terms"]]
        rows = {
            code: tuple(_row(code, terms[n], places, codes, arrays, sources) for n, places in by)
            for code, by in ((code, by.items()) for code, by in sorted(found.items()))
        }
        return cls(sources, len(arrays["codes"]), rows)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[AddOnEdit]:
        """Yield the rows of every add-on code, by code."""
        for rows in self._rows.values():
            yield from rows

    @property
    def codes(self) -> frozenset[str]:
        """All add-on codes."""
        return frozenset(self._rows)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def find(self, code: str) -> tuple[AddOnEdit, ...]:
        """Return the rows of a code."""
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
    file, line = sources.locate(arrays["lines"][places[0]])
    kind: Any = term.type
    return AddOnEdit(
        code, kind, frozenset(primaries), term.in_force, file, line, is_dated=term.is_dated
    )


def _terms_to_data(terms: AddOnTerms) -> list[object]:
    days = (terms.in_force.first, terms.in_force.last)
    return [terms.type, *(day.isoformat() if day else None for day in days), terms.is_dated]


def _terms_from_data(data: Sequence[Any]) -> AddOnTerms:
    kind, first, last, is_dated = data
    days = DateRange(*(date.fromisoformat(day) if day else None for day in (first, last)))
    return AddOnTerms(kind, days, is_dated)
