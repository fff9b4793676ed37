"""The frequency limit: at most so many of some codes in a window."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, Self, assert_never

import attrs

from payer_rules.errors import FieldError
from payer_rules.kinds.frequency_limit.parts import (
    DECIDED_AMOUNTS,
    ExcessHandling,
    Exemption,
    LimitReading,
    LineFilter,
    Measure,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
    UnitMinutes,
    UnitPoints,
)
from payer_rules.rules import AnyCode, Codes, listed_codes
from payer_rules.rules.facts import Adjustment
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.scopes import LimitScope
from payer_rules.rules.windows import Window
from payer_rules.values.checked import as_decimal


@attrs.frozen(kw_only=True)
class FrequencyLimit(CodedRule):
    """At most ``limit`` of the codes in any window; ``"none"`` is a permission with a source.

    ``counts`` is what is counted: units of service; services (each line is one); visits, as
    ``visit`` defines them (dates, dates by provider, or sessions); days of service; minutes, as
    billed or else by ``unit_minutes``; minutes of the clock, where overlapping sessions count once;
    dollars that were charged, allowed or paid (what will be allowed or paid of a line of the claim
    is open, unless the line states it); or the ``points`` that a unit of each code has. ``only``
    selects the lines that count, and ``exempt`` those that do not. ``sees`` decides whether lines
    of the claim that another rule denies count too; denied lines of the history never count.

    ``scope`` decides whose services count together: those of the member with any provider, with
    the same provider as the payer defines it, with the same rendering or billing provider or with
    one of the same specialty; those of one rendering provider for ``all-members``; or those of one
    ``session``. ``pool`` decides which codes count together: all, each code by itself, or those of
    one type. With ``sites`` ``"apart"``, each body site counts by itself: each tooth, area of the
    mouth, side, finger or toe.

    What does not fit is the excess. Lines are kept in the order of ``keeps``, and ``excess``
    decides what happens to the rest: each line that does not fit in full is denied; every line of
    the exceeded window is denied (``deny-all``); the part that does not fit is not paid
    (``reduce``); what no authorization covers is denied (``authorization``), or not paid (``{
    reduce_unless = "authorization" }``); or a part is paid above each step of
    ``tiers``. If one sentence can be read in several ways, list all ``readings``: the engine
    answers where they agree.
    """

    limit: Decimal | Literal["none"] = attrs.field(converter=as_decimal)
    counts: Measure
    window: Window
    scope: LimitScope
    pool: Literal["together", "per-code"] | ServiceTypes = "together"
    sites: Literal["together", "apart"] = "together"
    sees: Literal["payable", "billed"] = "payable"
    excess: ExcessHandling | PaymentTiers | ReductionUnless = "deny-lines"
    keeps: Literal["earliest", "highest-charge"] | tuple[str, ...] = "earliest"
    only: LineFilter | None = None
    exempt: Exemption | None = None
    visit: Literal["date", "date-and-provider", "session"] = "date-and-provider"
    unit_minutes: UnitMinutes | None = None
    points: UnitPoints | None = None
    readings: tuple[LimitReading, ...] = ()
    used_up: Adjustment | None = None

    @property
    def is_permission(self) -> bool:
        """Return True if the source states that there is no limit."""
        return self.limit == "none"

    @property
    def as_read(self) -> tuple[Self, ...]:
        """Return the rule as each of its readings states it; without readings, as it is."""
        return tuple(self._by(reading) for reading in self.readings) or (self,)

    def _by(self, reading: LimitReading) -> Self:
        return attrs.evolve(
            self,
            readings=(),
            window=reading.window or self.window,
            limit=self.limit if reading.limit is None else reading.limit,
            counts=reading.counts or self.counts,
            scope=reading.scope or self.scope,
        )

    @property
    def exempts_authorized(self) -> bool:
        """Return True if lines that an authorization covers do not count."""
        return self.exempt is not None and self.exempt.authorized

    @property
    def pays_excess_in_part(self) -> bool:
        """Return True if a part of the excess is paid."""
        return self.cuts_lines or isinstance(self.excess, PaymentTiers)

    @property
    def cuts_lines(self) -> bool:
        """Whether the part of a line that fits is paid."""
        return self.excess == "reduce" or isinstance(self.excess, ReductionUnless)

    def pool_of(self, code: str) -> str | None:
        """Return what the codes that count together have in common."""
        if isinstance(self.pool, ServiceTypes):
            return self.pool.of(code)
        if self.pool == "per-code":
            return code
        if self.pool == "together":
            return None
        assert_never(self.pool)

    def codes_with(self, code: str) -> Codes:
        """Return the codes that count together with the code, itself included."""
        if self.pool == "together":
            return self.codes
        pool = self.pool_of(code)
        typed = self.pool.codes if isinstance(self.pool, ServiceTypes) else frozenset()
        candidates = listed_codes(self.codes) | typed | {code}
        return frozenset(other for other in candidates if self.pool_of(other) == pool)

    @property
    def _counts_in_periods(self) -> bool:
        return all(each.is_period for each in (self.window, *self._windows_read))

    @property
    def _windows_read(self) -> tuple[Window, ...]:
        return tuple(reading.window for reading in self.readings if reading.window)

    @property
    def counting_window(self) -> Window:
        """Return the window in which the limit counts."""
        return self.window

    def for_review(self) -> Self:
        """Return the limit with the outcome ``review``; what exceeds it is not paid in part."""
        if self.pays_excess_in_part:
            return attrs.evolve(self, outcome="review", excess="deny-lines")
        return attrs.evolve(self, outcome="review")

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.limit != "none" and self.limit < 0:
            remedy = 'Write 0 or more, or "none" if the source states that there is no limit.'
            yield FieldError(("limit",), f"the limit is {self.limit}", remedy)
        if isinstance(self.pool, ServiceTypes):
            yield from self.pool.field_errors(self.codes)
        yield from self._errors_of_excess()
        yield from self._errors_of_points()

    def _errors_of_points(self) -> Iterator[FieldError]:
        counts_points = any(reading.counts == "points" for reading in self.as_read)
        if counts_points and self.points is None:
            remedy = 'Write points = { "90853" = 1.25 }.'
            yield FieldError(("points",), "points are counted, and no code has any", remedy)
        if self.points is None:
            return
        if not counts_points:
            yield FieldError(("points",), "points are stated and not counted", "Leave them out.")
        yield from self.points.field_errors(self.codes)
        if isinstance(self.codes, AnyCode):
            message = "points are counted for any code"
            yield FieldError(("codes",), message, "List the codes that have points.")
        for code in sorted(listed_codes(self.codes) - {code for code, _ in self.points.points}):
            yield FieldError(("points",), f"{code} has no points", "Add it to points.")

    def _errors_of_excess(self) -> Iterator[FieldError]:
        if self.pays_excess_in_part and self.outcome not in ("reduce", "patient-share"):
            message = f"the excess is paid in part, but the outcome is {self.outcome}"
            yield FieldError(("outcome",), message, 'Write outcome = "reduce" or "patient-share".')
        if isinstance(self.excess, PaymentTiers) and self.limit != self.excess.tiers[0][0]:
            first = self.excess.tiers[0][0]
            message = f"the limit is {self.limit} and the first tier begins above {first}"
            yield FieldError(
                ("limit",), message, "Write the same number: so many are paid in full."
            )
        if self.window.course is not None and self.scope in ("all-members", "session"):
            message = f"a course is one of a member, and the scope is {self.scope}"
            yield FieldError(("scope",), message, 'Write scope = "member", or a provider of it.')
        is_decided = any(reading.counts in DECIDED_AMOUNTS for reading in self.as_read)
        if is_decided and isinstance(self.excess, PaymentTiers):
            message = "amounts are counted that the payer has yet to decide"
            yield FieldError(("excess",), message, 'Write excess = "deny-lines" or "reduce".')
        if isinstance(self.excess, ReductionUnless) and self.counts != "units":
            message = f"{self.counts} are counted, and an authorization has units"
            yield FieldError(("counts",), message, 'Write counts = "units".')
        if isinstance(self.keeps, tuple):
            for code in sorted(listed_codes(self.codes).symmetric_difference(self.keeps)):
                message = f"{code} is in only one of codes and keeps"
                yield FieldError(
                    ("keeps",),
                    message,
                    "List every code once in keeps, in the order in which they are kept.",
                )
