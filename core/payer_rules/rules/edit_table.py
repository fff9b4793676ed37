"""NCCI edits as rows: pairs of codes, the most units of one code, add-on codes."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from payer_rules.rules.facts import Adjustment, Citation, Dates


@attrs.frozen
class PairEdit:
    """One procedure-to-procedure row: column 1 pays, column 2 does not.

    ``indicator`` is CMS's modifier indicator. ``verified`` are the dates of service for which the
    row was read to hold; ``row`` names it among the facts.
    """

    column1: str
    column2: str
    indicator: Literal[0, 1]
    verified: Dates
    row: str


@attrs.frozen
class UnitEdit:
    """One medically-unlikely-edit row: the most units of service of a code.

    ``mai`` 1 judges each line, 2 and 3 all lines of a day.
    """

    code: str
    most: int
    mai: Literal[1, 2, 3]
    verified: Dates
    row: str


@attrs.frozen
class AddOnEdit:
    """One row of the add-on code file: a code that is paid only beside one of its primaries.

    ``type`` 1: the primaries are complete; 2: the contractors say which; 3: they may add to them.
    """

    code: str
    type: Literal[1, 2, 3]
    primaries: frozenset[str]
    verified: Dates
    row: str


@attrs.frozen
class EditPart:
    """The edits of one kind in a table; the payer's rule ``PAYER/name`` is made of them."""

    name: Literal["ptp", "mue", "add-on"]
    edits: tuple[PairEdit, ...] | tuple[UnitEdit, ...] | tuple[AddOnEdit, ...]
    adjustment: Adjustment | None
    citations: tuple[Citation, ...]


@attrs.frozen(kw_only=True)
class EditTable:
    """The edits of one program and setting, out of one release.

    They yield the meanings of ``PAYER/ptp``, ``PAYER/mue`` and ``PAYER/add-on``. The table is
    complete for pairs of two codes of ``complete_for`` on the dates of ``verified``; about other
    pairs it says nothing. ``digest`` identifies the rows. ``known_from`` is the day from which the
    release was public.
    """

    program: Literal["medicare", "medicaid"]
    setting: str
    release: str
    pairs: tuple[PairEdit, ...]
    units: tuple[UnitEdit, ...]
    add_ons: tuple[AddOnEdit, ...] = ()
    complete_for: frozenset[str]
    verified: Dates
    known_from: date | None = None
    scope: Literal["provider", "rendering", "billing"] = "provider"
    pair_adjustment: Adjustment | None = None
    unit_adjustment: Adjustment | None = None
    add_on_adjustment: Adjustment | None = None
    pair_citations: tuple[Citation, ...]
    unit_citations: tuple[Citation, ...]
    add_on_citations: tuple[Citation, ...] = ()
    digest: str

    @property
    def address(self) -> str:
        """Where the table belongs: program and setting."""
        return f"{self.program}/{self.setting}"

    @property
    def parts(self) -> tuple[EditPart, EditPart, EditPart]:
        """Pairs, units and add-on codes, each with what the payer says of them alike."""
        return (
            EditPart("ptp", self.pairs, self.pair_adjustment, self.pair_citations),
            EditPart("mue", self.units, self.unit_adjustment, self.unit_citations),
            EditPart("add-on", self.add_ons, self.add_on_adjustment, self.add_on_citations),
        )
