"""A claim as it is billed: the member, the providers, the service lines and what came with them.

Unknown is not empty: ``None`` means that a fact is not known, ``()`` or ``"none"`` that it is known
to be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias

import attrs

from payer_rules.claim_parts import (
    BodySite,
    DatedStatus,
    Drug,
    DrugUnit,
    KnownNone,
    Occurrence,
    OtherPayer,
    PayerOrder,
    TreatmentDates,
    errors_of_span,
)
from payer_rules.errors import FieldError
from payer_rules.text.quoting import redacted
from payer_rules.values.checked import Checked, as_decimal, as_tuple, form_error, of_form
from payer_rules.vocabularies import (
    CLAIM_FREQUENCIES,
    CONTRACTORS,
    LINES_OF_BUSINESS,
    NETWORKS,
    PLACES_OF_SERVICE,
    PROFESSIONS,
    SETTINGS,
    SEXES,
    STATES,
)
from payer_rules.vocabularies import MODALITIES as _MODALITIES
from payer_rules.vocabularies.formats import (
    BILL_TYPE,
    CONDITION_CODE,
    DIAGNOSIS,
    DOCUMENT_KIND,
    FINDING,
    IDENTIFIER,
    LINE_CODE,
    MODIFIER,
    MONTH_DAY,
    NPI,
    PLAN,
    PROCEDURE_CODE,
    PROGRAM,
    RECORD_ELEMENT,
    REVENUE_CODE,
    REVENUE_LINE,
)

__all__ = [
    "MODALITIES",
    "Authorization",
    "BodySite",
    "Claim",
    "ClinicalFinding",
    "DatedStatus",
    "Documented",
    "Drug",
    "DrugUnit",
    "InpatientStay",
    "KnownNone",
    "Member",
    "Modality",
    "Occurrence",
    "OtherPayer",
    "PayerOrder",
    "ProfessionOrigin",
    "Provider",
    "RecordDocument",
    "ServiceLine",
    "Session",
    "TreatmentDates",
    "code_of_revenue_line",
    "is_code",
    "is_line_code",
    "is_revenue_line",
    "modalities",
    "revenue_code_in",
]

Modality: TypeAlias = Literal["in-person", "video", "audio", "asynchronous"]
ProfessionOrigin: TypeAlias = Literal["stated", "taxonomy"]
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
#: The revenue code of the line that holds the sum of an institutional claim.
_TOTAL: Final = "0001"


def is_code(text: str) -> bool:
    """Return True if the text has the form of a CPT or HCPCS code."""
    return PROCEDURE_CODE.canonical(text) == text


def is_line_code(text: str) -> bool:
    """Return True if a line may have the code: a procedure code, or such as ``rev:0915``."""
    return LINE_CODE.canonical(text) == text


def is_revenue_line(code: str) -> bool:
    """Return True for the code of a line that has a revenue code and no procedure code."""
    return code.startswith(REVENUE_LINE)


def code_of_revenue_line(revenue_code: str) -> str | None:
    """Return the code of a line that has only the revenue code: ``rev:0915``.

    It is ``None`` for the total of a claim, which is no service.
    """
    return None if revenue_code == _TOTAL else f"{REVENUE_LINE}{revenue_code}"


def revenue_code_in(code: str) -> str | None:
    """Return the revenue code of a line that has no other code; ``None`` for a procedure code."""
    return code.removeprefix(REVENUE_LINE) if is_revenue_line(code) else None


def _or_own(revenue_code: Any, line: Any) -> Any:  # noqa: ANN401
    """Return the revenue code as given, or that of the line's code."""
    is_own = revenue_code is None and isinstance(line.code, str)
    return revenue_code_in(line.code) if is_own else revenue_code


@attrs.frozen(kw_only=True)
class Member(Checked):
    """The person insured; ``benefit_year_start`` is a month and day, such as ``"07-01"``.

    ``statuses`` of members, providers and stays are all that there are of the kinds that they name;
    of other kinds nothing is known, unless the list is empty.
    """

    id: str = attrs.field(metadata=of_form(IDENTIFIER))
    birth_date: date | None = None
    sex: str | None = attrs.field(default=None, metadata=of_form(SEXES))
    member_prefix: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    benefit_year_start: str | None = attrs.field(default=None, metadata=of_form(MONTH_DAY))
    statuses: tuple[DatedStatus, ...] | None = attrs.field(default=None, converter=as_tuple)


