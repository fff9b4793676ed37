"""The screen: keys of the findings on pairs, units and limits, from columns of claim lines.

It finds which lines have a finding of a rule, and with which other line, without texts, cures or
open questions. What the columns cannot answer is left to the engine, member by member.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs
import numpy as np

from payer_rules.batch.screen_arrays import KeyArrays, LineArrays, Numbers, RuleArrays
from payer_rules.batch.screen_kernels import screen_accepted, screen_billed
from payer_rules.batch.screen_member import sort_by_number
from payer_rules.batch.screen_rules import ScreenRules, bypass_of
from payer_rules.engine.ncci import EITHER_LINE_SINCE
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

#: Whether only lines that were not denied count later, claim by claim, or all lines as billed.
Counting: TypeAlias = Literal["accepted", "billed"]

_NEEDED: Final = ("claim", "member", "billing_npi", "code", "date")
_READ: Final = (*_NEEDED, "rendering_npi", "modifiers", "units")
_WORDS: Final = ("member", "billing_npi", "rendering_npi", "code", "modifiers")
#: Columns that change what a line means, and that the screen does not read.
_BEYOND: Final = ("date_from", "date_to", "frequency_code", "replaces", "status", "paid_units")
_EPOCH: Final = date(1970, 1, 1)
_SINCE: Final = (EITHER_LINE_SINCE - _EPOCH).days


@attrs.frozen(eq=False)
class ScreenedLines:
    """The keys of the findings: the number of the rule, the row, and the other row or -1.

    ``left`` are the members on whose lines more must be known; the engine decides their claims, and
    no key is of them.
    """

    names: tuple[str, ...]
    rule: Numbers
    row: Numbers
    other: Numbers
    left: tuple[str, ...]

    def digest(self) -> str:
        """Return a hash of the keys in order, each of them once."""
        keys = np.unique(np.stack([self.rule, self.row, self.other], axis=1), axis=0)
        return sha256(np.ascontiguousarray(keys, "<i8").tobytes()).hexdigest()

    def counts(self) -> dict[str, int]:
        """Return the number of keys of each rule that has any."""
        found = np.bincount(self.rule, minlength=len(self.names))
        return {name: int(n) for name, n in zip(self.names, found, strict=True) if n}


def read_lines(path: Path) -> pa.Table:
    """Return the columns of a Parquet file that a screen reads.

    Raises `InputError` for a table without one of them, or with one that changes what they mean.
    """
    import pyarrow.parquet as pq

    names = pq.read_schema(path).names
    lacking = [name for name in _NEEDED if name not in names]
    beyond = [name for name in _BEYOND if name in names]
    if lacking or beyond:
        what = f"the column {lacking[0]} is missing" if lacking else f"it has {beyond[0]}"
        remedy = "Run check on the file: it reads every column of claim tables."
        raise InputError([Problem(path.name, f"{what}", remedy, ErrorCode.PARQUET_FILE)])
    read = [name for name in _READ if name in names]
    return pq.read_table(path, columns=read, read_dictionary=[w for w in _WORDS if w in read])


def screen_lines(
    table: pa.Table, rules: ScreenRules, *, counts: Counting = "accepted", threads: int = 1
) -> ScreenedLines:
    """Return the keys of the findings on the lines, which are in order of receipt.

    Raises `InputError` for a line without a member, a code, a day or who bills, or whose units are
    no whole number.
    """
    setting = rules.terms.setting
    columns = _Columns.of(table)
    lines, members = columns.lines(setting, rules.codes)
    days = (int(lines.day.min()), int(lines.day.max())) if table.num_rows else (0, 0)
    arrays = rules.arrays(days)
    opened = np.zeros(len(members), np.bool_)
    kernel = screen_accepted if counts == "accepted" else screen_billed
    parts = _in_parts(lines, threads)

    def run(part: tuple[int, int]) -> tuple[Numbers, Numbers, Numbers]:
        return _keys_of(kernel, lines, arrays, part, opened)

    with ThreadPoolExecutor(threads) as pool:
        found = [*pool.map(run, parts)]
    rule, row, other = (np.concatenate(each) for each in zip(*found, strict=True))
    if opened.any():
        known = ~opened[columns.member[row]]
        rule, row, other = rule[known], row[known], other[known]
    left = tuple(members[int(at)] for at in np.flatnonzero(opened))
    return ScreenedLines(rules.names, rule, row, other, left)


def _in_parts(lines: LineArrays, parts: int) -> list[tuple[int, int]]:
    """Return ranges of members that have about as many lines."""
    wanted = np.arange(parts + 1) * len(lines.order) // parts
    places = np.searchsorted(lines.starts, wanted)
    places[-1] = len(lines.starts) - 1
    return [(int(a), int(b)) for a, b in pairwise(places)]


def _keys_of(
    kernel: Any,  # noqa: ANN401
    lines: LineArrays,
    rules: RuleArrays,
    part: tuple[int, int],
    opened: Numbers,
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the keys of some members; with more of them than there is room, once more."""
    room = 1_000 + int(lines.starts[part[1]] - lines.starts[part[0]]) // 4
    while True:
        keys = KeyArrays(
            np.empty(room, np.int16),
            np.empty(room, np.int32),
            np.empty(room, np.int32),
            np.zeros(1, np.int64),
        )
        kernel(lines, rules, *part, keys, opened)
        size = int(keys.size[0])
        if size <= room:
            return keys.rule[:size], keys.row[:size], keys.other[:size]
        room = size


