"""Claims that keep or break a frequency limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import Claim, Provider, Session, TreatmentDates
from payer_rules.history import HistoryLine
from payer_rules.kinds.claim_changes import (
    OTHER_PROVIDER,
    authorization_of,
    paid_before,
    with_codes,
    with_each_line,
    with_line,
)
from payer_rules.kinds.frequency_limit.parts import DECIDED_AMOUNTS, ReductionUnless
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import Course, Window, listed_codes

#: Up to so many services, lines that differ are tried as well.
_FEW: Final = 20
_MOST_LINES: Final = 200
_MINUTES_OF_DAY: Final = 24 * 60 - 1
_DAYS_OF_MONTH: Final = 31
#: The days from that of an example to the end of the year.
_DAYS_LEFT_OF_YEAR: Final = 138
_HALF: Final = timedelta(days=180)
_THIRD_PROVIDER: Final = Provider(npi="1234567810", profession="psychologist", supervised_by="none")


def examples(rule: FrequencyLimit, base: Claim) -> Iterator[Claim]:
    """Yield the claim with as many services as the limit allows, and with one more."""
    if rule.counts in DECIDED_AMOUNTS:
        base = with_line(base, allowed=base.lines[0].charge)
        yield base
        yield attrs.evolve(base, authorizations=(authorization_of(base),))
    for claim in _examples(rule, _authorized(rule, base)):
        yield claim if rule.window.course is None else _in_course(claim, rule.window.course)


def earlier_lines(rule: FrequencyLimit, claim: Claim) -> Iterator[HistoryLine]:
    """Yield a line of the day before that was paid all the dollars of the limit.

    Of a claim's own lines it is not known yet what is paid for them.
    """
    if rule.counts in DECIDED_AMOUNTS and rule.limit != "none":
        line, most = claim.lines[0], rule.limit
        before = paid_before(claim, line, 200, line.date_from - timedelta(days=1))
        yield attrs.evolve(before, setting=claim.setting, charge=most, allowed=most, paid=most)


def _examples(rule: FrequencyLimit, base: Claim) -> Iterator[Claim]:
    most = 1 if rule.limit == "none" else int(rule.limit / _amount(rule, base))
    if rule.counts in ("minutes", "clock-minutes") and most < _MINUTES_OF_DAY:
        yield from (_lasting(base, minutes) for minutes in (most, most + 1))
    lines = min(most // _minutes(rule, base), _MOST_LINES)
    # NOTE: more units than lines are shown only where units are counted: they are on one line.
    most_units = most + 1 if rule.counts == "units" else _MOST_LINES + 1
    for count, units in zip((lines, lines + 1), (min(most, most_units), most + 1), strict=True):
        if count:
            yield _repeated(rule, base, count)
        yield with_line(base, units=Decimal(max(1, min(units, most_units))))
        if rule.pool == "together" and 1 < count <= len(listed_codes(rule.codes)):
            yield with_codes(base, *sorted(listed_codes(rule.codes))[:count])
    if most < _FEW:
        yield from _above(rule, with_codes(base, *[base.lines[0].code] * (most + 1)))


def _above(rule: FrequencyLimit, claim: Claim) -> Iterator[Claim]:
    """Yield a claim above the limit with lines that differ, and with an authorization."""
    yield with_each_line(claim, [{"charge": Decimal(50 + line.number)} for line in claim.lines])
    for sessions in (1, len(claim.lines)):
        yield with_each_line(claim, _sessions(sessions, len(claim.lines)))
    same: list[dict[str, Any]] = [{}] * (len(claim.lines) - 1)
    yield with_each_line(claim, [*same, {"rendering_provider": OTHER_PROVIDER}])
    if rule.counts == "visits":
        providers = [claim.billing_provider, OTHER_PROVIDER, _THIRD_PROVIDER]
        of_one = {"session": Session(id="S0", group_size=8)}
        yield with_each_line(
            claim,
            [
                {**of_one, "rendering_provider": providers[at % len(providers)]}
                for at, _ in enumerate(claim.lines)
            ],
        )
    if rule.exempts_authorized or isinstance(rule.excess, ReductionUnless):
        yield attrs.evolve(claim, authorizations=(authorization_of(claim),))


def _minutes(rule: FrequencyLimit, claim: Claim) -> int:
    """Return the minutes of the first line if minutes are counted; else 1."""
    is_timed = rule.counts in ("minutes", "clock-minutes")
    return (claim.lines[0].minutes if is_timed else None) or 1


def _amount(rule: FrequencyLimit, claim: Claim) -> Decimal:
    """Return the dollars or the points of the first line; 1 if other things are counted."""
    line = claim.lines[0]
    if rule.counts in ("charged", *DECIDED_AMOUNTS) and line.charge:
        return line.charge
    if rule.counts == "points" and rule.points is not None:
        return rule.points.of(line.code)
    return Decimal(1)


def _in_course(claim: Claim, course: Course) -> Claim:
    """Return the claim with a service on the day before that opens the course."""
    first = claim.lines[0]
    day = min(line.date_from for line in claim.lines) - timedelta(days=1)
    if course.opens_on is not None:
        return attrs.evolve(claim, dates=TreatmentDates(**{course.opens_on: day}))
    if first.code in course.openers:
        return claim
    number = len(claim.lines) + 1
    code = min(course.openers)
    opener = first.recoded(code, number=number, date_from=day, date_to=day)
    return attrs.evolve(claim, lines=[*claim.lines, opener])


def _authorized(rule: FrequencyLimit, claim: Claim) -> Claim:
    """Return the claim with an authorization of a year if the limit counts in authorizations."""
    if rule.window.shape != "authorization":
        return claim
    day = claim.lines[0].date_from
    held = attrs.evolve(
        authorization_of(claim),
        codes=listed_codes(rule.codes) or None,
        date_from=day - _HALF,
        date_to=day + _HALF,
    )
    return attrs.evolve(claim, authorizations=(held,))


def _sessions(sessions: int, lines: int) -> list[dict[str, Any]]:
    return [{"session": Session(id=f"S{at % sessions}", group_size=8)} for at in range(lines)]


def _lasting(claim: Claim, minutes: int) -> Claim:
    """Return the claim with a session of so many minutes, billed and by the clock."""
    end = time(minutes // 60, minutes % 60)
    session = Session(start=time(0), end=end, group_size=1)
    return with_line(claim, minutes=minutes, session=session)


def _repeated(rule: FrequencyLimit, base: Claim, count: int) -> Claim:
    """Return the claim with so many lines, spread over the window."""
    lines = with_codes(base, *[base.lines[0].code] * count)
    return _moved_into_force(_spread(lines, rule.window), rule)


def _spread(claim: Claim, window: Window) -> Claim:
    """Return the claim with its lines on different days, as far apart as the window allows."""
    longest = _DAYS_OF_MONTH if window.days <= _DAYS_OF_MONTH else _DAYS_LEFT_OF_YEAR
    apart = 1 if 1 < len(claim.lines) <= longest and window.days > 1 else 0
    if window.shape in ("rolling", "anchored"):
        apart = max(0, window.days - 1) // max(1, len(claim.lines) - 1)
    return with_each_line(
        claim,
        [
            {"date_from": day, "date_to": day}
            for at, line in enumerate(claim.lines)
            for day in [line.date_from + timedelta(days=at * apart)]
        ],
    )


def _moved_into_force(claim: Claim, rule: FrequencyLimit) -> Claim:
    """Return the claim, moved to earlier days if its last line is after the dates of the rule."""
    first, last = claim.lines[0].date_from, claim.lines[-1].date_from
    if last in (rule.verified_dates or rule.in_force) and last in rule.in_force:
        return claim
    return with_each_line(
        claim,
        [
            {"date_from": day, "date_to": day}
            for line in claim.lines
            for day in [line.date_from - (last - first)]
        ],
    )
