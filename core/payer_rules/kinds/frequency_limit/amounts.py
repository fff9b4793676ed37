"""What a claim line adds to a limit: units, visits, minutes and the like."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, assert_never

import attrs

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.engine.days import missing_day
from payer_rules.engine.limits.calendars import DaySpan
from payer_rules.engine.limits.counted_lines import Aggregation, CountedLine
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field, of_history, of_record
from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.history import HistoryLine
from payer_rules.kinds.frequency_limit.parts import Measure
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit

AGGREGATIONS: Final[dict[Measure, Aggregation]] = {
    "units": "sum",
    "services": "sum",
    "minutes": "sum",
    "charged": "sum",
    "allowed": "sum",
    "paid": "sum",
    "points": "sum",
    "days": "distinct",
    "visits": "distinct",
    "clock-minutes": "clock",
}
_DAY: Final = 24 * 60


def counted_line(
    rule: FrequencyLimit, claim: Claim, line: ServiceLine, missing: MissingFacts
) -> CountedLine:
    """Return the line as the limit counts it.

    ``missing`` are the facts without which it is open whether the line counts; those without which
    its amount is open are added.
    """
    days = days_of(line)
    if rule.counts == "units":
        return CountedLine(line=line, days=days, amount=_units(line), missing=missing)
    if rule.counts == "services":
        return CountedLine(line=line, days=days, missing=missing)
    if rule.counts == "minutes":
        amount = minutes_counted(rule, line)
        unknown = NONE_MISSING if amount is not None else of_record("minutes")
        return CountedLine(line=line, days=days, amount=amount, missing=(*missing, *unknown))
    if rule.counts == "charged":
        charge = _charge(line)
        unknown = NONE_MISSING if charge is not None else _no_charge(line)
        return CountedLine(line=line, days=days, amount=charge, missing=(*missing, *unknown))
    if rule.counts == "allowed" or rule.counts == "paid":
        return _decided_amount(rule.counts, line, days, missing)
    if rule.counts == "points":
        assert rule.points is not None
        points = rule.points.of(line.code) * _units(line)
        return CountedLine(line=line, days=days, amount=points, missing=missing)
    if rule.counts == "clock-minutes":
        return _on_the_clock(line, days, missing)
    if rule.counts == "visits" or rule.counts == "days":
        mark, unknown = _mark(rule, rule.counts, claim, line)
        return CountedLine(line=line, days=days, mark=mark, missing=(*missing, *unknown))
    assert_never(rule.counts)


def days_of(line: ServiceLine) -> DaySpan:
    """Return the days of the line as ordinals."""
    return DaySpan(line.date_from.toordinal(), line.date_to.toordinal())


def _units(line: ServiceLine) -> Decimal:
    if isinstance(line, HistoryLine) and line.paid_units is not None:
        return line.paid_units
    return line.units


def _charge(line: ServiceLine) -> Decimal | None:
    """Return the charge of the line; of an earlier line that was paid in part, that part of it."""
    if isinstance(line, HistoryLine) and line.charge and line.units:
        return line.charge * _units(line) / line.units
    return line.charge


def _no_charge(line: ServiceLine) -> MissingFacts:
    return of_history("charge") if isinstance(line, HistoryLine) else field("charge")


def _decided_amount(
    counts: Literal["allowed", "paid"], line: ServiceLine, days: DaySpan, missing: MissingFacts
) -> CountedLine:
    """Return the line with what the payer allowed or paid, or will; it pays at most what it allows.

    Of a line of the claim this is known only if its allowed amount is, and is counted.
    """
    is_earlier = isinstance(line, HistoryLine)
    if counts == "allowed":
        amount = line.allowed
    else:
        amount = line.paid if isinstance(line, HistoryLine) else None
    if amount is not None:
        return CountedLine(line=line, days=days, amount=amount, missing=missing)
    unknown = of_history(counts) if is_earlier else field(counts)
    counted = CountedLine(line=line, days=days, amount=line.allowed, missing=missing)
    if is_earlier:
        return attrs.evolve(counted, missing=(*missing, *unknown))
    return attrs.evolve(counted, amount_unless=unknown)


def minutes_counted(rule: FrequencyLimit, line: ServiceLine) -> Decimal | None:
    """Return the minutes of the line: as paid, as billed, or by the rule's ``unit_minutes``."""
    if isinstance(line, HistoryLine) and line.paid_minutes is not None:
        return Decimal(line.paid_minutes)
    billed = minutes_of_line(line)
    if billed is not None:
        return Decimal(billed)
    return rule.unit_minutes.of(line.code, _units(line)) if rule.unit_minutes else None


def _on_the_clock(line: ServiceLine, days: DaySpan, missing: MissingFacts) -> CountedLine:
    clock = _clock(line) if days.is_one_day else None
    if clock is None:
        unknown = missing_day(line) or of_record("session.start")
        return CountedLine(line=line, days=days, amount=None, missing=(*missing, *unknown))
    amount = Decimal(clock[1] - clock[0])
    return CountedLine(line=line, days=days, amount=amount, clock=clock, missing=missing)


def _clock(line: ServiceLine) -> tuple[int, int] | None:
    """Return the first and last minute of the session, counted from the first calendar day."""
    session, minutes = line.session, minutes_of_line(line)
    if not isinstance(session, Session) or session.start is None or minutes is None:
        return None
    start = datetime.combine(line.date_from, session.start)
    first = start.toordinal() * _DAY + start.hour * 60 + start.minute
    return first, first + minutes


def _mark(
    rule: FrequencyLimit, counts: Literal["visits", "days"], claim: Claim, line: ServiceLine
) -> tuple[Hashable, MissingFacts]:
    """Return what lines of one visit or day have in common, and what is missing to know it."""
    if counts == "days" or rule.visit == "date":
        return None, NONE_MISSING
    if rule.visit == "session":
        mark = line.session.id if isinstance(line.session, Session) else None
        return mark, NONE_MISSING if mark is not None else of_record("session.id")
    if rule.visit == "date-and-provider":
        is_earlier = isinstance(line, HistoryLine)
        provider = line.rendering_provider if is_earlier else claim.rendering_provider(line)
        return (
            (provider.npi, NONE_MISSING) if provider else (None, of_history("rendering_provider"))
        )
    assert_never(rule.visit)
