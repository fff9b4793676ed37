"""What a service line counts for a limit: units, visits, minutes and the like."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, assert_never

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.counted_lines import Aggregation, CountedLine
from payer_rules.engine.limits.windows import DaySpan
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_history, of_record
from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.history import HistoryLine
from payer_rules.rules import FrequencyLimit, Measure

AGGREGATIONS: Final[dict[Measure, Aggregation]] = {
    "units": "added",
    "services": "added",
    "minutes": "added",
    "days": "different",
    "visits": "different",
    "clock-minutes": "clock",
}
_DAY: Final = 24 * 60


def counted_line(
    rule: FrequencyLimit, counts: Measure, claim: Claim, line: ServiceLine, doubt: MissingFacts
) -> CountedLine:
    """The line as the limit counts it, with what keeps in doubt whether, or how much, it counts."""
    days = DaySpan(line.date_from.toordinal(), line.date_to.toordinal())
    if counts == "units":
        units = _units(line)
        return CountedLine(line=line, days=days, amount=units, doubt=doubt)
    if counts == "services":
        return CountedLine(line=line, days=days, doubt=doubt)
    if counts == "minutes":
        amount = minutes_counted(rule, line)
        unknown = NONE_MISSING if amount is not None else of_record("minutes")
        return CountedLine(line=line, days=days, amount=amount, doubt=(*doubt, *unknown))
    if counts == "clock-minutes":
        clock = None if days.first != days.last else _clock(line)
        unknown = NONE_MISSING if clock else missing_day(line) or of_record("session.start")
        amount = Decimal(clock[1] - clock[0]) if clock else None
        return CountedLine(
            line=line, days=days, amount=amount, clock=clock, doubt=(*doubt, *unknown)
        )
    if counts == "visits" or counts == "days":
        mark, unknown = _mark(rule, counts, claim, line)
        return CountedLine(line=line, days=days, mark=mark, doubt=(*doubt, *unknown))
    assert_never(counts)


def _units(line: ServiceLine) -> Decimal:
    if isinstance(line, HistoryLine) and line.paid_units is not None:
        return line.paid_units
    return line.units


def minutes_counted(rule: FrequencyLimit, line: ServiceLine) -> Decimal | None:
    """The minutes of the line: as paid, as billed, or what its units are worth by the rule."""
    if isinstance(line, HistoryLine) and line.paid_minutes is not None:
        return Decimal(line.paid_minutes)
    billed = minutes_of_line(line)
    if billed is not None:
        return Decimal(billed)
    return rule.unit_minutes.of(line.code, _units(line)) if rule.unit_minutes else None


def _clock(line: ServiceLine) -> tuple[int, int] | None:
    """First and last minute of the session, counted from the first of all days."""
    session, minutes = line.session, minutes_of_line(line)
    if not isinstance(session, Session) or session.start is None or minutes is None:
        return None
    start = datetime.combine(line.date_from, session.start)
    first = start.toordinal() * _DAY + start.hour * 60 + start.minute
    return first, first + minutes


def _mark(
    rule: FrequencyLimit, counts: Literal["visits", "days"], claim: Claim, line: ServiceLine
) -> tuple[Hashable, MissingFacts]:
    """Return what makes the line one visit or day with others, and what is missing to know it."""
    if counts == "days" or rule.visit == "date":
        return None, NONE_MISSING
    if rule.visit == "session":
        mark = line.session.id if isinstance(line.session, Session) else None
        return mark, NONE_MISSING if mark is not None else of_record("session.id")
    if rule.visit == "date-and-provider":
        own = not isinstance(line, HistoryLine)
        provider = claim.rendering_provider(line) if own else line.rendering_provider
        return (
            (provider.npi, NONE_MISSING) if provider else (None, of_history("rendering_provider"))
        )
    assert_never(rule.visit)
