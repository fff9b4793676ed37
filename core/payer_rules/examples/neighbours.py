"""The other lines that the conditions of a rule ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, TreatmentDates
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import kind_of
from payer_rules.kinds.claim_changes import paid_before
from payer_rules.kinds.related_lines import like, of_member_asked
from payer_rules.rules import CoursePosition, DaysAround, Nearness, OtherLine, Rule

#: The most days of a month.
_MONTH: Final = 31


def with_neighbours(rule: Rule, claim: Claim) -> tuple[Claim, History]:
    """Return the claim with the line of the same day that the rule asks for, and its history."""
    companion = rule.when.same_day
    wanted: list[OtherLine] = [*rule.when.history, *rule.when.other_lines]
    if companion is not None and companion.scope == "another-member":
        wanted.append(companion)
    elif companion is not None:
        second = attrs.evolve(like(claim.lines[0], companion), number=2)
        claim = attrs.evolve(claim, lines=[*claim.lines, second])
    earlier = [
        _paid(claim, other, number, _day_of(other, claim.lines[0]))
        for number, other in enumerate(wanted, 1)
    ]
    earlier += _of_course(rule.when.course, claim)
    earlier += kind_of(rule).earlier_lines(rule, claim)
    claim = _with_opening(rule.when.course, claim)
    return claim, History(lines=earlier, covers_rendering=claim.billing_provider.npi)


def _with_opening(position: CoursePosition | None, claim: Claim) -> Claim:
    """Return the claim with the date that opens the course, if a date does."""
    if position is None or position.course.opens_on is None:
        return claim
    opened = claim.lines[0].date_from - timedelta(days=max(0, _day_in(position) - 1))
    return attrs.evolve(claim, dates=TreatmentDates(**{position.course.opens_on: opened}))


def _of_course(position: CoursePosition | None, claim: Claim) -> list[HistoryLine]:
    """Return as many earlier services of the course as the place of the line asks for."""
    if position is None:
        return []
    line, course = claim.lines[0], position.course
    ordinal = position.ordinal.at_least or 1 if position.ordinal else 1
    day = _day_in(position)
    is_service = line.code in course.services
    count = max(ordinal - 1, 1 if day > 1 or not is_service else 0)
    days = [line.date_from - timedelta(days=max(1, day - 1))] * min(count, 1)
    days += [line.date_from - timedelta(days=1)] * (count - 1)
    codes = [min(course.openers or course.codes), *[min(course.codes)] * count]
    return [
        paid_before(claim, line.recoded(code), 100 + number, day)
        for number, (code, day) in enumerate(zip(codes, days, strict=False))
    ]


def _day_in(position: CoursePosition) -> int:
    """Return a day of the course on which a line may be in the place."""
    day = position.day.at_least or 1 if position.day else 1
    month = position.month.at_least or 1 if position.month else 1
    return max(day, (month - 1) * _MONTH + 1)


def _day_of(other: OtherLine, line: ServiceLine) -> date:
    """Return a day on which the other line may be: the day before, if it may be then."""
    return line.date_from + timedelta(days=_distance(other.near))


def _distance(near: Nearness) -> int:
    if not isinstance(near, DaysAround):
        return -1 if near == "any-earlier-day" else 0
    return -1 if near.looks_back else 1


def _paid(claim: Claim, other: OtherLine, number: int, day: date) -> HistoryLine:
    """Return a line that was paid and that meets the criteria."""
    line = paid_before(claim, like(claim.lines[0], other), number, day)
    return of_member_asked(line, other)
