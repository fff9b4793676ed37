"""What earlier lines leave of a limit for a line of the claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.layout import Layout
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.kinds.frequency_limit.amounts import AGGREGATIONS
from payer_rules.kinds.frequency_limit.claim_limit import ClaimLimit
from payer_rules.kinds.frequency_limit.line_group import LineGroup
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.kinds.frequency_limit.selection import Selection
from payer_rules.kinds.frequency_limit.words import window_text

_NOTHING: Final = Decimal(0)
#: Windows that have no first and last day to print.
_ENDLESS: Final = ("line", "session", "lifetime", "episode", "authorization", "course")


def units_left(
    rule: FrequencyLimit, readings: Iterable[Selection], state: ClaimState, line: ServiceLine
) -> UnitsLeft | None:
    """Return what the limit leaves for the line; ``None`` if no reading counts the line."""
    found = [left for reading in readings if (left := _left(reading, state, line))]
    if not found:
        return None
    windows = dict.fromkeys(left.window for left in found)
    return attrs.evolve(
        found[0],
        rule=rule.id,
        window=" or ".join(windows),
        at_least=min(left.at_least for left in found),
        at_most=max(left.at_most for left in found),
    )


def _left(reading: Selection, state: ClaimState, line: ServiceLine) -> UnitsLeft | None:
    layout = Layout.within(reading.rule.window, state)
    limit = ClaimLimit(reading, state, layout, lambda evaluator: False)
    met = [(line, NONE_MISSING)]
    groups = [*limit.candidates(met, limit.exempt_by_authorization(met)).values()]
    return _of_group(LineGroup.of(limit, groups[0])) if groups else None


def _of_group(group: LineGroup) -> UnitsLeft:
    """Return what the earlier lines of the group leave for its only line."""
    limit, rule = group.limit, group.rule
    candidate = group.candidates[0]
    first = candidate.days.first
    # NOTE: a line without an amount, on a visit of its own, adds nothing or one visit.
    counted = attrs.evolve(
        candidate, amount=_NOTHING, mark=object(), clock=None, days=DaySpan(first, first)
    )
    visits = 1 if AGGREGATIONS[rule.counts] == "distinct" else 0
    least = group.totals.least(counted, group.certain_earlier, group.maximum)
    is_known = limit.knows_history_of(counted)
    used = group.totals.most(counted, group.earlier).total - visits
    at_most = max(_NOTHING, group.maximum - least.total + visits)
    if limit.layout.missing:
        at_most = group.maximum
    has_amounts = all(line.amount is not None for line in group.earlier)
    is_bounded = is_known and has_amounts
    days = _days(group, least)
    return UnitsLeft(
        rule=rule.id,
        limit=group.maximum,
        counts=rule.counts,
        window=window_text(rule.window),
        first=days[0],
        last=days[1],
        at_least=max(_NOTHING, group.maximum - used) if is_bounded else _NOTHING,
        at_most=at_most,
        citations=rule.citations,
    )


def _days(group: LineGroup, total: WindowTotal) -> tuple[date, date] | tuple[None, None]:
    """Return the first and the last day of the window, if it has such days."""
    if group.rule.window.shape in _ENDLESS or group.limit.layout.missing:
        return None, None
    return as_dates(total.window)
