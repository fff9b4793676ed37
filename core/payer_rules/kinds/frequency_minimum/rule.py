"""The frequency minimum: at least so many of some codes in a window."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.errors import FieldError
from payer_rules.kinds.frequency_limit.parts import (
    DECIDED_AMOUNTS,
    Exemption,
    LineFilter,
    Measure,
    UnitMinutes,
)
from payer_rules.rules import Codes
from payer_rules.rules.rule import CodedRule, errors_of_codes
from payer_rules.rules.scopes import LineScope
from payer_rules.rules.windows import Window
from payer_rules.values.checked import as_decimal

#: The windows whose first and last day the services do not decide, and that end.
_WINDOWS: Final = (
    "line",
    "day",
    "week",
    "month",
    "rolling",
    "rolling-months",
    "calendar-year",
    "fiscal-year",
    "benefit-year",
)
#: The windows that never end: a minimum of services on earlier days can be counted in them.
_ENDLESS: Final = ("lifetime", "episode")
#: What a line by itself has a number of.
_OF_A_LINE: Final = ("units", "services", "minutes", "charged")


@attrs.frozen(kw_only=True)
class FrequencyMinimum(CodedRule):
    """A line with one of the codes is paid only with ``at_least`` so many in a window around it.

    The codes ``of`` are counted, without them the rule's own codes, in the way of a frequency
    limit: ``counts``, ``scope``, ``only``, ``exempt`` and ``unit_minutes`` mean the same, and
    visits are dates by provider. Where a line is in several windows, one of them has to hold
    enough. ``earlier_only`` counts services on days before the line alone. Without it, services may
    follow until the window ends: a claim that was received before is not evaluated.
    """

    at_least: Decimal = attrs.field(converter=as_decimal, metadata={"above": 0})
    counts: Measure
    window: Window
    scope: LineScope
    of: frozenset[str] | None = None
    earlier_only: bool = False
    only: LineFilter | None = None
    exempt: Exemption | None = None
    unit_minutes: UnitMinutes | None = None

    @property
    def counted_codes(self) -> Codes:
        """Return the codes that count."""
        return self.codes if self.of is None else self.of

    @property
    def counting_window(self) -> Window:
        """Return the window in which the minimum counts."""
        return self.window

    @property
    def _counts_in_periods(self) -> bool:
        return self.window.is_period

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.of is not None:
            yield from errors_of_codes("of", self.of)
        if self.window.shape not in (*_WINDOWS, *_ENDLESS):
            message = f"a minimum cannot be counted in a window of shape {self.window.shape!r}"
            yield FieldError(("window",), message, "Write a week, a month, a year or rolling days.")
        elif self.window.shape in _ENDLESS and not self.earlier_only:
            message = f"a window of shape {self.window.shape!r} never ends"
            remedy = "Write earlier_only = true, or a window that ends."
            yield FieldError(("window",), message, remedy)
        if self.window.shape == "line" and self.counts not in _OF_A_LINE:
            message = f"{self.counts} cannot be counted on one line"
            yield FieldError(("counts",), message, "Write units, services or minutes.")
        if self.counts in DECIDED_AMOUNTS:
            message = f"dollars {self.counts} are counted"
            yield FieldError(("counts",), message, "Only a limit counts them.")
        if self.counts == "points":
            remedy = "Count units, services, visits, days, minutes or what was charged."
            yield FieldError(("counts",), "a minimum cannot be counted in points", remedy)
        if self.exempt is not None and self.exempt.authorized:
            message = "a minimum does not exempt lines that an authorization covers"
            yield FieldError(("exempt", "authorized"), message, "Leave authorized out.")
