"""A claim as it is billed: the member, the providers, the service lines and what came with them.

Absent is not empty: ``None`` means that a fact is not known, ``()`` or ``"none"`` that it is known
to be none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from payer_rules._shown import reserved
from payer_rules.errors import Misfit, MisfitError

__all__ = [
    "MODALITIES",
    "Authorization",
    "Claim",
    "Documented",
    "InpatientStay",
    "KnownNone",
    "Member",
    "Modality",
    "Provider",
    "ServiceLine",
    "Session",
    "is_code",
    "modalities",
]

#: A known absence of a single value, as against ``None``: not known.
KnownNone: TypeAlias = Literal["none"]
Modality: TypeAlias = Literal["in-person", "video", "audio", "asynchronous"]
Documented: TypeAlias = Literal[
    "attendance",
    "topic",
    "therapist-role",
    "interventions",
    "start-end-times",
    "outcome",
    "individual-progress",
    "medical-necessity",
    "care-plan",
]

MODALITIES: Final[frozenset[Modality]] = frozenset(["in-person", "video", "audio", "asynchronous"])
_IMPLIED_BY_MODIFIER: Final[dict[str, Modality]] = {
    "93": "audio",
    "FQ": "audio",
    "95": "video",
    "GT": "video",
    "GQ": "asynchronous",
}
_TELEHEALTH_PLACES: Final = frozenset(["02", "10"])
_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)
_code = re.compile(r"[0-9A-Z]{5}").fullmatch


def _modifiers(given: Iterable[str]) -> tuple[str, ...]:
    # NOTE: a string is a sequence of characters too: "59" would become the modifiers 5 and 9.
    if isinstance(given, str):
        problem = f"modifiers is the string {reserved(given)}, and a list belongs here"
        raise MisfitError([Misfit(("modifiers",), problem, "Write it in square brackets.")])
    return tuple(given)


def is_code(text: str) -> bool:
    """Whether the text has the shape of a CPT or HCPCS code: five digits or capital letters."""
    return _code(text) is not None


@attrs.frozen(kw_only=True)
class Member:
    """The person insured; ``benefit_year_start`` is month and day, such as ``"07-01"``."""

    id: str
    birth_date: date | None = None
    member_prefix: str | None = None
    benefit_year_start: str | None = None


@attrs.frozen(kw_only=True)
class Provider:
    """Who bills, renders or performs; ``profession`` is a word such as ``"lcsw"``."""

    npi: str
    taxonomy: str | None = None
    specialty: str | None = None
    profession: str | None = None
    supervised_by: Provider | KnownNone | None = None


@attrs.frozen(kw_only=True)
class Session:
    """What the clinic's record says of one session."""

    id: str | None = None
    start: time | None = None
    end: time | None = None
    group_size: int | None = None
    documented: frozenset[Documented] | None = None


@attrs.frozen(kw_only=True)
class Authorization:
    """A payer's leave to perform services; codes or dates of ``None`` are not known."""

    number: str
    codes: frozenset[str] | None = None
    date_from: date | None = None
    date_to: date | None = None
    provider: str | None = None
    units_left: Decimal | None = None


