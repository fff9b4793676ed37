"""Bounds of a number, and time limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from payer_rules.errors import FieldError
from payer_rules.values.checked import CheckedRule, as_decimal


@attrs.frozen(kw_only=True)
class Bounds(CheckedRule):
    """A least and a greatest whole number, both allowed; ``None`` is no bound."""

    at_least: int | None = attrs.field(default=None, metadata={"least": 0})
    at_most: int | None = attrs.field(default=None, metadata={"least": 0})

    def _field_errors(self) -> Iterator[FieldError]:
        return _errors_of_bounds(self.at_least, self.at_most)

    def allows(self, number: int) -> bool:
        """Return True if the number is within the bounds."""
        return _is_between(number, self.at_least, self.at_most)

    def __str__(self) -> str:
        return _in_words(self.at_least, self.at_most)


@attrs.frozen(kw_only=True)
class AmountBounds(CheckedRule):
    """A least and a greatest amount of money, both allowed; ``None`` is no bound."""

    at_least: Decimal | None = attrs.field(default=None, converter=as_decimal)
    at_most: Decimal | None = attrs.field(default=None, converter=as_decimal)

    def _field_errors(self) -> Iterator[FieldError]:
        return _errors_of_bounds(self.at_least, self.at_most)

    def allows(self, amount: Decimal) -> bool:
        """Return True if the amount is within the bounds."""
        return _is_between(amount, self.at_least, self.at_most)

    def __str__(self) -> str:
        return _in_words(self.at_least, self.at_most)


def _errors_of_bounds(
    at_least: int | Decimal | None, at_most: int | Decimal | None
) -> Iterator[FieldError]:
    if at_least is None and at_most is None:
        yield FieldError((), "no bound is stated", "Write at_least or at_most.")
    if at_least is not None and at_most is not None and at_least > at_most:
        message = f"at_least is {at_least} and at_most is {at_most}"
        yield FieldError(("at_most",), message, "Write the smaller in at_least.")


def _is_between(
    number: int | Decimal, at_least: int | Decimal | None, at_most: int | Decimal | None
) -> bool:
    is_small = at_least is not None and number < at_least
    return not is_small and (at_most is None or number <= at_most)


def _in_words(at_least: int | Decimal | None, at_most: int | Decimal | None) -> str:
    if at_least is None:
        return f"at most {at_most}"
    return f"at least {at_least}" if at_most is None else f"{at_least} to {at_most}"


def limit_advice(key: str, limit: object) -> str | None:
    """Return how to write a time limit that is a number."""
    if not isinstance(limit, int) or isinstance(limit, bool):
        return None
    return f"Write {key} = {{ days = {limit} }}, or {{ months = 12 }}."


@attrs.frozen(kw_only=True)
class TimeLimit(CheckedRule):
    """A time limit in days or in calendar months; its last day is still in time."""

    days: int | None = None
    months: int | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        stated = [number for number in (self.days, self.months) if number is not None]
        if len(stated) != 1:
            message = "the time limit needs days or months, one of the two"
            yield FieldError((), message, "Write { days = 90 } or { months = 12 }.")
        elif stated[0] < 1:
            message = f"a time limit of {stated[0]}"
            yield FieldError((), message, "Write 1 or more.")

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else f"{self.months} months"
