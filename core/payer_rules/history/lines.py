"""A service line of an earlier claim, with its adjudication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.errors import FieldError
from payer_rules.text.quoting import redacted
from payer_rules.unchecked import constructor, replacer
from payer_rules.values.checked import as_decimal, as_tuple, of_form
from payer_rules.vocabularies import SETTINGS
from payer_rules.vocabularies.formats import CONDITION_CODE, DIAGNOSIS, IDENTIFIER

Status: TypeAlias = Literal["paid", "denied", "void", "pending"]
_OF_LINE: Final = tuple(field.name for field in attrs.fields(ServiceLine))


@attrs.frozen(kw_only=True)
class HistoryLine(ServiceLine):
    """A service line of an earlier claim; ``number`` is its line number in ``claim``.

    ``claim`` is the submitter's claim id, ``payer_claim`` the payer's claim control number.
    ``paid_units`` are units of service; a paid line without them was paid in full. ``paid`` is the
    amount that the payer paid. ``payer`` is the payer that answered: its identifier in an 835, or
    its id.
    """

    #: Lines of Medicare, in CMS's explanations of benefit, have up to five.
    most_modifiers: ClassVar[int] = 5
    claim: str = attrs.field(metadata=of_form(IDENTIFIER))
    member: str = attrs.field(metadata=of_form(IDENTIFIER))
    billing_provider: Provider | None = None
    diagnoses: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_tuple, metadata=of_form(DIAGNOSIS)
    )
    setting: str | None = attrs.field(default=None, metadata=of_form(SETTINGS))
    condition_codes: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_tuple, metadata=of_form(CONDITION_CODE)
    )
    status: Status | None = None
    paid: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    paid_units: Decimal | None = attrs.field(default=None, converter=as_decimal)
    paid_minutes: int | None = attrs.field(default=None, metadata={"least": 0})
    payer_claim: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    payer: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))

    @classmethod
    def of(cls, claim: Claim, line: ServiceLine, **adjudicated: Any) -> HistoryLine:  # noqa: ANN401
        """Return the line of the claim as later claims see it.

        ``adjudicated`` is what became of it: ``status`` and other fields of this class.
        """
        same = {name: getattr(line, name) for name in _OF_LINE}
        same["rendering_provider"] = claim.rendering_provider(line)
        return cls(
            **same,
            **adjudicated,
            claim=claim.id,
            member=claim.member.id,
            billing_provider=claim.billing_provider,
            diagnoses=claim.diagnoses,
            setting=claim.setting,
            condition_codes=claim.condition_codes,
        )

    @classmethod
    def decided(
        cls,
        claim: Claim,
        line: ServiceLine,
        status: Status,
        paid_units: Decimal | None = None,
        paid_minutes: int | None = None,
        *,
        is_reviewed: bool = False,
    ) -> HistoryLine:
        """Return the line of a decided claim, whose values were checked before.

        With ``is_reviewed`` the payer is expected to review it.
        """
        return (_reviewed if is_reviewed else _decided)(
            *_of_line(line),
            claim.rendering_provider(line),
            *(claim.id, claim.member.id, claim.billing_provider, claim.diagnoses, claim.setting),
            *(claim.condition_codes, status, paid_units, paid_minutes),
        )

    def with_status(self, status: Status) -> HistoryLine:
        """Return the line with another status; it must be of no class of its own."""
        return _with_status(self, status)

    def is_of(self, claim: Claim) -> bool:
        """Return True if the line is of the claim itself, or of the claim that it replaces.

        A claim may name the replaced one by either number: an 837 has the payer's.
        """
        if self.claim == claim.id:
            return True
        return claim.replaces is not None and claim.replaces in (self.claim, self.payer_claim)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.paid_units is not None and not 0 <= self.paid_units <= self.units:
            message = f"{redacted(self.paid_units)} of {redacted(self.units)} units were paid"
            yield FieldError(("paid_units",), message, "Write a number from 0 to the units billed.")


@attrs.frozen(kw_only=True)
class ReviewedLine(HistoryLine):
    """A line of an earlier claim of a run that the payer is expected to review.

    It is pending. The expected answer takes it as paid, and what rests on it is at most for review.
    """


@attrs.frozen(kw_only=True)
class UnknownPayerLine(HistoryLine):
    """A line that was paid, by a payer whose identifier is not known: perhaps by another payer.

    It is pending. The expected answer counts it.
    """

    @classmethod
    def of_line(cls, line: HistoryLine) -> UnknownPayerLine:
        """Return the line as one of a payer that is not known."""
        values = {name: getattr(line, name) for name in _NAMES}
        return _of_unknown_payer(*{**values, "status": "pending"}.values())


_NAMES: Final = tuple(field.name for field in attrs.fields(HistoryLine) if field.init)
_OWN: Final = tuple(name for name in _OF_LINE if name != "rendering_provider")
_of_line: Final = attrgetter(*_OWN)
_DECIDED: Final = (
    *(*_OWN, "rendering_provider", "claim", "member", "billing_provider", "diagnoses", "setting"),
    *("condition_codes", "status", "paid_units", "paid_minutes"),
)
_decided: Final = constructor(HistoryLine, *_DECIDED)
_with_status: Final = replacer(HistoryLine, "status")
_reviewed: Final = constructor(ReviewedLine, *_DECIDED)
_of_unknown_payer: Final = constructor(UnknownPayerLine, *_NAMES)


def sort_key(line: HistoryLine) -> tuple[date, str, int, str]:
    """Return the key that sorts lines by date, claim, number and code."""
    return (line.date_from, line.claim, line.number, line.code)
