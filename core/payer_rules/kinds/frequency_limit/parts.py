"""The parts of a frequency limit other than its window: types, tiers, exemptions, readings."""

from __future__ import annotations

from collections.abc import Container, Iterator
from decimal import Decimal
from itertools import chain, pairwise
from typing import Final, Literal, Self, TypeAlias

import attrs

from payer_rules.claims import Modality
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.rules.any_code import Codes, listed_codes
from payer_rules.rules.scopes import LimitScope
from payer_rules.rules.when import errors_of_empty
from payer_rules.rules.windows import Window
from payer_rules.values.checked import CheckedRule, as_decimal, of_form
from payer_rules.vocabularies import MODALITIES, PLACES_OF_SERVICE
from payer_rules.vocabularies.formats import DIAGNOSIS_START, LINE_CODE, MODIFIER

Measure: TypeAlias = Literal[
    "units",
    "services",
    "visits",
    "days",
    "minutes",
    "clock-minutes",
    "charged",
    "allowed",
    "paid",
    "points",
]
#: What is known of a line when the payer has decided on it.
DECIDED_AMOUNTS: Final = ("allowed", "paid")
ExcessHandling: TypeAlias = Literal["deny-lines", "deny-all", "reduce", "authorization"]


@attrs.frozen
class ServiceTypes(CheckedRule):
    """Codes by type of service, such as ``group``; the codes of one type count together."""

    types: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the types of ``{ types = { individual = ["90834"], group = ["90853"] } }``."""
        types = data.get("types") if isinstance(data, dict) and set(data) == {"types"} else None
        if not isinstance(types, dict) or not all(map(_is_codes, types.values())):
            remedy = 'Write "together", "per-code" or { types = { group = ["90853"] } }.'
            raise InvalidValueError([FieldError((), f"{data!r} is not a pool of codes", remedy)])
        return cls(tuple((name, frozenset(codes)) for name, codes in sorted(types.items())))

    @property
    def codes(self) -> frozenset[str]:
        """The codes that have a type."""
        return frozenset(chain(*(codes for _, codes in self.types)))

    def of(self, code: str) -> str:
        """Return the type of the code; a code without a type is returned itself."""
        return next((name for name, codes in self.types if code in codes), code)

    def field_errors(self, codes: Codes) -> Iterator[FieldError]:
        """Yield what is wrong: each of the codes that are listed must have exactly one type."""
        typed = [code for _, codes_of_type in self.types for code in codes_of_type]
        for code in sorted(listed_codes(codes) - self.codes):
            yield FieldError(("pool",), f"{code} has no type", "Add it to one of the types.")
        for code in sorted(code for code in self.codes if code not in codes):
            yield FieldError(
                ("pool",), f"{code} has a type but is not in codes", "Add it to codes."
            )
        for code in sorted({code for code in typed if typed.count(code) > 1}):
            yield FieldError(
                ("pool",), f"{code} has more than one type", "List it under one of them."
            )

    def __str__(self) -> str:
        return "; ".join(f"{name}: {', '.join(sorted(codes))}" for name, codes in self.types)


def _is_codes(codes: object) -> bool:
    return isinstance(codes, list) and all(isinstance(code, str) for code in codes)


@attrs.frozen
class PaymentTiers(CheckedRule):
    """Steps above which only a part is paid: ``(30, 0.75)`` pays three quarters of all above 30."""

    tiers: tuple[tuple[Decimal, Decimal], ...]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the steps of ``{ tiers = [[30.0, 0.75], [50.0, 0.5]] }``."""
        steps = data.get("tiers") if isinstance(data, dict) and set(data) == {"tiers"} else None
        if not isinstance(steps, list) or not steps or not all(map(_is_step, steps)):
            remedy = "Write { tiers = [[30.0, 0.75], [50.0, 0.5]] }."
            raise InvalidValueError([FieldError((), f"{data!r} is not a list of tiers", remedy)])
        return cls(tuple((Decimal(above), Decimal(pays)) for above, pays in steps))

    def _field_errors(self) -> Iterator[FieldError]:
        return _errors_of_tiers(self.tiers)

    def average(self, first: Decimal, last: Decimal) -> Decimal:
        """Return the average part that is paid from above the first position up to the last."""
        if last <= first:
            return Decimal(1)
        steps = ((Decimal(0), Decimal(1)), *self.tiers, (last, Decimal(0)))
        paid = Decimal(0)
        for (above, pays), (end, _) in pairwise(steps):
            paid += pays * max(Decimal(0), min(last, max(end, above)) - max(first, above))
        return paid / (last - first)

    def __str__(self) -> str:
        return ", ".join(f"{pays:f} above {above:f}" for above, pays in self.tiers)


@attrs.frozen(kw_only=True)
class ReductionUnless(CheckedRule):
    """The part of a line that does not fit is not paid, unless an authorization covers it."""

    reduce_unless: Literal["authorization"]

    def __str__(self) -> str:
        return f"reduced unless there is an {self.reduce_unless}"


