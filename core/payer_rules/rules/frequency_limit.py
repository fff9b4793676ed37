"""At most so many of these codes in a window."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from payer_rules._checked import as_decimal
from payer_rules.errors import Misfit
from payer_rules.rules.facts import Adjustment
from payer_rules.rules.limits import Exempt, Only, Reading, Tiers, Types, Worths
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.windows import Window

Counts: TypeAlias = Literal["units", "services", "visits", "days", "minutes", "clock-minutes"]
LimitScope: TypeAlias = Literal[
    "member", "provider", "rendering", "billing", "specialty", "all-members", "session"
]
ExcessHandling: TypeAlias = Literal["deny-lines", "deny-all", "reduce", "authorization"]


@attrs.frozen(kw_only=True)
class FrequencyLimit(CodedRule):
    """At most ``limit`` of the codes in any window; ``"none"`` is a sourced permission.

    ``counts`` says what: units of service; services (each line is one); visits, as ``visit`` says
    (dates, dates by provider, or sessions); days of service; minutes, as billed, else what a code
    is ``worth``; or minutes of the clock, where what overlaps counts once. ``only`` says which
    lines count, ``exempt`` which do not; ``sees`` whether lines of the claim that another rule
    denies count too; of the history, denied lines never do.

    ``scope`` says whose services count together: the member's with any provider, with the same
    provider as the payer defines it, the same rendering or billing provider or one of the same
    specialty; one rendering provider's over ``all-members``; all of one ``session``. ``pool`` says
    which codes: all together, each by itself, or those of one type.

    What does not fit is the excess, in the order in which lines are kept (``keeps``): each line
    that does not fit whole; every line of a broken window (``deny-all``); the part that does not
    fit (``reduce``); what no authorization covers; or all above a step of ``tiers``, which pays a
    part. Several ``readings`` of one sentence are answered where they agree.
    """

    limit: Decimal | Literal["none"] = attrs.field(converter=as_decimal)
    counts: Counts
    window: Window
    scope: LimitScope
    pool: Literal["together", "per-code"] | Types = "together"
    sees: Literal["payable", "billed"] = "payable"
    excess: ExcessHandling | Tiers = "deny-lines"
    keeps: Literal["earliest", "highest-charge"] | tuple[str, ...] = "earliest"
    only: Only | None = None
    exempt: Exempt | None = None
    visit: Literal["date", "date-and-provider", "session"] = "date-and-provider"
    worth: Worths | None = None
    readings: tuple[Reading, ...] = ()
    used_up: Adjustment | None = None

    @property
    def is_permission(self) -> bool:
        """Whether there is no limit."""
        return self.limit == "none"

    @property
    def pays_excess_in_part(self) -> bool:
        """Whether a part is paid of what exceeds the limit."""
        return self.excess == "reduce" or isinstance(self.excess, Tiers)

    @property
    def _counts_in_periods(self) -> bool:
        return all(each.is_period for each in (self.window, *self._windows_read))

    @property
    def _windows_read(self) -> tuple[Window, ...]:
        return tuple(reading.window for reading in self.readings if reading.window)

    def _misfits(self) -> Iterator[Misfit]:
        yield from super()._misfits()
        if self.limit != "none" and self.limit < 0:
            remedy = 'Write 0 or more, or "none" where the source says that there is no limit.'
            yield Misfit(("limit",), f"the limit is {self.limit}", remedy)
        if isinstance(self.pool, Types):
            yield from self.pool.misfits(self.codes)
        yield from self._misfits_of_excess()

    def _misfits_of_excess(self) -> Iterator[Misfit]:
        if self.pays_excess_in_part and self.outcome not in ("reduce", "patient-share"):
            problem = f"the excess is paid in part, and the outcome is {self.outcome}"
            yield Misfit(("outcome",), problem, 'Write outcome = "reduce" or "patient-share".')
        if isinstance(self.excess, Tiers) and self.limit != self.excess.tiers[0][0]:
            first = self.excess.tiers[0][0]
            problem = f"the limit is {self.limit} and the first tier begins above {first}"
            yield Misfit(("limit",), problem, "Write the same number: so many are paid whole.")
        if isinstance(self.keeps, tuple):
            for code in sorted(set(self.keeps) ^ self.codes):
                problem = f"{code} stands only in one of codes and keeps"
                yield Misfit(("keeps",), problem, "List every code once, what is kept first first.")