@attrs.frozen(eq=False)
class _Columns:
    """The columns of a table as numbers, with the words that the numbers mean."""

    table: pa.Table
    member: Numbers
    members: Sequence[str]

    @classmethod
    def of(cls, table: pa.Table) -> _Columns:
        """Return the columns; raises `InputError` where a needed cell is empty."""
        for name in _NEEDED:
            if table[name].null_count:
                message = f"{name} is empty in {table[name].null_count:,} rows"
                raise _unfit(message, "Run check on the file: it sets such rows aside.")
        member, members = _numbered(table["member"])
        return cls(table, member, members)

    def lines(self, setting: str, known: Sequence[str]) -> tuple[LineArrays, Sequence[str]]:
        """Return the lines by member, with the numbers of known codes, and the members."""
        own, codes = _numbered(self.table["code"])
        numbers = {code: number for number, code in enumerate(known)}
        code = np.array([numbers.get(each, len(known)) for each in codes], np.int32)[own]
        order, starts = sort_by_number(self.member, len(self.members))
        day = self._days()
        lines = LineArrays(
            *(order, starts, self._claims(), day, code, self._units()),
            self._bypass(setting, day, own, codes),
            self._who(),
        )
        return lines, self.members

    def _days(self) -> Numbers:
        import pyarrow as pa

        days: Numbers = self.table["date"].combine_chunks().cast(pa.int32()).to_numpy()
        return days

    def _claims(self) -> Numbers:
        import pyarrow.compute as pc

        claim = self.table["claim"].combine_chunks()
        changes = pc.not_equal(claim[1:], claim[:-1]).to_numpy(zero_copy_only=False)
        return np.concatenate([[0], np.cumsum(changes)]).astype(np.int32)[: len(claim)]

    def _units(self) -> Numbers:
        import pyarrow as pa

        if "units" not in self.table.column_names:
            return np.ones(self.table.num_rows, np.int32)
        try:
            units = self.table["units"].combine_chunks().cast(pa.int32())
        except pa.ArrowInvalid as error:
            message = "units are no whole numbers in some rows"
            raise _unfit(message, "Run check on the file: it counts parts of units.") from error
        numbers: Numbers = units.fill_null(1).to_numpy()
        return numbers

    def _who(self) -> Numbers:
        """Return who bills and who renders: who bills, where nobody else is named."""
        billing, npis = _numbered(self.table["billing_npi"])
        if "rendering_npi" not in self.table.column_names:
            return np.stack([billing, billing])
        rendering, others = _numbered(self.table["rendering_npi"])
        places = {npi: number for number, npi in enumerate(npis)}
        numbers = [places.setdefault(npi, len(places)) for npi in others]
        alike = np.array([*numbers, -1], np.int32)[rendering]
        return np.stack([billing, np.where(alike < 0, billing, alike)])

    def _bypass(self, setting: str, day: Numbers, code: Numbers, codes: list[str]) -> Numbers:
        """Return what the modifiers of each line bypass; the day decides for column 1."""
        if "modifiers" not in self.table.column_names:
            return np.zeros(len(code), np.uint8)
        modifier, texts = _numbered(self.table["modifiers"])
        kinds = [("90834", 0), ("99213", 1), ("G0463", 2)]
        kind = np.array([_kind_of(each) for each in codes], np.int64)
        table = np.zeros((2, len(texts) + 1, len(kinds)), np.uint8)
        for number, text in enumerate(texts):
            for name, at in kinds:
                for late, when in ((0, EITHER_LINE_SINCE - timedelta(1)), (1, EITHER_LINE_SINCE)):
                    table[late, number, at] = bypass_of(text.split(), when, setting, name)
        is_late = (day >= _SINCE).astype(np.int64)
        bypass: Numbers = table[is_late, modifier, kind[code]]
        return bypass


def _kind_of(code: str) -> int:
    """Return 2 for a code of which it is not known whether it is a visit, 1 for a visit, and 0."""
    from payer_rules.engine.ncci import is_unclear, is_visit

    return 2 if is_unclear(code) else int(is_visit(code))


def _numbered(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    """Return the number of each cell's word, -1 for an empty cell, and the words."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    numbers = whole.indices.fill_null(-1).to_numpy().astype(np.int32, copy=False)
    return numbers, whole.dictionary.to_pylist()


def _unfit(message: str, remedy: str) -> InputError:
    return InputError([Problem("the lines", message, remedy, ErrorCode.PARQUET_FILE)])
