"""The pairs of one table: packed while they are read, checked, and found by bisection.

A pair stands under the lower of its codes, whichever is column 1: so one search finds both
directions. Per row the file holds the number of the other code, the number of what the
row says (dates, indicator, rationale: a few thousand different ones), with the direction in its
lowest bit, and the line; and per code the place where its rows begin.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final, Literal, cast

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.rules import DateRange
from payer_rules.rules.edit_rows import PairEdit, was_never_in_force
from payer_rules.tables import array_files
from payer_rules.tables.source_lines import SourceLines

_LINE: Final = 32
_SAYS: Final = 20
_CODE: Final = 20
_DIRECTION: Final = 1
#: What stays of a packed row when line, content and direction are shifted out.
_PAIR: Final = _LINE + _SAYS
#: Rows of one pair: CMS deletes and renews some a few times. All of a pair are compared.
_MOST_OF_PAIR: Final = 100
_ASK: Final = "Fetch the file again, or ask CMS."


@attrs.frozen
class PairTerms:
    """What a row says of its pair."""

    in_force: DateRange
    is_dated: bool
    indicator: Literal[0, 1, 9]
    rationale: str | None

    @property
    def is_tombstone(self) -> bool:
        """Whether the row was never in force."""
        return was_never_in_force(self.indicator, self.in_force)

    def clashes(self, other: PairTerms) -> bool:
        """Whether both hold on some day; of two without a first day, only if both end on one."""
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
    says: dict[PairTerms, int] = attrs.Factory(dict)
    rows: list[int] = attrs.Factory(list)

    def code(self, text: bytes) -> int:
        """Return the number of a code; raises `InputError` if there are more than any file has."""
        if len(self.codes) >= 1 << _CODE:
            raise _too_many(f"{1 << _CODE:,} different codes")
        return self.codes.setdefault(text, len(self.codes))

    def number(self, says: PairTerms) -> int:
        """Return the number of what a row says; raises `InputError` if there are too many."""
        if len(self.says) >= 1 << (_SAYS - _DIRECTION):
            raise _too_many(f"{1 << (_SAYS - _DIRECTION):,} different dates and rationales")
        return self.says.setdefault(says, len(self.says))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def is_dated(self) -> bool:
        """Whether every row tells since when it is in force."""
        return all(says.is_dated for says in self.says)

    def check(self) -> None:
        """Sort the rows; note the duplicates, and the rows of one pair that cannot both hold."""
        self._sort()
        self._check_twice()
        said, codes = list(self.says), list(self.codes)
        pairs = [row >> _PAIR for row in self.rows]
        several = (i for i, (a, b) in enumerate(pairwise(pairs)) if a == b)
        for _, group in groupby(several, key=lambda at: pairs[at]):
            at = list(group)
            self._check(self.rows[at[0] : at[-1] + 2], said, codes)

    def _sort(self) -> None:
        """Number the codes in their order, put each pair under its lower code, sort the rows."""
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

    def _check_twice(self) -> None:
        """Note the rows that pair a code with itself."""
        for code, number in self.codes.items():
            pair = number << _CODE | number
            first, end = (bisect_left(self.rows, each << _PAIR) for each in (pair, pair + 1))
            for row in self.rows[first:end]:
                told = f"the pair {code.decode()}/{code.decode()} is one code twice"
                self.sources.note(_line(row), told, _ASK)

    def _check(self, rows: list[int], said: list[PairTerms], codes: list[bytes]) -> None:
        """Note what is wrong among the rows of one pair."""
        if len(rows) > _MOST_OF_PAIR:
            many = f"the pair {_pair_of(rows[0], codes)} has {len(rows):,} rows"
            self.sources.note(_line(rows[-1]), many, _ASK)
            return
        for at, row in enumerate(rows):
            for other in rows[:at]:
                if message := _clash(row, other, said):
                    earlier, later = sorted([_line(row), _line(other)])
                    file, line = self.sources.place(earlier)
                    pair = _pair_of(row if _line(row) == later else other, codes)
                    told = f"the pair {pair} stands in {file}:{line} too{message}"
                    self.sources.note(later, told, _ASK)

    def content(self) -> tuple[dict[str, object], Mapping[str, Any]]:
        """Head and arrays of the checked rows."""
        mask = (1 << _CODE) - 1
        lower = [row >> (_PAIR + _CODE) for row in self.rows]
        places = [bisect_left(lower, number) for number in range(len(self.codes) + 1)]
        del lower
        head: dict[str, object] = {
            "codes": b"".join(self.codes).decode(),
            "says": [_told(says) for says in self.says],
            "sources": self.sources.head(),
        }
        says = (1 << _SAYS) - 1
        line = (1 << _LINE) - 1
        return head, {
            "places": array_files.numbers(places),
            "others": array_files.numbers([row >> _PAIR & mask for row in self.rows]),
            "says": array_files.numbers([row >> _LINE & says for row in self.rows]),
            "lines": array_files.numbers([row & line for row in self.rows]),
        }


def pack(column1: int, column2: int, says: int, line: int) -> int:
    """A row as one number, from those of its codes and content, and its line."""
    return ((column1 << _CODE | column2) << _SAYS | says << _DIRECTION) << _LINE | line


@attrs.frozen(eq=False)
class StoredPairs:
    """The pairs of one table, found by code in a memory-mapped file.

    The rows of a code are compared with the digests of the file when the code is first asked for.
    """

    codes: Sequence[str]
    sources: SourceLines
    _numbers: Mapping[str, int]
    _places: Sequence[int]
    _others: Sequence[int]
    _says: Sequence[int]
    _lines: Sequence[int]
    _told: Sequence[Sequence[Any]]
    _blob: array_files.ArrayFile
    _checked: bytearray
    _known: dict[int, PairTerms] = attrs.Factory(dict)

    @classmethod
    def of(cls, blob: array_files.ArrayFile) -> StoredPairs:
        """Return the pairs in a file; raises `ValueError` and the like where they do not fit."""
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
            says=arrays["says"],
            lines=arrays["lines"],
            told=blob.head["says"],
            blob=blob,
            checked=bytearray(len(codes)),
        )

    def __len__(self) -> int:
        return len(self._others)

    def __contains__(self, code: str) -> bool:
        return code in self._numbers

    def find(self, one: str, other: str) -> tuple[PairEdit, ...]:
        """The rows of two codes in either order."""
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
        """Every row, pair by pair."""
        for lower in range(len(self.codes)):
            self._check(lower)
            at, end = self._places[lower], self._places[lower + 1]
            while at < end:
                rows = self._rows(lower, self._others[at], at, end)
                yield from rows
                at += len(rows)

    def standing(self, lower: str, day: date) -> dict[str, tuple[str, int]]:
        """Of the pairs under a code that are in force on a day: other code, column 1, indicator."""
        number = self._numbers.get(lower)
        if number is None:
            return {}
        self._check(number)
        found: dict[str, tuple[date, str, int]] = {}
        for at in range(self._places[number], self._places[number + 1]):
            content, is_reversed = divmod(self._says[at], 2)
            says, other = self._content(content), self._code(self._others[at])
            if not says.is_tombstone and day in says.in_force:
                column1 = other if is_reversed else lower
                last = says.in_force.last or date.max
                # NOTE: of rows without a first day, the one that ends first is still in force.
                if other not in found or last < found[other][0]:
                    found[other] = (last, column1, says.indicator)
        return {other: (column1, indicator) for other, (_, column1, indicator) in found.items()}

    def _check(self, lower: int) -> None:
        """Check the rows of a code; raises `InputError` where they are not as they were written."""
        first, end = self._places[lower], self._places[lower + 1]
        for name in ("others", "says", "lines"):
            self._blob.check(name, first, end)
        self._checked[lower] = True

    def _content(self, number: int) -> PairTerms:
        says = self._known.get(number)
        if says is None:
            try:
                says = self._known[number] = _says(self._told[number])
            except (IndexError, TypeError, ValueError) as error:
                raise array_files.damaged(self._blob.path) from error
        return says

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
        number, is_reversed = divmod(self._says[at], 2)
        says = self._content(number)
        column1, column2 = (upper, lower) if is_reversed else (lower, upper)
        if self._lines[at] >= self.sources.limit:
            raise array_files.damaged(self._blob.path)
        file, line = self.sources.place(self._lines[at])
        return PairEdit(
            column1=self._code(column1),
            column2=self._code(column2),
            indicator=says.indicator,
            verified=says.in_force,
            row=file,
            line=line,
            is_dated=says.is_dated,
            rationale=says.rationale,
        )


def _too_many(what: str) -> InputError:
    message = f"there are more than {what}, and no table of CMS has so many"
    return InputError([Problem("the files of pairs", message, "Name files as CMS publishes them.")])


def _order(row: PairEdit) -> tuple[str, date, date, int]:
    span = row.verified
    return row.column1, span.last or date.max, span.first or date.min, row.line


def _line(row: int) -> int:
    return row & (1 << _LINE) - 1


def _content(row: int) -> int:
    return row >> _LINE & (1 << _SAYS) - 1


def _clash(row: int, other: int, said: list[PairTerms]) -> str | None:
    """Why both rows cannot stand, as the end of a sentence; ``None`` if they can."""
    one, two = _content(row), _content(other)
    if one == two:
        return ", word for word"
    if not said[one >> _DIRECTION].clashes(said[two >> _DIRECTION]):
        return None
    if one & 1 == two & 1:
        return ", for dates that overlap"
    return ", the other way round, for dates that overlap"


def _pair_of(row: int, codes: list[bytes]) -> str:
    pair = row >> _PAIR
    numbers = (pair >> _CODE, pair & (1 << _CODE) - 1)
    told = [codes[number].decode() for number in numbers]
    return "/".join(reversed(told) if _content(row) & 1 else told)


def _told(says: PairTerms) -> list[object]:
    span = says.in_force
    days = [day.isoformat() if day else None for day in (span.first, span.last)]
    return [*days, says.is_dated, says.indicator, says.rationale]


def _says(told: Sequence[Any]) -> PairTerms:
    first, last, is_dated, indicator, rationale = told
    days = DateRange(*(date.fromisoformat(day) if day else None for day in (first, last)))
    return PairTerms(days, is_dated, cast("Literal[0, 1, 9]", indicator), rationale)
