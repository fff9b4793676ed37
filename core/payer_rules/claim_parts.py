"""Parts of claims and their lines: dates, occurrences, body sites, drugs and other payers.

As in `claims`, ``None`` means that a fact is not known, and ``"none"`` that it is known to be none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.values.checked import Checked, as_decimal, as_tuple, of_form
from payer_rules.vocabularies import QUADRANTS, SIDES, SURFACES
from payer_rules.vocabularies.formats import (
    IDENTIFIER,
    NDC,
    OCCURRENCE_CODE,
    STATUS_KIND,
    STATUS_VALUE,
    TOOTH,
)

__all__ = [
    "NO_DATES",
    "BodySite",
    "DatedStatus",
    "Drug",
    "DrugUnit",
    "KnownNone",
    "Occurrence",
    "OtherPayer",
    "PayerOrder",
    "TreatmentDates",
    "errors_of_span",
]

#: A single value known to be absent; ``None`` is a value that is not known.
KnownNone: TypeAlias = Literal["none"]
#: Units of a drug as claim forms write them: international unit, gram, milligram, milliliter, unit.
DrugUnit: TypeAlias = Literal["F2", "GR", "ME", "ML", "UN"]
#: The place of a payer among those who may pay a claim.
PayerOrder: TypeAlias = Literal["primary", "secondary", "tertiary"]


@attrs.frozen(kw_only=True)
class TreatmentDates(Checked):
    """The dates that a claim states of an illness and its treatment.

    ``onset`` is that of the illness or symptoms, ``order`` that of the prescription or order. The
    accident is that of an injury, and the last menstrual period that before a pregnancy.
    """

    onset: date | KnownNone | None = None
    initial_treatment: date | KnownNone | None = None
    last_seen: date | KnownNone | None = None
    accident: date | KnownNone | None = None
    last_menstrual_period: date | KnownNone | None = None
    discharge: date | KnownNone | None = None
    order: date | KnownNone | None = None


#: The dates of a claim that states none.
NO_DATES: Final = TreatmentDates(
    onset="none",
    initial_treatment="none",
    last_seen="none",
    accident="none",
    last_menstrual_period="none",
    discharge="none",
    order="none",
)


@attrs.frozen(kw_only=True)
class Occurrence(Checked):
    """An occurrence code of an institutional claim, with its day, or its first and last day."""

    code: str = attrs.field(metadata=of_form(OCCURRENCE_CODE))
    date_from: date | None = None
    date_to: date | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_span(self.date_from, self.date_to, "the occurrence")


@attrs.frozen(kw_only=True)
class BodySite(Checked):
    """The site of the body that a line treats: a tooth, an area of the mouth, or a side."""

    tooth: str | None = attrs.field(default=None, metadata=of_form(TOOTH))
    surfaces: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(SURFACES)
    )
    quadrant: str | None = attrs.field(default=None, metadata=of_form(QUADRANTS))
    side: str | None = attrs.field(default=None, metadata=of_form(SIDES))

    def _field_errors(self) -> Iterator[FieldError]:
        if self.tooth is None and self.quadrant is None and self.side is None:
            remedy = "Write tooth, quadrant or side."
            yield FieldError((), "the body site names no part of the body", remedy)
        if self.surfaces and self.tooth is None:
            remedy = "Write the tooth that they are of."
            yield FieldError(("surfaces",), "surfaces are stated without a tooth", remedy)


@attrs.frozen(kw_only=True)
class Drug(Checked):
    """A drug that a line bills: its number (NDC), and its quantity in a unit."""

    number: str = attrs.field(metadata=of_form(NDC))
    quantity: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata={"above": 0}
    )
    unit: DrugUnit | None = None


@attrs.frozen(kw_only=True)
class DatedStatus(Checked):
    """A status of a member, a provider or a stay, with the first and last day of it.

    ``kind`` is what it is about, such as ``"level-of-care"`` or ``"training"``. Without a first or
    last day it has no such end. A value of ``"none"`` states that there is none of the kind.
    """

    kind: str = attrs.field(metadata=of_form(STATUS_KIND))
    value: str = attrs.field(metadata=of_form(STATUS_VALUE))
    date_from: date | None = None
    date_to: date | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_span(self.date_from, self.date_to, "the status")

    def __str__(self) -> str:
        first = f" from {self.date_from}" if self.date_from else ""
        last = f" to {self.date_to}" if self.date_to else ""
        return f"{self.kind} {self.value}{first}{last}"


@attrs.frozen(kw_only=True)
class OtherPayer(Checked):
    """Another payer of the claim, and its decision.

    ``decided`` is the day of the decision; ``"none"``: it has not decided. ``reasons`` are the
    adjustment reason codes (CARC) of the decision.
    """

    id: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    order: PayerOrder | None = None
    decided: date | KnownNone | None = None
    paid: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    reasons: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_tuple, metadata=of_form(IDENTIFIER)
    )

    @property
    def has_decided(self) -> bool | None:
        """Whether the payer has decided; a payment or a reason shows it, too."""
        if self.decided == "none":
            return False
        is_shown = self.decided is not None or self.paid is not None or self.reasons is not None
        return True if is_shown else None

    def _field_errors(self) -> Iterator[FieldError]:
        if self.decided == "none" and (self.paid is not None or self.reasons is not None):
            remedy = "Write the day of the decision in decided, or leave out paid and reasons."
            yield FieldError(("decided",), "a payer without a decision has paid or denied", remedy)


def errors_of_span(first: date | None, last: date | None, what: str) -> Iterator[FieldError]:
    """Yield the error of a span that ends before it starts; ``what`` names it."""
    if first is not None and last is not None and first > last:
        message = f"{what} ends before it starts"
        remedy = "Write the first day in date_from and the last in date_to."
        yield FieldError(("date_to",), message, remedy)
