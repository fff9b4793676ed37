"""Edit tables, and the terms on which their edits bind a payer."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.edit_rows import AddOnEdit, Edit, PairEdit, UnitEdit
from payer_rules.rules.facts import Adjustment, Citation, DateRange
from payer_rules.rules.second_readings import NOT_IN_DIGEST, SecondReading
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies import SETTINGS

#: The programs whose edits CMS publishes.
PROGRAMS: Final = ("medicare", "medicaid")
#: The program whose files of units have no adjudication indicator.
WITHOUT_MAI: Final = "medicaid"
#: The names after ``PAYER/`` of the rules that edits are reported as.
EditRule: TypeAlias = Literal["ptp", "mue", "add-on"]
EDIT_RULES: Final[tuple[EditRule, ...]] = ("ptp", "mue", "add-on")
#: A name that is at least this similar to one of CMS's programs is taken for a misspelling of it.
_NEAR: Final = 0.8

#: The fields of a table that hold the rows of each kind.
_FIELDS: Final[dict[type[Edit], str]] = {PairEdit: "pairs", UnitEdit: "units", AddOnEdit: "add_ons"}


@attrs.frozen
class EditPart:
    """The edits of one kind in a table; they are reported as the rule ``PAYER/name``."""

    name: EditRule
    edits: tuple[PairEdit, ...] | tuple[UnitEdit, ...] | tuple[AddOnEdit, ...]
    adjustment: Adjustment | None
    citations: tuple[Citation, ...]


@attrs.frozen(kw_only=True)
class EditTerms(CheckedRule):
    """The terms on which the edits of one program and setting bind a payer, for every release.

    ``scope`` is the provider whose lines are evaluated together. The adjustments and citations are
    those of the rules ``PAYER/ptp``, ``PAYER/mue`` and ``PAYER/add-on``. Terms have no rows; the
    rows come from the releases that a user imports.

    ``row_citations`` are further sources of single rows, which name them after their own.

    ``second_reading`` records that another reader compared the terms, without the rows, with their
    texts.

    ``program`` is ``medicare`` or ``medicaid`` for the edits of CMS, which bind each payer whose
    ``ncci`` names the program. Any other name is that of a payer, and the edits bind that payer
    only. Raises `InvalidValueError` for a name that is similar to one of CMS's programs.
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
    row_citations: tuple[Citation, ...] = ()
    second_reading: SecondReading | None = attrs.field(
        default=None, eq=False, metadata=NOT_IN_DIGEST
    )

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
    def name(self) -> str:
        """The name of the edits in messages about pairs."""
        return f"edit of {self.program}" if self.is_own else "NCCI edit"

    def unit_limit(self, most: int, mai: int | None) -> str:
        """Return the value that limits the units of a code, as messages name it."""
        if self.is_own:
            return f"the limit of {most} in the edits of {self.program}"
        return f"the MUE of {most} (MAI {mai})" if mai else f"the MUE of {most}"

    @property
    def address(self) -> str:
        """The program and the setting of the edits."""
        return f"{self.program}/{self.setting}"

    @property
    def parts(self) -> tuple[EditPart, EditPart, EditPart]:
        """The three kinds of edits with their adjustments and citations, without rows."""
        return (
            EditPart("ptp", (), self.pair_adjustment, self.pair_citations),
            EditPart("mue", (), self.unit_adjustment, self.unit_citations),
            EditPart("add-on", (), self.add_on_adjustment, self.add_on_citations),
        )


@attrs.frozen(kw_only=True)
class EditTable(EditTerms):
    """The edits of one program, setting and release that a plugin provides.

    The table is complete for pairs of two codes of ``complete_for`` on the dates of ``verified``.
    A pair of other codes without a row is unknown. ``digest`` identifies the rows. ``known_from``
    is the day from which the release was public. ``holds`` are the kinds of rows that were read of
    the release, by the names of their rules; of the others the table states nothing.
    """

    release: str
    holds: frozenset[EditRule] = frozenset(EDIT_RULES)
    pairs: tuple[PairEdit, ...]
    units: tuple[UnitEdit, ...]
    add_ons: tuple[AddOnEdit, ...] = ()
    complete_for: frozenset[str]
    verified: DateRange
    known_from: date | None = None
    digest: str

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        unclear = [edit for edit in self.units if edit.mai is None]
        if unclear and self.program != WITHOUT_MAI:
            message = f"the MUE of {unclear[0].code} has no adjudication indicator (mai)"
            yield FieldError(("units",), message, "Write 1, 2 or 3.")

    def replacing(self, old: Edit, new: Edit | None) -> EditTable:
        """Return the table with the new row in place of the old one, or without it.

        ``old`` is one of the rows. The digest of the new table differs.
        """
        name = _FIELDS[type(old)]
        rows: tuple[Edit, ...] = getattr(self, name)
        # NOTE: comparing rows is slow, and the caller mostly passes the row object itself.
        index = next((index for index, row in enumerate(rows) if row is old), None)
        index = rows.index(old) if index is None else index
        digest = hashlib.sha256(f"{self.digest} {old} {new}".encode()).hexdigest()
        kept = (*rows[:index], *((new,) if new else ()), *rows[index + 1 :])
        changes: dict[str, Any] = {name: kept, "digest": f"sha256:{digest}"}
        return attrs.evolve(self, **changes)

    @property
    def terms(self) -> EditTerms:
        """The terms of the table."""
        return EditTerms(**{f.name: getattr(self, f.name) for f in attrs.fields(EditTerms)})

    @property
    def parts(self) -> tuple[EditPart, EditPart, EditPart]:
        """The three kinds of edits with their rows, adjustments and citations."""
        pairs, units, add_ons = super().parts
        return (
            attrs.evolve(pairs, edits=self.pairs),
            attrs.evolve(units, edits=self.units),
            attrs.evolve(add_ons, edits=self.add_ons),
        )

    @property
    def filled_parts(self) -> tuple[EditPart, ...]:
        """The kinds of edits of which the table has rows."""
        return tuple(part for part in self.parts if part.edits)

    def is_release_of(self, other: EditTable) -> bool:
        """Return True if the tables are of one program, setting and release."""
        return (self.address, self.release) == (other.address, other.release)