@attrs.frozen(kw_only=True)
class InpatientStay:
    """A stay in an institution, first and last day included."""

    kind: str
    date_from: date
    date_to: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the stay includes the day; a stay without a last day goes on."""
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)


@attrs.frozen(kw_only=True)
class ServiceLine:
    """One line of a claim: a code, its modifiers, units of service, and the days it covers.

    ``date_from`` and ``date_to`` are both included. ``number`` is the line's identity. ``minutes``
    are those of the line. Raises `MisfitError` naming every field that does not fit.
    """

    #: How many modifiers it may carry.
    most_modifiers: ClassVar[int] = 4
    number: int = 1
    code: str
    modifiers: tuple[str, ...] = attrs.field(default=(), converter=_modifiers)
    units: Decimal = attrs.field(default=_ONE, converter=Decimal)
    date_from: date
    date_to: date = attrs.field(default=attrs.Factory(lambda self: self.date_from, takes_self=True))
    place_of_service: str | None = None
    modality: Modality | None = None
    rendering_provider: Provider | None = None
    performed_by: Provider | None = None
    minutes: int | None = None
    charge: Decimal | None = None
    revenue_code: str | None = None
    diagnosis_pointers: tuple[int, ...] | None = None
    session: Session | KnownNone | None = None

    def __attrs_post_init__(self) -> None:
        # NOTE: one expression for the sound line; only a broken one pays for finding out why.
        if not (
            _code(self.code)
            and len(self.modifiers) <= self.most_modifiers
            and self.units.is_finite()
            and self.units > _ZERO
            and self.date_from <= self.date_to
            and (self.minutes is None or self.minutes >= 0)
            and self.number > 0
        ):
            raise MisfitError(_misfits_of_line(self))

    @property
    def days(self) -> int:
        """How many days the line covers, first and last included."""
        return (self.date_to - self.date_from).days + 1


def _misfits_of_line(line: ServiceLine) -> Iterator[Misfit]:
    if line.number <= 0:
        yield Misfit(
            ("number",), f"the line number is {reserved(line.number)}", "Count lines from 1."
        )
    if not is_code(line.code):
        remedy = (
            f"Write {line.code.upper()!r}."
            if is_code(line.code.upper())
            else "A code has five digits or capital letters, such as '90853' or 'G0410'."
        )
        yield Misfit(("code",), f"{reserved(line.code)} is not a procedure code", remedy)
    if len(line.modifiers) > line.most_modifiers:
        yield Misfit(
            ("modifiers",),
            f"the line has {len(line.modifiers)} modifiers",
            f"A service line carries at most {line.most_modifiers}.",
        )
    if not line.units.is_finite() or line.units <= 0:
        yield Misfit(
            ("units",),
            f"the line has {reserved(line.units)} units",
            "Write a number of units above 0.",
        )
    if line.date_from > line.date_to:
        yield Misfit(
            ("date_to",),
            "the line ends before it starts",
            "Write the first day in date_from and the last in date_to.",
        )
    if line.minutes is not None and line.minutes < 0:
        yield Misfit(
            ("minutes",),
            f"the line has {reserved(line.minutes)} minutes",
            "Write 0 minutes or more.",
        )


def _together(lines: Iterable[ServiceLine]) -> tuple[ServiceLine, ...]:
    return tuple(lines)


@attrs.frozen(kw_only=True)
class Claim:
    """One claim of one member; what is ``None`` is not known.

    The rendering provider of a line that names none is the billing provider. Raises `MisfitError`
    where two lines have one number or there is no line.
    """

    id: str
    member: Member
    billing_provider: Provider
    lines: tuple[ServiceLine, ...] = attrs.field(converter=_together)
    payer: str | None = None
    setting: str | None = None
    bill_type: str | None = None
    condition_codes: tuple[str, ...] | None = None
    contractor: str | None = None
    program: str | None = None
    plan: str | None = None
    network: str | None = None
    state: str | None = None
    line_of_business: str | None = None
    diagnoses: tuple[str, ...] | None = None
    authorizations: tuple[Authorization, ...] | None = None
    referral: str | None = None
    order: str | None = None
    inpatient_stays: tuple[InpatientStay, ...] | None = None
    episode_start: date | KnownNone | None = None
    received: date | None = None
    frequency_code: str | None = None
    replaces: str | None = None

    def __attrs_post_init__(self) -> None:
        if not self.lines or len({line.number for line in self.lines}) < len(self.lines):
            raise MisfitError(_misfits_of_lines(self.lines))

    def rendering_provider(self, line: ServiceLine) -> Provider:
        """Who rendered the line: as it says, else the billing provider."""
        return line.rendering_provider or self.billing_provider


def _misfits_of_lines(lines: Iterable[ServiceLine]) -> Iterator[Misfit]:
    seen: set[int] = set()
    at = -1
    for at, line in enumerate(lines):
        if line.number in seen:
            yield Misfit(
                ("lines", at, "number"),
                f"line number {reserved(line.number)} is used twice",
                "Give each line of a claim a number of its own.",
            )
        seen.add(line.number)
    if at < 0:
        yield Misfit(("lines",), "the claim has no service line", "Write at least one line.")


def modalities(line: ServiceLine) -> frozenset[Modality]:
    """How the service may have been delivered: one modality where it is known, else several.

    Where the line does not say, modifiers 93, 95, FQ, GQ and GT tell, and places 02 and 10 tell
    that it was not in person.
    """
    if line.modality is not None:
        return frozenset([line.modality])
    implied = {_IMPLIED_BY_MODIFIER[m] for m in line.modifiers if m in _IMPLIED_BY_MODIFIER}
    if implied:
        return frozenset(implied)
    if line.place_of_service in _TELEHEALTH_PLACES:
        return MODALITIES - {"in-person"}
    return MODALITIES
