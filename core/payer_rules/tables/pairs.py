"""The pairs of one table: packed while they are read, checked, and found by bisection.

A pair is stored under the lower of its codes, so one search finds both directions. For each row the
file holds the number of the other code; the number of the row's terms (dates, indicator and
rationale, of which there are a few thousand) with the direction in the lowest bit; and the line.
For each code it holds the offset of its first row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final, Literal, cast

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.rules import DateRange
from payer_rules.rules.edit_rows import PairEdit, was_never_in_force
from payer_rules.tables import array_files
from payer_rules.tables.source_lines import SourceLines

_LINE: Final = 32
_TERMS: Final = 20
_CODE: Final = 20
_DIRECTION: Final = 1
#: The bits of a packed row below the codes: line, terms and direction.
_PAIR: Final = _LINE + _TERMS
#: The most rows of one pair. CMS deletes and renews some pairs a few times; all are compared.
_MOST_OF_PAIR: Final = 100
_ASK: Final = "Download the file again, or ask CMS."


@attrs.frozen
class PairTerms:
    """The terms of a pair: its dates, its modifier indicator and its rationale."""

    in_force: DateRange
    is_dated: bool
    indicator: Literal[0, 1, 9]
    rationale: str | None

    @property
    def is_tombstone(self) -> bool:
        """Whether the row was never in force."""
        return was_never_in_force(self.indicator, self.in_force)

    def clashes(self, other: PairTerms) -> bool:
        """Return True if both hold on one day; without a first day, if both end on one day."""
        if self.is_tombstone or other.is_tombstone:
            return False
        if self.is_dated and other.is_dated:
            return self.in_force.overlaps(other.in_force)
        return self.in_force.last == other.in_force.last


@attrs.define
class PairsDraft:
    """The rows of a table while its files are read."""

    sources: SourceLines = attrs.Factory(SourceLines)
    codes: dict[bytes, int] = attrs.Factory(dict)
    terms: dict[PairTerms, int] = attrs.Factory(dict)
    rows: list[int] = attrs.Factory(list)

    def number_of_code(self, text: bytes) -> int:
        """Return the number of a code; raises `InputError` if there are too many codes."""
        if len(self.codes) >= 1 << _CODE:
            raise _too_many(f"{1 << _CODE:,} different codes")
        return self.codes.setdefault(text, len(self.codes))

    def number_of_terms(self, terms: PairTerms) -> int:
        """Return the number of the terms; raises `InputError` if there are too many."""
        if len(self.terms) >= 1 << (_TERMS - _DIRECTION):
            raise _too_many(f"{1 << (_TERMS - _DIRECTION):,} different dates and rationales")
        return self.terms.setdefault(terms, len(self.terms))

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def is_dated(self) -> bool:
        """Whether every row has its first day in force."""
        return all(terms.is_dated for terms in self.terms)

    def check(self) -> None:
        """Sort the rows, and record duplicates and rows that contradict each other."""
        self._sort()
        self._check_self_pairs()
        terms, codes = list(self.terms), list(self.codes)
        pairs = [row >> _PAIR for row in self.rows]
        repeated = (i for i, (a, b) in enumerate(pairwise(pairs)) if a == b)
        for _, group in groupby(repeated, key=lambda at: pairs[at]):
            at = list(group)
            self._check(self.rows[at[0] : at[-1] + 2], terms, codes)

    def _sort(self) -> None:
        """Number the codes in order, store each pair under its lower code, and sort the rows."""
        codes = sorted(self.codes)
        ranks = {code: rank for rank, code in enumerate(codes)}
        rank = [ranks[code] for code in self.codes]
        rows, mask, rest = self.rows, (1 << _CODE) - 1, (1 << _PAIR) - 1
        for at, row in enumerate(rows):
            one, other = rank[row >> (_PAIR + _CODE)], rank[row >> _PAIR & mask]
            if one <= other:
                rows[at] = (one << _CODE | other) << _PAIR | row & rest
            else:
                rows[at] = (other << _CODE | one) << _PAIR | row & rest | 1 << _LINE
        rows.sort()
        self.codes = ranks

    def _check_self_pairs(self) -> None:
        """Record a problem for each row that pairs a code with itself."""
        for code, number in self.codes.items():
            pair = number << _CODE | number
            first, end = (bisect_left(self.rows, each << _PAIR) for each in (pair, pair + 1))
            for row in self.rows[first:end]:
                message = f"the pair {code.decode()}/{code.decode()} is one code twice"
                self.sources.note(_line(row), message, _ASK)

    def _check(self, rows: list[int], terms: list[PairTerms], codes: list[bytes]) -> None:
        """Record the problems among the rows of one pair."""
        if len(rows) > _MOST_OF_PAIR:
            many = f"the pair {_pair_of(rows[0], codes)} has {len(rows):,} rows"
            self.sources.note(_line(rows[-1]), many, _ASK)
            return
        for at, row in enumerate(rows):
            for other in rows[:at]:
                if reason := _clash(row, other, terms):
                    earlier, later = sorted([_line(row), _line(other)])
                    file, line = self.sources.locate(earlier)
                    pair = _pair_of(row if _line(row) == later else other, codes)
                    message = f"the pair {pair} is also in {file}:{line}{reason}"
                    self.sources.note(later, message, _ASK)

    def content(self) -> tuple[dict[str, object], Mapping[str, Any]]:
        """Return the head and the arrays of the checked rows."""
        mask = (1 << _CODE) - 1
        lower = [row >> (_PAIR + _CODE) for row in self.rows]
        places = [bisect_left(lower, number) for number in range(len(self.codes) + 1)]
        del lower
        head: dict[str, object] = {
            "codes": b"".join(self.codes).decode(),
            "says": [_terms_to_data(terms) for terms in self.terms],
            "sources": self.sources.head(),
        }
        terms_mask = (1 << _TERMS) - 1
        line = (1 << _LINE) - 1
        return head, {
            "places": array_files.numbers(places),
            "others": array_files.numbers([row >> _PAIR & mask for row in self.rows]),
            "says": array_files.numbers([row >> _LINE & terms_mask for row in self.rows]),
            "lines": array_files.numbers([row & line for row in self.rows]),
        }


def pack(column1: int, column2: int, terms: int, line: int) -> int:
    """Return a row as one number, from the numbers of its codes and terms, and its line."""
    return ((column1 << _CODE | column2) << _TERMS | terms << _DIRECTION) << _LINE | line


@attrs.frozen
class PairColumns:
    """The pairs of one table as columns.

    ``places`` has for each code the offset of its first row. A row has the number of its higher
    code in ``others``, and in ``says`` twice the number of its terms, and one more if its column 1
    is the higher code.
    """

    codes: Sequence[str]
    places: Sequence[int]
    others: Sequence[int]
    says: Sequence[int]
    terms: Callable[[int], PairTerms]


@attrs.frozen(eq=False)
class StoredPairs:
    """The pairs of one table, found by code in a memory-mapped file.

    The rows of a code are compared with the digests of the file when the code is first looked up.
    """

    codes: Sequence[str]
    sources: SourceLines
    _numbers: Mapping[str, int]
    _places: Sequence[int]
    _others: Sequence[int]
    _terms_numbers: Sequence[int]
    _lines: Sequence[int]
    _terms_data: Sequence[Sequence[Any]]
    _blob: array_files.ArrayFile
    _checked: bytearray
    _parsed: dict[int, PairTerms] = attrs.Factory(dict)

    @classmethod
    def of(cls, blob: array_files.ArrayFile) -> StoredPairs:
        """Return the pairs of a file; raises `ValueError` or the like for invalid arrays."""
        codes, arrays = blob.codes, blob.arrays
        blob.check("places")
        places, count = arrays["places"], len(arrays["others"])
        array_files.check_lengths(arrays, ("places",), len(codes) + 1)
        array_files.check_lengths(arrays, ("says", "lines"), count)
        if places[0] or places[-1] != count or any(a > b for a, b in pairwise(places)):
            raise ValueError(count)
        return cls(
            codes=codes,
            sources=SourceLines.of(blob.head["sources"]),
            numbers={code: number for number, code in enumerate(codes)},
            places=places,
            others=arrays["others"],
            terms_numbers=arrays["says"],
            lines=arrays["lines"],
            terms_data=blob.head["says"],
            blob=blob,
            checked=bytearray(len(codes)),
        )

    def __len__(self) -> int:
        return len(self._others)

    def __contains__(self, code: str) -> bool:
        return code in self._numbers

    def find(self, one: str, other: str) -> tuple[PairEdit, ...]:
        """Return the rows of two codes in either order."""
        lower, upper = self._numbers.get(one), self._numbers.get(other)
        if lower is None or upper is None:
            return ()
        if lower > upper:
            lower, upper = upper, lower
        if not self._checked[lower]:
            self._check(lower)
        end = self._places[lower + 1]
        at = bisect_left(self._others, upper, self._places[lower], end)
        if at == end or self._others[at] != upper:
            return ()
        return self._rows(lower, upper, at, end)

    def __iter__(self) -> Iterator[PairEdit]:
        """Yield every row, pair by pair."""
        for lower in range(len(self.codes)):
            self._check(lower)
            at, end = self._places[lower], self._places[lower + 1]
            while at < end:
                rows = self._rows(lower, self._others[at], at, end)
                yield from rows
                at += len(rows)

    def columns(self) -> PairColumns:
        """Return all rows as columns; raises `InputError` for damaged ones."""
        self._blob.check_all()
        return PairColumns(self.codes, self._places, self._others, self._terms_numbers, self._terms)

    def pairs_in_force(self, lower: str, day: date) -> dict[str, tuple[str, int]]:
        """Return column 1 and indicator of the pairs in force of a lower code, by other code."""
        number = self._numbers.get(lower)
        if number is None:
            return {}
        self._check(number)
        found: dict[str, tuple[date, str, int]] = {}
        for at in range(self._places[number], self._places[number + 1]):
            number, is_reversed = divmod(self._terms_numbers[at], 2)
            terms, other = self._terms(number), self._code(self._others[at])
            if not terms.is_tombstone and day in terms.in_force:
                column1 = other if is_reversed else lower
                last = terms.in_force.last or date.max
                # NOTE: of rows without a first day, the one that ends first is still in force.
                if other not in found or last < found[other][0]:
                    found[other] = (last, column1, terms.indicator)
        return {other: (column1, indicator) for other, (_, column1, indicator) in found.items()}

    def _check(self, lower: int) -> None:
        """Compare the rows of a code with their digests; raises `InputError` for damaged ones."""
        first, end = self._places[lower], self._places[lower + 1]
        for name in ("others", "says", "lines"):
            self._blob.check(name, first, end)
        self._checked[lower] = True

    def _terms(self, number: int) -> PairTerms:
        terms = self._parsed.get(number)
        if terms is None:
            try:
                terms = self._parsed[number] = _terms_from_data(self._terms_data[number])
            except (IndexError, TypeError, ValueError) as error:
                raise array_files.damaged(self._blob.path) from error
        return terms

    def _code(self, number: int) -> str:
        try:
            return self.codes[number]
        except IndexError as error:
            raise array_files.damaged(self._blob.path) from error

    def _rows(self, lower: int, upper: int, at: int, end: int) -> tuple[PairEdit, ...]:
        rows: list[PairEdit] = []
        while at < end and self._others[at] == upper:
            rows.append(self._row(lower, upper, at))
            at += 1
        return tuple(sorted(rows, key=_order)) if len(rows) > 1 else tuple(rows)

    def _row(self, lower: int, upper: int, at: int) -> PairEdit:
        number, is_reversed = divmod(self._terms_numbers[at], 2)
        terms = self._terms(number)
        column1, column2 = (upper, lower) if is_reversed else (lower, upper)
        if self._lines[at] >= self.sources.limit:
            raise array_files.damaged(self._blob.path)
        file, line = self.sources.locate(self._lines[at])
        return PairEdit(
            column1=self._code(column1),
            column2=self._code(column2),
            indicator=terms.indicator,
            verified=terms.in_force,
            row=file,
            line=line,
            is_dated=terms.is_dated,
            rationale=terms.rationale,
        )


def _too_many(what: str) -> InputError:
    message = f"there are more than {what}, and no table of CMS has so many"
    remedy = "Use the files as CMS publishes them."
    return InputError([Problem("the files of pairs", message, remedy, ErrorCode.TOO_LARGE)])


def _order(row: PairEdit) -> tuple[str, date, date, int]:
    span = row.verified
    return row.column1, span.last or date.max, span.first or date.min, row.line


def _line(row: int) -> int:
    return row & (1 << _LINE) - 1


def _terms_of(row: int) -> int:
    return row >> _LINE & (1 << _TERMS) - 1


def _clash(row: int, other: int, terms: list[PairTerms]) -> str | None:
    """Return why two rows contradict each other, as the end of a sentence, or ``None``."""
    one, two = _terms_of(row), _terms_of(other)
    if one == two:
        return ", word for word"
    if not terms[one >> _DIRECTION].clashes(terms[two >> _DIRECTION]):
        return None
    if one & 1 == two & 1:
        return ", for dates that overlap"
    return " with the columns swapped, for dates that overlap"


def _pair_of(row: int, codes: list[bytes]) -> str:
    pair = row >> _PAIR
    numbers = (pair >> _CODE, pair & (1 << _CODE) - 1)
    pair_codes = [codes[number].decode() for number in numbers]
    return "/".join(reversed(pair_codes) if _terms_of(row) & 1 else pair_codes)


def _terms_to_data(terms: PairTerms) -> list[object]:
    span = terms.in_force
    days = [day.isoformat() if day else None for day in (span.first, span.last)]
    return [*days, terms.is_dated, terms.indicator, terms.rationale]


def _terms_from_data(data: Sequence[Any]) -> PairTerms:
    first, last, is_dated, indicator, rationale = data
    days = DateRange(*(date.fromisoformat(day) if day else None for day in (first, last)))
    return PairTerms(days, is_dated, cast("Literal[0, 1, 9]", indicator), rationale)
