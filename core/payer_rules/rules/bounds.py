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
        if self.at_least is None and self.at_most is None:
            yield FieldError((), "no bound is stated", "Write at_least or at_most.")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            message = f"at_least is {self.at_least} and at_most is {self.at_most}"
            yield FieldError(("at_most",), message, "Write the smaller in at_least.")

    def allows(self, number: int) -> bool:
        """Return True if the number is within the bounds."""
        small = self.at_least is not None and number < self.at_least
        return not small and (self.at_most is None or number <= self.at_most)

    def __str__(self) -> str:
        if self.at_least is None:
            return f"at most {self.at_most}"
        return (
            f"at least {self.at_least}"
            if self.at_most is None
            else f"{self.at_least} to {self.at_most}"
        )


@attrs.frozen(kw_only=True)
class AmountBounds(CheckedRule):
    """A least and a greatest amount of money, both allowed; ``None`` is no bound."""

    at_least: Decimal | None = attrs.field(default=None, converter=as_decimal)
    at_most: Decimal | None = attrs.field(default=None, converter=as_decimal)

    def _field_errors(self) -> Iterator[FieldError]:
        if self.at_least is None and self.at_most is None:
            yield FieldError((), "no bound is stated", "Write at_least or at_most.")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            message = f"at_least is {self.at_least} and at_most is {self.at_most}"
            yield FieldError(("at_most",), message, "Write the smaller in at_least.")

    def allows(self, amount: Decimal) -> bool:
        """Return True if the amount is within the bounds."""
        small = self.at_least is not None and amount < self.at_least
        return not small and (self.at_most is None or amount <= self.at_most)

    def __str__(self) -> str:
        parts = [f"at least {self.at_least}"] if self.at_least is not None else []
        parts += [f"at most {self.at_most}"] if self.at_most is not None else []
        return " and ".join(parts)


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
