"""NCCI edits as rows: pairs of codes, the most units of one code, add-on codes."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules._checked import CheckedRule, of_form
from payer_rules.errors import FieldError
from payer_rules.rules.facts import Adjustment, Citation, DateRange
from payer_rules.vocabularies import SETTINGS
from payer_rules.vocabularies.formats import PROCEDURE_CODE


@attrs.frozen
class PairEdit(CheckedRule):
    """One procedure-to-procedure row: column 1 pays, column 2 does not.

    ``indicator`` is CMS's modifier indicator. ``verified`` are the dates of service for which the
    row was read to hold; ``row`` names it among the facts.
    """

    column1: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    column2: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    indicator: Literal[0, 1]
    verified: DateRange
    row: str


@attrs.frozen
class UnitEdit(CheckedRule):
    """One medically-unlikely-edit row: the most units of service of a code.

    ``mai`` 1 judges each line, 2 and 3 all lines of a day. Units are 0 or more.
    """

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    most: int
    mai: Literal[1, 2, 3]
    verified: DateRange
    row: str

    def _field_errors(self) -> Iterator[FieldError]:
        if self.most < 0:
            message = f"the MUE of {self.code} is {self.most}"
            yield FieldError(("most",), message, "Write 0 or more.")


@attrs.frozen
class AddOnEdit(CheckedRule):
    """One row of the add-on code file: a code that is paid only beside one of its primaries.

    ``type`` 1: the primaries are complete; 2: the contractors say which; 3: they may add to them.
    """

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    type: Literal[1, 2, 3]
    primaries: frozenset[str] = attrs.field(metadata=of_form(PROCEDURE_CODE))
    verified: DateRange
    row: str


#: The programs whose edits CMS publishes.
PROGRAMS: Final = ("medicare", "medicaid")
#: How like one of CMS's a name must be to be taken for a slip.
_NEAR: Final = 0.8
_NCCI_PAIR: Final = "NCCI column 2 to it"

Edit: TypeAlias = PairEdit | UnitEdit | AddOnEdit
#: Where a table keeps its rows of each kind.
_FIELDS: Final[dict[type[Edit], str]] = {PairEdit: "pairs", UnitEdit: "units", AddOnEdit: "add_ons"}


@attrs.frozen
class EditPart:
    """The edits of one kind in a table; the payer's rule ``PAYER/name`` is made of them."""

    name: Literal["ptp", "mue", "add-on"]
    edits: tuple[PairEdit, ...] | tuple[UnitEdit, ...] | tuple[AddOnEdit, ...]
    adjustment: Adjustment | None
    citations: tuple[Citation, ...]


@attrs.frozen(kw_only=True)
class EditTerms(CheckedRule):
    """On what terms the edits of one program and setting bind a payer, whatever the release.

    ``scope`` says whose lines they put together. The adjustments are what a denial is reported
    with, the citations what says so, of the rules ``PAYER/ptp``, ``PAYER/mue``, ``PAYER/add-on``.
    Alone they have no rows: those come out of the releases that a user has imported.

    ``program`` is ``medicare`` or ``medicaid`` for the edits of CMS, which bind each payer whose
    ``ncci`` says so; any other name is a payer's own, whose edits bind that payer alone. Raises
    `InvalidValueError` for a name that is nearly one of CMS's.
    """

    program: str
    setting: str = attrs.field(metadata=of_form(SETTINGS))
    scope: Literal["provider", "rendering", "billing"] = "provider"
    pair_adjustment: Adjustment | None = None
    unit_adjustment: Adjustment | None = None
    add_on_adjustment: Adjustment | None = None
    pair_citations: tuple[Citation, ...]
    unit_citations: tuple[Citation, ...]
    add_on_citations: tuple[Citation, ...] = ()

    def _field_errors(self) -> Iterator[FieldError]:
        name = self.program.strip().lower()
        near = difflib.get_close_matches(name, PROGRAMS, n=1, cutoff=_NEAR)
        if not name or (near and self.program != near[0]):
            message = f"{self.program!r} is not the name of a program"
            remedy = f"Did you mean {near[0]!r}?" if near else "Write medicare, or the payer's id."
            yield FieldError(("program",), message, remedy)

    @property
    def is_own(self) -> bool:
        """Return True if the edits are a payer's own, and not those of CMS."""
        return self.program not in PROGRAMS

    @property
    def pair_words(self) -> str:
        """What the second code of a pair is to the first, in words."""
        return f"column 2 to it in the edits of {self.program}" if self.is_own else _NCCI_PAIR

    @property
    def unit_words(self) -> str:
        """What limits the units of a code, in words."""
        return f"the limit in the edits of {self.program}" if self.is_own else "the MUE"

    @property
    def address(self) -> str:
        """Where the edits belong: program and setting."""
        return f"{self.program}/{self.setting}"

    @property
    def parts(self) -> tuple[EditPart, EditPart, EditPart]:
        """Pairs, units and add-on codes: what the payer says of them alike; rows there are none."""
        return (
            EditPart("ptp", (), self.pair_adjustment, self.pair_citations),
            EditPart("mue", (), self.unit_adjustment, self.unit_citations),
            EditPart("add-on", (), self.add_on_adjustment, self.add_on_citations),
        )


@attrs.frozen(kw_only=True)
class EditTable(EditTerms):
    """The edits of one program and setting, out of one release, that a plugin brings with it.

    The table is complete for pairs of two codes of ``complete_for`` on the dates of ``verified``;
    about other pairs it says nothing. ``digest`` identifies the rows. ``known_from`` is the day
    from which the release was public.
    """

    release: str
    pairs: tuple[PairEdit, ...]
    units: tuple[UnitEdit, ...]
    add_ons: tuple[AddOnEdit, ...] = ()
    complete_for: frozenset[str]
    verified: DateRange
    known_from: date | None = None
    digest: str

    def replacing(self, old: Edit, new: Edit | None) -> EditTable:
        """The table with the new row in place of the old one, or without it; its digest is another.

        ``old`` is one of its rows.
        """
        name = _FIELDS[type(old)]
        rows: tuple[Edit, ...] = getattr(self, name)
        # NOTE: to compare rows takes long, and mostly it is the very row.
        at = next((at for at, row in enumerate(rows) if row is old), None)
        at = rows.index(old) if at is None else at
        told = hashlib.sha256(f"{self.digest} {old} {new}".encode()).hexdigest()
        changes: dict[str, Any] = {name: (*rows[:at], *((new,) if new else ()), *rows[at + 1 :])}
        return attrs.evolve(self, **changes, digest=f"sha256:{told}")

    @property
    def terms(self) -> EditTerms:
        """The terms of the table, without its rows."""
        return EditTerms(**{f.name: getattr(self, f.name) for f in attrs.fields(EditTerms)})

    @property
    def parts(self) -> tuple[EditPart, EditPart, EditPart]:
        """Pairs, units and add-on codes, each with what the payer says of them alike."""
        pairs, units, add_ons = super().parts
        return (
            attrs.evolve(pairs, edits=self.pairs),
            attrs.evolve(units, edits=self.units),
            attrs.evolve(add_ons, edits=self.add_ons),
        )