# NOTE: the claims of a run name the same few providers, so their hashes are kept.
@attrs.frozen(kw_only=True, cache_hash=True)
class Provider(Checked):
    """A provider who bills, renders or performs; ``profession`` is a word such as ``"lcsw"``.

    ``profession_from`` is ``"taxonomy"`` if the profession was derived: a license may differ from
    the taxonomy that a provider bills under.
    """

    npi: str = attrs.field(metadata=of_form(NPI))
    taxonomy: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    specialty: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    profession: str | None = attrs.field(default=None, metadata=of_form(PROFESSIONS))
    supervised_by: Provider | KnownNone | None = None
    statuses: tuple[DatedStatus, ...] | None = attrs.field(default=None, converter=as_tuple)
    profession_from: ProfessionOrigin = attrs.field(default="stated", eq=False)


@attrs.frozen(kw_only=True)
class RecordDocument(Checked):
    """A document of the clinical record, such as a note, a plan or an order.

    ``signed`` is ``"none"`` if it is not signed, ``expires`` if it does not expire.
    """

    kind: str = attrs.field(metadata=of_form(DOCUMENT_KIND))
    written: date | None = None
    signed: date | KnownNone | None = None
    signed_by: Provider | None = None
    expires: date | KnownNone | None = None


@attrs.frozen(kw_only=True)
class ClinicalFinding(Checked):
    """A finding of the record: the score of a scale, and the score before it."""

    name: str = attrs.field(metadata=of_form(FINDING))
    score: Decimal | None = attrs.field(default=None, converter=as_decimal)
    previous: Decimal | None = attrs.field(default=None, converter=as_decimal)


@attrs.frozen(kw_only=True)
class Session(Checked):
    """A session as the clinical record describes it.

    ``group_size_at_most`` is what is known of a size that is not: it was 1 to that many.
    ``leaders`` are the clinicians who lead the group together.
    ``elements`` are further elements of the note, by the words of payers; ``documents`` are those
    that belong to the session: its note, the plan in force.
    """

    id: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    start: time | None = None
    end: time | None = None
    group_size: int | None = attrs.field(default=None, metadata={"least": 0})
    group_size_at_most: int | None = attrs.field(default=None, metadata={"least": 1})
    leaders: int | None = attrs.field(default=None, metadata={"least": 1})
    documented: frozenset[Documented] | None = None
    elements: frozenset[str] | None = attrs.field(default=None, metadata=of_form(RECORD_ELEMENT))
    documents: tuple[RecordDocument, ...] | None = attrs.field(default=None, converter=as_tuple)
    findings: tuple[ClinicalFinding, ...] | None = attrs.field(default=None, converter=as_tuple)


@attrs.frozen(kw_only=True)
class Authorization(Checked):
    """A payer's authorization of services; codes or dates of ``None`` are not known.

    ``requested`` is the day on which it was asked for, and ``requested_by`` the profession of who
    asked; on ``issued`` the payer gave it, and on ``notified`` the payer learned of the service.
    """

    number: str = attrs.field(metadata=of_form(IDENTIFIER))
    codes: frozenset[str] | None = attrs.field(default=None, metadata=of_form(LINE_CODE))
    date_from: date | None = None
    date_to: date | None = None
    provider: str | None = attrs.field(default=None, metadata=of_form(NPI))
    units_left: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata={"least": 0}
    )
    requested: date | None = None
    issued: date | None = None
    notified: date | None = None
    requested_by: str | None = attrs.field(default=None, metadata=of_form(PROFESSIONS))

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_span(self.date_from, self.date_to, "the authorization")


@attrs.frozen(kw_only=True)
class InpatientStay(Checked):
    """A stay in an institution, first and last day included."""

    kind: str = attrs.field(metadata=of_form(IDENTIFIER))
    date_from: date
    date_to: date | None = None
    statuses: tuple[DatedStatus, ...] | None = attrs.field(default=None, converter=as_tuple)

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_span(self.date_from, self.date_to, "the stay")

    def covers(self, day: date) -> bool:
        """Return True if the stay includes the day; a stay without a last day is still going on."""
        return self.date_from <= day and (self.date_to is None or day <= self.date_to)


