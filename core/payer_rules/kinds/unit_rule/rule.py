"""The rule that units must be supported by something measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claim_parts import DrugUnit
from payer_rules.errors import FieldError
from payer_rules.rules.outcomes import Detection, Outcome
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.scopes import LineScope
from payer_rules.values.checked import CheckedRule, as_decimal

#: What units are counted from: minutes of service, miles of a transport, or the dose of a drug.
Measured: TypeAlias = Literal["minutes", "miles", "dose"]
Rounding: TypeAlias = Literal["up", "nearest", "down"]

_ABOVE_ZERO: Final = {"above": 0}


@attrs.frozen(kw_only=True)
class UnitSteps(CheckedRule):
    """The units that a quantity supports: one for each ``step``, and perhaps one for the rest.

    The rest is a unit if it is ``at_least`` so much, or as ``round`` says: ``"up"`` any rest,
    ``"nearest"`` half a step and more, ``"down"`` none. ``first`` is the size of the first unit, if
    it is another, and ``first_at_least`` the least that is a unit at all. With ``part``, units are
    billed in such parts, up to a quantity of ``whole_from``: 0.1 for tenths.
    """

    step: Decimal = attrs.field(converter=as_decimal, metadata=_ABOVE_ZERO)
    at_least: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata=_ABOVE_ZERO)
    round: Rounding | None = None
    first: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata=_ABOVE_ZERO)
    first_at_least: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata=_ABOVE_ZERO
    )
    part: Decimal | None = attrs.field(default=None, converter=as_decimal, metadata=_ABOVE_ZERO)
    whole_from: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata=_ABOVE_ZERO
    )

    def supported(self, quantity: Decimal) -> Decimal:
        """Return the units that the quantity supports."""
        if self.first_at_least is not None and quantity < self.first_at_least:
            return Decimal(0)
        if self.part and (self.whole_from is None or quantity < self.whole_from):
            return self._steps_in(quantity, self.step * self.part) * self.part
        first = self.first or self.step
        if quantity >= first:
            return 1 + self._steps_in(quantity - first, self.step)
        is_first = self.first_at_least is not None or self._is_unit(quantity, first)
        return Decimal(int(is_first))

    def _steps_in(self, quantity: Decimal, step: Decimal) -> Decimal:
        whole, rest = divmod(quantity, step)
        return whole + int(self._is_unit(rest, step))

    def _is_unit(self, rest: Decimal, step: Decimal) -> bool:
        """Return True if a rest of less than the step is one more unit."""
        if self.at_least is not None:
            return rest >= self.at_least
        return rest > 0 and (self.round == "up" or (self.round == "nearest" and 2 * rest >= step))

    def _field_errors(self) -> Iterator[FieldError]:
        if (self.at_least is None) == (self.round is None):
            what = "neither at_least nor round" if self.round is None else "at_least and round"
            remedy = 'Write at_least = 8, or round = "up", "nearest" or "down".'
            yield FieldError(("at_least",), f"{what} is stated", remedy)
        if self.at_least is not None and self.at_least > self.step:
            message = f"at_least is {self.at_least}, and a step is {self.step}"
            yield FieldError(("at_least",), message, "A rest is less than a step.")
        if self.part and (self.at_least or self.first or self.part >= 1):
            message = "part is stated with at_least or first, or is 1 or more"
            yield FieldError(("part",), message, 'Write part = 0.1 with round = "up".')
        if self.whole_from and not self.part:
            yield FieldError(("whole_from",), "whole_from is stated without part", "Add part.")


@attrs.frozen(kw_only=True)
class UnitRule(CodedRule):
    """A rule that the units of a line are those that its minutes, miles or dose support.

    ``steps`` say how many. With ``pool = "day"``, all lines of the codes on a day and by one
    provider (``scope``) are added, and what is left after their whole steps goes to the lines with
    the greatest rest. A line with less than ``line_minimum`` supports no unit. ``dose`` is the
    quantity of the drug, in ``drug_unit``. The supported part is paid, and a line of which no unit
    is supported is denied; the payer sees minutes only in the record (``detected_in``).
    """

    measured: Measured = attrs.field(metadata={"key": "from"})
    steps: UnitSteps
    pool: Literal["line", "day"] = "line"
    scope: LineScope = "provider"
    line_minimum: Decimal | None = attrs.field(
        default=None, converter=as_decimal, metadata=_ABOVE_ZERO
    )
    drug_unit: DrugUnit | None = None
    outcome: Outcome = "reduce"
    detected_in: Detection = "record"

    @property
    def cuts_lines(self) -> bool:
        """Whether the supported part of a line is paid."""
        return self.outcome == "reduce"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if (self.measured == "dose") != (self.drug_unit is not None):
            message = f"from is {self.measured!r}, and drug_unit is {self.drug_unit!r}"
            remedy = "State the unit of a dose, such as drug_unit = 'ME', and of nothing else."
            yield FieldError(("drug_unit",), message, remedy)
        if self.pool == "day" and (self.steps.first or self.steps.part):
            message = "the units of a day are pooled, and the steps have a first unit or parts"
            yield FieldError(("steps",), message, "Write equal steps, or pool = 'line'.")
