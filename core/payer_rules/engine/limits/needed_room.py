"""The room that lines of a claim need in a limit, and whether earlier lines certainly leave it.

Most limits leave room for all lines that the member ever had. Where one may not, the earlier lines
in the windows around the lines of the claim are added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.providers import Scope
from payer_rules.history import History, MostCounted
from payer_rules.rules import Window


@attrs.frozen(eq=False, kw_only=True)
class NeededRoom:
    """The room that some lines of a claim need in a limit if all of them count in full.

    ``numbers`` are those of the lines. Earlier lines of the ``codes``, of any code if one is
    ``None``, may count ``left`` in units, or in days unless it ``counts_units``. Whose earlier
    lines count is the ``scope``.
    """

    window: Window
    scope: Scope
    numbers: tuple[int, ...]
    codes: tuple[str | None, ...]
    left: Decimal
    counts_units: bool

    def holds(self, counted: Iterable[MostCounted]) -> bool:
        """Return True if there is room for the most that earlier lines can count."""
        if self.counts_units:
            return sum([each.units for each in counted]) <= self.left
        return sum([each.days for each in counted]) <= self.left


class RoomLeft:
    """The room that the known earlier lines of a claim's member leave in limits."""

    __slots__ = ("_all_days", "_claim", "_days", "_in_all", "_parts", "_spans", "history")

    def __init__(self, claim: Claim, lines: Sequence[ServiceLine], history: History) -> None:
        self.history = history
        self._claim = claim
        self._parts = history.running_totals(claim.member.id) if history.lines else ()
        self._in_all = [by_code[None].in_all for by_code in self._parts]
        self._days = {
            line.number: DaySpan(line.date_from.toordinal(), line.date_to.toordinal())
            for line in lines
        }
        self._all_days = list(set(self._days.values()))
        self._spans: dict[tuple[Window, DaySpan], DaySpan] = {}

    def suffices(self, needed: NeededRoom) -> bool:
        """Return True if the lines certainly fit with all earlier lines that are known."""
        if needed.left < 0 or needed.window.shape == "line":
            return needed.left >= 0
        if needed.holds(self._in_all):
            return True
        totals = [by_code[c] for by_code in self._parts for c in needed.codes if c in by_code]
        if needed.holds([each.in_all for each in totals]):
            return True
        # NOTE: every earlier line in a window with one of the lines is among its related days.
        for first, last in self._spans_of(needed):
            if not needed.holds([each.within(first, last) for each in totals]):
                return False
        return True

    def is_known(self, needed: NeededRoom) -> bool:
        """Return True if the history has every earlier line that may count with the lines."""
        if self.history.is_complete_for_member or needed.window.shape == "line":
            return True
        npi = self._claim.billing_provider.npi
        firsts = [as_dates(span)[0] for span in self._spans_of(needed)]
        return all(self.history.is_complete(first, needed.scope, npi) for first in firsts)

    def _spans_of(self, needed: NeededRoom) -> list[DaySpan]:
        """Return the related days of each line, once for lines of the same days."""
        if len(self._all_days) == 1:
            return [self._span_of(needed.window, self._all_days[0])]
        days = {self._days[number] for number in needed.numbers}
        return [self._span_of(needed.window, each) for each in days]

    def _span_of(self, window: Window, days: DaySpan) -> DaySpan:
        span = self._spans.get((window, days))
        if span is None:
            span = Layout.of(window, self._claim).related_days(days)
            self._spans[window, days] = span
        return span