@attrs.frozen(kw_only=True)
class ServiceLine(Checked):
    """A line of a claim: a code, its modifiers, units of service, and the days it covers.

    ``date_from`` and ``date_to`` are both included. ``number`` identifies the line in its claim.
    ``allowed`` is the amount that the payer allows for it, by its fee schedule or as it decided.
    The ``code`` of a line with a revenue code and no procedure code is such as ``rev:0915``.
    ``minutes`` and ``miles`` are those of the whole line; ``dates`` are those that differ from the
    claim's. Raises `InvalidValueError` with every field that is wrong.
    """

    #: The most modifiers of a line.
    most_modifiers: ClassVar[int] = 4
    number: int = 1
    code: str = attrs.field(metadata=of_form(LINE_CODE))
    modifiers: tuple[str, ...] = attrs.field(
        default=(), converter=as_tuple, metadata=of_form(MODIFIER)
    )
    units: Decimal = attrs.field(default=_ONE, converter=as_decimal)
    date_from: date
    date_to: date = attrs.field(default=attrs.Factory(lambda self: self.date_from, takes_self=True))
    place_of_service: str | None = attrs.field(default=None, metadata=of_form(PLACES_OF_SERVICE))
    modality: Modality | None = attrs.field(default=None, metadata=of_form(_MODALITIES))
    rendering_provider: Provider | None = None
    performed_by: Provider | None = None
    minutes: int | None = None
    miles: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    charge: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    allowed: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    revenue_code: str | None = attrs.field(
        default=None,
        converter=attrs.Converter(_or_own, takes_self=True),  # type: ignore[misc]
        metadata=of_form(REVENUE_CODE),
    )
    diagnosis_pointers: tuple[int, ...] | None = attrs.field(default=None, converter=as_tuple)
    session: Session | KnownNone | None = None
    dates: TreatmentDates | None = None
    body_site: BodySite | KnownNone | None = None
    drug: Drug | KnownNone | None = None

    def recoded(self, code: str, **values: Any) -> Self:  # noqa: ANN401
        """Return the line with another code, and with the revenue code that this may state."""
        if is_revenue_line(self.code) or is_revenue_line(code):
            values["revenue_code"] = None
        return attrs.evolve(self, code=code, **values)

    @property
    def days(self) -> int:
        """The number of days that the line covers, first and last included."""
        return (self.date_to - self.date_from).days + 1

    def _field_errors(self) -> Iterator[FieldError]:
        yield from errors_of_service(
            self.most_modifiers,
            number=self.number,
            modifiers=self.modifiers,
            units=self.units,
            minutes=self.minutes,
            diagnosis_pointers=self.diagnosis_pointers,
        )
        if self.date_from > self.date_to:
            yield from errors_of_span(self.date_from, self.date_to, "the line")
        if is_revenue_line(self.code) and self.revenue_code != revenue_code_in(self.code):
            message = f"the code is {self.code!r}, and the revenue code {self.revenue_code!r}"
            remedy = "Write the same revenue code twice, or the code alone."
            yield FieldError(("revenue_code",), message, remedy)


def errors_of_service(
    most_modifiers: int,
    *,
    number: int = 1,
    modifiers: tuple[str, ...] = (),
    units: Decimal = _ONE,
    minutes: int | None = None,
    diagnosis_pointers: tuple[int, ...] | None = None,
    **_: object,
) -> Iterator[FieldError]:
    """Yield what is wrong with values of a service line that are each of their type."""
    if number <= 0:
        message = f"the line number is {redacted(number)}"
        yield FieldError(("number",), message, "Count lines from 1.")
    if len(modifiers) > 1:
        yield from _errors_of_several(modifiers, most_modifiers)
    if units <= 0:
        message = f"the line has {redacted(units)} units"
        yield FieldError(("units",), message, "Write a number of units above 0.")
    if minutes is not None and minutes < 0:
        message = f"the line has {redacted(minutes)} minutes"
        yield FieldError(("minutes",), message, "Write 0 minutes or more.")
    if diagnosis_pointers and min(diagnosis_pointers) < 1:
        message = f"a diagnosis pointer is {redacted(min(diagnosis_pointers))}"
        yield FieldError(("diagnosis_pointers",), message, "Count the claim's diagnoses from 1.")


def errors_of_modifiers(modifiers: tuple[str, ...], most: int) -> Iterator[FieldError]:
    """Yield what is wrong with modifiers: one of the wrong form, too many, or one twice."""
    for at, modifier in enumerate(modifiers):
        if MODIFIER.canonical(modifier) != modifier:
            yield form_error(("modifiers", at), MODIFIER, modifier, redacted)
    yield from _errors_of_several(modifiers, most)