def _is_step(step: object) -> bool:
    numbers = isinstance(step, list) and all(type(n) in (int, Decimal) for n in step)
    return numbers and isinstance(step, list) and len(step) == 2


def _errors_of_tiers(tiers: tuple[tuple[Decimal, Decimal], ...]) -> Iterator[FieldError]:
    if not tiers:
        yield FieldError(
            (), "the list of tiers is empty", "Write { tiers = [[30.0, 0.75], [50.0, 0.5]] }."
        )
    for above, pays in tiers:
        if above <= 0:
            yield FieldError(
                (),
                f"a tier begins above {above}",
                "Write a number above 0: these are paid in full.",
            )
        if not 0 <= pays < 1:
            yield FieldError((), f"a tier pays {pays}", "Write a part of 1, such as 0.75.")
    for (one, _), (other, _) in pairwise(tiers):
        if one >= other:
            message = f"the tier above {other} follows the tier above {one}"
            yield FieldError((), message, "Write the tiers in rising order.")


@attrs.frozen(kw_only=True)
class LineFilter(CheckedRule):
    """The lines that count: by place of service, modality, modifier or diagnosis."""

    place_of_service: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(PLACES_OF_SERVICE)
    )
    modality: frozenset[Modality] | None = attrs.field(default=None, metadata=of_form(MODALITIES))
    modifier: frozenset[str] | None = attrs.field(default=None, metadata=of_form(MODIFIER))
    diagnosis: frozenset[str] | None = attrs.field(default=None, metadata=of_form(DIAGNOSIS_START))

    def _field_errors(self) -> Iterator[FieldError]:
        return errors_of_empty(self)


@attrs.frozen(kw_only=True)
class Exemption(CheckedRule):
    """The lines that neither count nor are limited: by modifier, by code or by authorization.

    An authorization exempts the lines that it covers by code, date and provider, as long as it has
    units left for them. If it is not known what is authorized, the line is not evaluated.
    """

    modifier: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    codes: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(LINE_CODE))
    authorized: bool = False


@attrs.frozen
class UnitMinutes(CheckedRule):
    """The minutes of a unit of each code: of the first unit, and of each further unit."""

    minutes: tuple[tuple[str, int, int], ...]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the minutes of ``{ "90837" = 60, "90840" = { first = 30, further = 15 } }``."""
        if not isinstance(data, dict):
            raise InvalidValueError(
                [FieldError((), f"{data!r} is not a table", 'Write { "90837" = 60 }.')]
            )
        minutes = sorted(data.items())
        return cls(tuple((str(code), *_minutes(str(code), value)) for code, value in minutes))

    def of(self, code: str, units: Decimal) -> Decimal | None:
        """Return the minutes of the units of the code, ``None`` if the code is not listed."""
        for listed, first, further in self.minutes:
            if listed == code:
                return min(units, Decimal(1)) * first + max(units - 1, Decimal(0)) * further
        return None


@attrs.frozen
class UnitPoints(CheckedRule):
    """The points of a unit of each code: a limit may add up points in place of units."""

    points: tuple[tuple[str, Decimal], ...]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the points of ``{ "90834" = 0.7, "90853" = 1.25 }``."""
        if not isinstance(data, dict) or not all(map(_is_positive, data.values())):
            remedy = 'Write { "90834" = 0.7, "90853" = 1.25 }.'
            raise InvalidValueError([FieldError((), f"{data!r} is not a table of points", remedy)])
        return cls(tuple((str(code), Decimal(each)) for code, each in sorted(data.items())))

    def of(self, code: str) -> Decimal:
        """Return the points of a unit of the code."""
        return next(points for listed, points in self.points if listed == code)

    def field_errors(self, codes: Container[str]) -> Iterator[FieldError]:
        """Yield the codes that have points and are not those of the rule."""
        for code, _ in self.points:
            if code not in codes:
                message = f"{code} has points but is not in codes"
                yield FieldError(("points",), message, "Add it to codes.")


def _is_positive(points: object) -> bool:
    return type(points) in (int, Decimal) and points > 0  # type: ignore[operator]


def _minutes(code: str, value: object) -> tuple[int, int]:
    if type(value) is int and value > 0:
        return value, value
    if isinstance(value, dict) and set(value) == {"first", "further"}:
        first, further = value["first"], value["further"]
        if type(first) is int and type(further) is int and first > 0 and further > 0:
            return first, further
    remedy = "Write minutes, such as 60, or { first = 30, further = 15 }."
    raise InvalidValueError([FieldError((code,), f"{value!r} is not a number of minutes", remedy)])


@attrs.frozen(kw_only=True)
class LimitReading(CheckedRule):
    """One way to read a sentence of the source. Stated fields replace those of the rule."""

    window: Window | None = None
    limit: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata={"least": 0})
    counts: Measure | None = None
    scope: LimitScope | None = None

    def __str__(self) -> str:
        stated = (self.limit, self.counts, self.window, self.scope)
        return " ".join(str(value) for value in stated if value is not None)
