"""The conditions of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

import attrs

from payer_rules.claims import Modality, PayerOrder
from payer_rules.errors import FieldError
from payer_rules.rules.bounds import AmountBounds
from payer_rules.rules.code_tables import TableCondition
from payer_rules.rules.courses import CoursePosition
from payer_rules.rules.nearness import EVER, DaysAround, Nearness
from payer_rules.rules.scopes import RelatedScope
from payer_rules.values.checked import CheckedRule, as_tuple, of_form
from payer_rules.vocabularies import (
    CONTRACTORS,
    LINES_OF_BUSINESS,
    MODALITIES,
    NETWORKS,
    PLACES_OF_SERVICE,
    PROFESSIONS,
    QUADRANTS,
    SETTINGS,
    SEXES,
    SIDES,
    STATES,
    SURFACES,
)
from payer_rules.vocabularies.formats import (
    BILL_TYPE_START,
    CONDITION_CODE,
    DIAGNOSIS_START,
    IDENTIFIER,
    LINE_CODE,
    MODIFIER,
    NDC,
    OCCURRENCE_CODE,
    PLAN,
    PROGRAM,
    REVENUE_CODE,
    STATUS_KIND,
    STATUS_VALUE,
    TOOTH,
)

#: The conditions of scope: if one is known to be false, the rule does not apply to the line at all.
SCOPES: Final = (
    "setting",
    "program",
    "plan",
    "network",
    "state",
    "line_of_business",
    "contractor",
    "bill_type",
)


_YEAR: Final = 12


def errors_of_empty(value: attrs.AttrsInstance) -> Iterator[FieldError]:
    """Yield the conditions that list nothing: no claim could ever meet them."""
    for field in attrs.fields(type(value)):
        if getattr(value, field.name) == frozenset():
            yield FieldError((field.name,), f"{field.name} lists nothing", "Leave it out.")


@attrs.frozen(kw_only=True)
class StatusCriteria(CheckedRule):
    """Criteria of a dated status on the days of a line: its kind, and one of the values.

    Without ``value`` any value but ``"none"`` meets them.
    """

    kind: str = attrs.field(metadata=of_form(STATUS_KIND))
    value: frozenset[str] | None = attrs.field(default=None, metadata=of_form(STATUS_VALUE))

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_empty(self)


@attrs.frozen(kw_only=True)
class StayCriteria(CheckedRule):
    """Criteria of an inpatient stay on the days of a line: its kind, and a status of it."""

    kind: frozenset[str] | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    status: StatusCriteria | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        yield from errors_of_empty(self)
        if self.kind is None and self.status is None:
            remedy = "Write kind or status, or inpatient = true."
            yield FieldError((), "the criteria ask nothing of the stay", remedy)


@attrs.frozen(kw_only=True)
class ProviderCriteria(CheckedRule):
    """Criteria of a provider: all of profession, taxonomy, specialty and status that are stated."""

    profession: frozenset[str] | None = attrs.field(default=None, metadata=of_form(PROFESSIONS))
    taxonomy: frozenset[str] | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    specialty: frozenset[str] | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    status: StatusCriteria | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_empty(self)


@attrs.frozen(kw_only=True)
class OtherPayerCriteria(CheckedRule):
    """Criteria of other payers: the claim names one that meets all that are stated.

    ``known = false``: the claim names no other payer. ``decided``: it has decided, or has not;
    ``paid``: it paid an amount, or nothing; ``reason``: it gave one of these adjustment reasons.
    """

    known: bool = True
    order: frozenset[PayerOrder] | None = None
    decided: bool | None = None
    paid: bool | None = None
    reason: frozenset[str] | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))

    def _field_errors(self) -> Iterator[FieldError]:
        yield from errors_of_empty(self)
        others = (self.order, self.decided, self.paid, self.reason)
        if not self.known and any(value is not None for value in others):
            remedy = "Write known = false alone, or leave it out."
            yield FieldError(("known",), "a payer that is not named is described", remedy)


def _in_months(key: str, years: object) -> str | None:
    """Return how to write a part of a year."""
    if not isinstance(years, float | Decimal):
        return None
    return f"Write {key}_months = {round(years * _YEAR)}; {key} has full years."


@attrs.frozen(kw_only=True)
class Age(CheckedRule):
    """The member's age in full years or full months: at least one number, and below another.

    ``on`` is the day of service, or the first day of the period in which a frequency limit counts.
    A month is full on the same day of the next month, or on the first day after a month that has no
    such day: somebody born on 31 January is a month old on 1 March.
    """

    at_least: int | None = attrs.field(default=None, metadata={"least": 0, "advice": _in_months})
    below: int | None = attrs.field(default=None, metadata={"least": 1, "advice": _in_months})
    at_least_months: int | None = attrs.field(default=None, metadata={"least": 0})
    below_months: int | None = attrs.field(default=None, metadata={"least": 1})
    on: Literal["service", "period"] = "service"

    @property
    def from_month(self) -> int | None:
        """Return the least number of full months."""
        return self.at_least_months if self.at_least is None else self.at_least * _YEAR

    @property
    def to_month(self) -> int | None:
        """Return the number of full months that the age does not reach."""
        return self.below_months if self.below is None else self.below * _YEAR

    @property
    def is_in_months(self) -> bool:
        """Return True if a number is one of months."""
        return self.at_least_months is not None or self.below_months is not None

    def _field_errors(self) -> Iterator[FieldError]:
        for name in ("at_least", "below"):
            if None not in (getattr(self, name), getattr(self, f"{name}_months")):
                message = f"{name} and {name}_months are both stated"
                yield FieldError((f"{name}_months",), message, "Leave one of them out.")
        least, below = self.from_month, self.to_month
        if least is not None and below is not None and least >= below:
            years = f"at_least is {self.at_least} and below is {self.below}"
            months = f"the age is at least {least} and below {below} months"
            message = f"{months if self.is_in_months else years}: no age is both"
            key = "below_months" if self.below is None else "below"
            yield FieldError((key,), message, "Write the smaller number in at_least.")


@attrs.frozen(kw_only=True)
class OtherLine(CheckedRule):
    """Another line with one of the codes, at one of the places and by one of the modalities.

    ``scope`` is whose line it is: any provider's, that of the same provider, that of another
    rendering provider than the line's own (``"another-rendering"``), or that of another member by
    the same rendering provider (``"another-member"``).
    """

    codes: frozenset[str] = attrs.field(metadata=of_form(LINE_CODE))
    place_of_service: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(PLACES_OF_SERVICE)
    )
    modality: frozenset[Modality] | None = attrs.field(default=None, metadata=of_form(MODALITIES))
    modifier: frozenset[str] | None = attrs.field(default=None, metadata=of_form(MODIFIER))
    scope: RelatedScope = "member"

    @property
    def near(self) -> Nearness:
        """Where in time the line is: on the same day."""
        return "day"

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_empty(self)


@attrs.frozen(kw_only=True)
class RelatedLine(OtherLine):
    """Another line that is near in time.

    ``within`` is ``"day"`` or ``"month"`` for the same day or calendar month,
    ``"overlapping-clock"`` for sessions that overlap, ``"any-earlier-day"``, or ``{ days_before =
    3, days_after = 0 }``.
    """

    within: Nearness = "day"

    @property
    def near(self) -> Nearness:
        """Where in time the line is."""
        return self.within


@attrs.frozen(kw_only=True)
class EarlierLine(OtherLine):
    """A line in the history, or on an earlier day of the claim.

    ``within_days`` counts back from the day before the service. With ``within_months`` the service
    is at the latest on the same day so many months after the line, or on the last day of a shorter
    month. Without either, any earlier day counts.
    """

    within_days: int | None = attrs.field(default=None, metadata={"least": 1})
    within_months: int | None = attrs.field(default=None, metadata={"least": 1})

    @property
    def near(self) -> Nearness:
        """Where in time the line is: before the day of service."""
        if self.within_months is not None:
            return DaysAround(months_before=self.within_months, same_day=False)
        return DaysAround(days_before=self.within_days or EVER, same_day=False)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.within_days is not None and self.within_months is not None:
            message = "within_days and within_months are both stated"
            yield FieldError(("within_months",), message, "Leave one of them out.")


@attrs.frozen(kw_only=True)
class When(CheckedRule):
    """The conditions under which a rule applies. All that are stated must hold.

    ``bill_type``, ``diagnosis`` and ``member_prefix`` are compared from the left. ``modifier``: one
    of them is on the line. ``same_day``: another line with the code is on a day of the line;
    ``course``: the line is in a place of a course of treatment; ``history``: earlier lines;
    ``other_lines``: lines that are near in time; ``table``: the value of the code in tables. What
    must not hold is an exception of the rule.
    """

    setting: frozenset[str] | None = attrs.field(default=None, metadata=of_form(SETTINGS))
    program: frozenset[str] | None = attrs.field(default=None, metadata=of_form(PROGRAM))
    plan: frozenset[str] | None = attrs.field(default=None, metadata=of_form(PLAN))
    network: frozenset[str] | None = attrs.field(default=None, metadata=of_form(NETWORKS))
    state: frozenset[str] | None = attrs.field(default=None, metadata=of_form(STATES))
    line_of_business: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(LINES_OF_BUSINESS)
    )
    contractor: frozenset[str] | None = attrs.field(default=None, metadata=of_form(CONTRACTORS))
    bill_type: frozenset[str] | None = attrs.field(default=None, metadata=of_form(BILL_TYPE_START))
    condition_code: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(CONDITION_CODE)
    )
    occurrence_code: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(OCCURRENCE_CODE)
    )
    revenue_code: frozenset[str] | None = attrs.field(default=None, metadata=of_form(REVENUE_CODE))
    drug: frozenset[str] | None = attrs.field(default=None, metadata=of_form(NDC))
    tooth: frozenset[str] | None = attrs.field(default=None, metadata=of_form(TOOTH))
    surface: frozenset[str] | None = attrs.field(default=None, metadata=of_form(SURFACES))
    quadrant: frozenset[str] | None = attrs.field(default=None, metadata=of_form(QUADRANTS))
    side: frozenset[str] | None = attrs.field(default=None, metadata=of_form(SIDES))
    place_of_service: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(PLACES_OF_SERVICE)
    )
    modality: frozenset[Modality] | None = attrs.field(default=None, metadata=of_form(MODALITIES))
    modifier: frozenset[str] | None = attrs.field(default=None, metadata=of_form(MODIFIER))
    diagnosis: frozenset[str] | None = attrs.field(default=None, metadata=of_form(DIAGNOSIS_START))
    member_prefix: frozenset[str] | None = attrs.field(default=None, metadata=of_form(IDENTIFIER))
    sex: frozenset[str] | None = attrs.field(default=None, metadata=of_form(SEXES))
    age: Age | None = None
    other_payer: OtherPayerCriteria | None = None
    rendered_by: ProviderCriteria | None = None
    performed_by: ProviderCriteria | None = None
    supervised_by: ProviderCriteria | None = None
    supervised: bool | None = None
    inpatient: bool | StayCriteria | None = None
    member_status: tuple[StatusCriteria, ...] = attrs.field(default=(), converter=as_tuple)
    charge: AmountBounds | None = None
    course: CoursePosition | None = None
    table: tuple[TableCondition, ...] = ()
    same_day: OtherLine | None = None
    history: tuple[EarlierLine, ...] = ()
    other_lines: tuple[RelatedLine, ...] = ()

    @property
    def related_lines(self) -> dict[str, tuple[OtherLine, ...]]:
        """The other lines that are asked for, by the name of the condition."""
        same_day = () if self.same_day is None else (self.same_day,)
        return {"same_day": same_day, "history": self.history, "other_lines": self.other_lines}

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_empty(self)


ANYTIME: Final = When()