def _errors_of_several(modifiers: tuple[str, ...], most: int) -> Iterator[FieldError]:
    if len(modifiers) > most:
        message = f"the line has {len(modifiers)} modifiers"
        yield FieldError(("modifiers",), message, f"A service line carries at most {most}.")
    for at, modifier in enumerate(modifiers):
        if modifiers.index(modifier) < at:
            message = f"modifier {modifier!r} is on the line twice"
            yield FieldError(("modifiers", at), message, "Write each modifier once.")


def _together(lines: Any) -> Any:  # noqa: ANN401
    """Return any lines as a tuple; leave any other value for its field to reject."""
    is_one = isinstance(lines, str | bytes | ServiceLine)
    return tuple(lines) if isinstance(lines, Iterable) and not is_one else lines


@attrs.frozen(kw_only=True)
class Claim(Checked):
    """A claim of one member; a field of ``None`` is not known.

    A line that names no rendering provider was rendered by the billing provider. ``sent`` is the
    day on which the claim was sent: it was not received before. Words belong to the `vocabularies`
    and are kept in canonical form. Raises `InvalidValueError` with every field that is wrong, and
    where two lines have one number or there is no line.
    """

    id: str = attrs.field(metadata=of_form(IDENTIFIER))
    member: Member
    billing_provider: Provider
    lines: tuple[ServiceLine, ...] = attrs.field(converter=_together)
    payer: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    setting: str | None = attrs.field(default=None, metadata=of_form(SETTINGS))
    bill_type: str | None = attrs.field(default=None, metadata=of_form(BILL_TYPE))
    condition_codes: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_tuple, metadata=of_form(CONDITION_CODE)
    )
    occurrences: tuple[Occurrence, ...] | None = attrs.field(default=None, converter=as_tuple)
    dates: TreatmentDates | None = None
    contractor: str | None = attrs.field(default=None, metadata=of_form(CONTRACTORS))
    program: str | None = attrs.field(default=None, metadata=of_form(PROGRAM))
    plan: str | None = attrs.field(default=None, metadata=of_form(PLAN))
    network: str | None = attrs.field(default=None, metadata=of_form(NETWORKS))
    state: str | None = attrs.field(default=None, metadata=of_form(STATES))
    line_of_business: str | None = attrs.field(default=None, metadata=of_form(LINES_OF_BUSINESS))
    diagnoses: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_tuple, metadata=of_form(DIAGNOSIS)
    )
    authorizations: tuple[Authorization, ...] | None = attrs.field(default=None, converter=as_tuple)
    referral: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    order: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    inpatient_stays: tuple[InpatientStay, ...] | None = attrs.field(
        default=None, converter=as_tuple
    )
    episode_start: date | KnownNone | None = None
    received: date | None = None
    sent: date | None = None
    other_payers: tuple[OtherPayer, ...] | None = attrs.field(default=None, converter=as_tuple)
    frequency_code: str | None = attrs.field(default=None, metadata=of_form(CLAIM_FREQUENCIES))
    replaces: str | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_lines(self.lines)

    def rendering_provider(self, line: ServiceLine) -> Provider:
        """Return the rendering provider of the line, or the billing provider if it names none."""
        return line.rendering_provider or self.billing_provider

    def treatment_date(self, line: ServiceLine, name: str) -> date | KnownNone | None:
        """Return the date of `TreatmentDates` that holds for the line: its own, or the claim's."""
        own: date | KnownNone | None = getattr(line.dates, name, None)
        if own is None and self.dates is not None:
            own = getattr(self.dates, name)
        return own


def errors_of_lines(lines: Iterable[ServiceLine]) -> Iterator[FieldError]:
    """Yield what is wrong with the lines of a claim taken together."""
    seen: set[int] = set()
    at = -1
    for at, line in enumerate(lines):
        if line.number in seen:
            yield FieldError(
                ("lines", at, "number"),
                f"line number {redacted(line.number)} is used twice",
                "Give each line of a claim a number of its own.",
            )
        seen.add(line.number)
    if at < 0:
        yield FieldError(("lines",), "the claim has no service line", "Write at least one line.")


def modalities(line: ServiceLine) -> frozenset[Modality]:
    """Return how the service may have been delivered: one modality if it is known, or several.

    Where the line does not state it, modifiers 93, 95, FQ, GQ and GT do; places 02 and 10 show that
    it was not in person.
    """
    if line.modality is not None:
        return frozenset([line.modality])
    implied = {_IMPLIED_BY_MODIFIER[m] for m in line.modifiers if m in _IMPLIED_BY_MODIFIER}
    if implied:
        return frozenset(implied)
    if line.place_of_service in _TELEHEALTH_PLACES:
        return MODALITIES - {"in-person"}
    return MODALITIES
