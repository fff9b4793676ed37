"""The rows of CMS's edit tables as they are published, and how they are found: by code."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, Protocol

import attrs

from payer_rules.rules.facts import DateRange

#: The indicator of a row that was never in force.
_TAKEN_BACK: Final = 9


def is_tombstone(indicator: int, in_force: DateRange) -> bool:
    """Whether a row was never in force: CMS deleted it as of the day it would have begun.

    Source: Medicare NCCI Policy Manual 2026, chapter I, page I-14.
    """
    first, last = in_force.first, in_force.last
    return indicator == _TAKEN_BACK or (first is not None and first == last)


@attrs.frozen
class PairRow:
    """One procedure-to-procedure row: column 1 pays, column 2 does not.

    ``indicator`` is CMS's modifier indicator; 9 marks a row that was never in force. ``in_force``
    are dates of service, CMS's deletion date included: the next row of a pair begins the day after.
    Its first is ``None`` where the edit is older than 1996 and where the file does not tell
    (``is_dated`` false); its last is ``None`` while the edit is active. ``line`` is the line of the
    file ``source``.
    """

    column1: str
    column2: str
    indicator: Literal[0, 1, 9]
    in_force: DateRange
    is_dated: bool
    rationale: str | None
    line: int
    source: str

    @property
    def row(self) -> str:
        """The row as a finding names it: what it says, and the line of the file."""
        when = _told(self.in_force, is_dated=self.is_dated)
        said = f"{self.column1}/{self.column2}, indicator {self.indicator}, {when}"
        return _placed(said, self.rationale, self.source, self.line)

    def holds_on(self, day: date) -> bool:
        """Whether the edit is in force on a date of service; a tombstone never is."""
        return day in self.in_force and not is_tombstone(self.indicator, self.in_force)


@attrs.frozen
class UnitRow:
    """One medically-unlikely-edit row: the most units of service of a code.

    ``mai`` is CMS's adjudication indicator; Medicaid's files have none. The row holds for the
    quarter of its release.
    """

    code: str
    most: int
    mai: Literal[1, 2, 3] | None
    rationale: str | None
    line: int
    source: str

    @property
    def row(self) -> str:
        """The row as a finding names it: what it says, and the line of the file."""
        mai = "" if self.mai is None else f", MAI {self.mai}"
        said = f"{self.code}, MUE {self.most}{mai}"
        return _placed(said, self.rationale, self.source, self.line)


@attrs.frozen
class AddOnRow:
    """The rows of one add-on code that share a type and dates: it is paid beside a primary.

    ``type`` 1: the primaries are complete; 2: the contractors say which; 3: they may add to them.
    ``primaries`` has none of type 2 (CMS writes ``CCCCC``). ``in_force`` and ``is_dated`` are as in
    `PairRow`; ``line`` is the first of the rows.
    """

    code: str
    type: Literal[1, 2, 3]
    primaries: frozenset[str]
    in_force: DateRange
    is_dated: bool
    line: int
    source: str

    @property
    def row(self) -> str:
        """The rows as a finding names them: what they say, and the first line of the file."""
        when = _told(self.in_force, is_dated=self.is_dated)
        return _placed(f"{self.code}, type {self.type}, {when}", None, self.source, self.line)


def _told(span: DateRange, *, is_dated: bool) -> str:
    if is_dated:
        return f"in force {span}"
    return f"in force {f'to {span.last}' if span.last else 'now'}, since when is not told"


def _placed(said: str, rationale: str | None, source: str, line: int) -> str:
    return "; ".join(part for part in (said, rationale, f"{source}:{line}") if part)


class Edits(Protocol):
    """The rows of one program, setting and release, found by code."""

    @property
    def has_pairs(self) -> bool:
        """Whether a file of pairs is part of the table: without it no row means nothing."""

    @property
    def has_units(self) -> bool:
        """Whether a file of MUEs is part of the table."""

    @property
    def has_add_ons(self) -> bool:
        """Whether a file of add-on codes is part of the table."""

    @property
    def add_on_codes(self) -> frozenset[str]:
        """Every code that the table lists as an add-on code."""

    def has_code(self, code: str) -> bool:
        """Return True if a row of the table has the code."""

    def pairs(self, one: str, other: str) -> tuple[PairRow, ...]:
        """The rows of two codes, in either order, of whatever dates; by column 1, then dates."""

    def units(self, code: str) -> tuple[UnitRow, ...]:
        """The MUE rows of a code; none is not an MUE of 0."""

    def add_ons(self, code: str) -> tuple[AddOnRow, ...]:
        """What the add-on file says of a code; none where it is not an add-on code."""
