"""Rows of edit tables: pairs of codes, the most units of a code, and add-on codes.

A row comes from a plugin, which names the row of its facts, or from a file of CMS, in which case
``line`` is the line of that file and not 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.facts import DateRange
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import PROCEDURE_CODE

#: The indicator of a row that was never in force.
_DELETED: Final = 9


def was_never_in_force(indicator: int, dates: DateRange) -> bool:
    """Return True if CMS deleted the row as of the day on which it would have begun.

    Source: Medicare NCCI Policy Manual 2026, chapter I, page I-14.
    """
    return indicator == _DELETED or (dates.first is not None and dates.first == dates.last)


class _EditRow(CheckedRule):
    """The base of the three kinds of row."""

    __slots__ = ()

    verified: DateRange
    row: str
    line: int

    def __attrs_post_init__(self) -> None:
        # NOTE: an import checks the rows of CMS's files, and lookups construct them by the million.
        if type(self.line) is not int or self.line < 1:
            super().__attrs_post_init__()

    def holds_on(self, day: date) -> bool:
        """Return True if the row is in force on a date of service."""
        return day in self.verified

    def _labeled(self, summary: str, rationale: str | None = None) -> str:
        """Return the name of the row: for a row of CMS's file, its content and its place."""
        if not self.line:
            return self.row
        parts = (summary, rationale, f"{self.row}:{self.line}")
        return "; ".join(part for part in parts if part)


@attrs.frozen
class PairEdit(_EditRow):
    """A procedure-to-procedure row: column 1 is paid, and column 2 is not.

    ``indicator`` is CMS's modifier indicator; 9 marks a row that was never in force. ``verified``
    are the dates of service for which the source shows the row, CMS's deletion date included: the
    next row of a pair begins on the day after. Their first day is ``None`` if the edit is older
    than 1996, or if the file has no effective dates (``is_dated`` is false); the last is ``None``
    while the edit is active. ``row`` names the row among a plugin's facts, or the file of CMS.
    """

    column1: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    column2: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    indicator: Literal[0, 1, 9]
    verified: DateRange
    row: str
    line: int = 0
    is_dated: bool = True
    rationale: str | None = None

    def holds_on(self, day: date) -> bool:
        """Return True if the row is in force on a date of service."""
        if day not in self.verified:
            return False
        return not self.line or not was_never_in_force(self.indicator, self.verified)

    @property
    def label(self) -> str:
        """The name of the row in a finding."""
        dates = _dates(self.verified, is_dated=self.is_dated)
        summary = f"{self.column1}/{self.column2}, indicator {self.indicator}, {dates}"
        return self._labeled(summary, self.rationale)

    def _field_errors(self) -> Iterator[FieldError]:
        if self.indicator == _DELETED:
            yield FieldError(
                ("indicator",), "indicator is 9, and 0 or 1 belongs here", "Write 0 or 1."
            )


@attrs.frozen
class UnitEdit(_EditRow):
    """A medically-unlikely-edit row: the most units of service of a code.

    ``mai`` is CMS's adjudication indicator: 1 limits each line, 2 and 3 all lines of a day.
    Medicaid's files have none. CMS's files have no dates: there ``verified`` is open, and a row
    holds for the quarter of its release. Raises `InvalidValueError` for units below 0.
    """

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    most: int
    mai: Literal[1, 2, 3] | None
    verified: DateRange
    row: str
    line: int = 0
    rationale: str | None = None

    @property
    def label(self) -> str:
        """The name of the row in a finding."""
        mai = "" if self.mai is None else f", MAI {self.mai}"
        return self._labeled(f"{self.code}, MUE {self.most}{mai}", self.rationale)

    def _field_errors(self) -> Iterator[FieldError]:
        if self.most < 0:
            message = f"the MUE of {self.code} is {self.most}"
            yield FieldError(("most",), message, "Write 0 or more.")


@attrs.frozen
class AddOnEdit(_EditRow):
    """The rows of an add-on code that share a type and dates: it is paid only with a primary code.

    ``type`` 1: ``primaries`` is complete; 2: the contractors define the primary codes, and CMS's
    file has none; 3: the contractors may add others. ``verified`` and ``is_dated`` are as in
    `PairEdit`; ``line`` is the first of the lines.
    """

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    type: Literal[1, 2, 3]
    primaries: frozenset[str] = attrs.field(metadata=of_form(PROCEDURE_CODE))
    verified: DateRange
    row: str
    line: int = 0
    is_dated: bool = True

    @property
    def label(self) -> str:
        """The name of the row in a finding."""
        dates = _dates(self.verified, is_dated=self.is_dated)
        return self._labeled(f"{self.code}, type {self.type}, {dates}")


Edit: TypeAlias = PairEdit | UnitEdit | AddOnEdit


def _dates(dates: DateRange, *, is_dated: bool) -> str:
    if is_dated:
        return f"in force {dates}"
    return f"in force {f'to {dates.last}' if dates.last else 'now'}, first date not stated"
