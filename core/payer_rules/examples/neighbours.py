"""The other lines that the conditions of a rule ask for."""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from payer_rules.claims import Claim, ServiceLine, TreatmentDates
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.kinds.frequency_limit.parts import DECIDED_AMOUNTS
from payer_rules.kinds.related_lines import like
from payer_rules.rules import CoursePosition, DaysAround, Nearness, OtherLine, Rule


def with_neighbours(rule: Rule, claim: Claim) -> tuple[Claim, History]:
    """Return the claim with the line of the same day that the rule asks for, and its history.

    The history of a limit on paid or allowed dollars uses it up: of a claim's own lines they are
    not known yet.
    """
    companion = rule.when.same_day
    if companion is not None:
        second = attrs.evolve(like(claim.lines[0], companion), number=2)
        claim = attrs.evolve(claim, lines=[*claim.lines, second])
    wanted: list[OtherLine] = [*rule.when.history, *rule.when.other_lines]
    earlier = [
        _paid(claim, like(claim.lines[0], other), number, _day_of(other, claim.lines[0]))
        for number, other in enumerate(wanted, 1)
    ]
    earlier += _of_course(rule.when.course, claim)
    earlier += _of_amounts(rule, claim)
    claim = _with_opening(rule.when.course, claim)
    return claim, History(lines=earlier, covers_rendering=claim.billing_provider.npi)


def _with_opening(position: CoursePosition | None, claim: Claim) -> Claim:
    """Return the claim with the date that opens the course, if a date does."""
    if position is None or position.course.opens_on is None:
        return claim
    day = position.day.at_least or 1 if position.day else 1
    opened = claim.lines[0].date_from - timedelta(days=max(0, day - 1))
    return attrs.evolve(claim, dates=TreatmentDates(**{position.course.opens_on: opened}))


def _of_course(position: CoursePosition | None, claim: Claim) -> list[HistoryLine]:
    """Return as many earlier services of the course as the place of the line asks for."""
    if position is None:
        return []
    line, course = claim.lines[0], position.course
    ordinal = position.ordinal.at_least or 1 if position.ordinal else 1
    day = position.day.at_least or 1 if position.day else 1
    is_service = line.code in course.services
    count = max(ordinal - 1, 1 if day > 1 or not is_service else 0)
    days = [line.date_from - timedelta(days=max(1, day - 1))] * min(count, 1)
    days += [line.date_from - timedelta(days=1)] * (count - 1)
    codes = [min(course.openers or course.codes), *[min(course.codes)] * count]
    return [
        _paid(claim, line.recoded(code), 100 + number, day)
        for number, (code, day) in enumerate(zip(codes, days, strict=False))
    ]


def _of_amounts(rule: Rule, claim: Claim) -> list[HistoryLine]:
    """Return a line of the day before that was paid all the dollars of the limit."""
    if not isinstance(rule, FrequencyLimit) or rule.counts not in DECIDED_AMOUNTS:
        return []
    if rule.limit == "none":
        return []
    line, most = claim.lines[0], rule.limit
    before = _paid(claim, line, 200, line.date_from - timedelta(days=1))
    return [attrs.evolve(before, setting=claim.setting, charge=most, allowed=most, paid=most)]


def _day_of(other: OtherLine, line: ServiceLine) -> date:
    """Return a day on which the other line may be: the day before, if it may be then."""
    return line.date_from + timedelta(days=_distance(other.near))


def _distance(near: Nearness) -> int:
    if not isinstance(near, DaysAround):
        return -1 if near == "any-earlier-day" else 0
    return -1 if near.looks_back else 1


def _paid(claim: Claim, line: ServiceLine, number: int, day: date) -> HistoryLine:
    return HistoryLine(
        claim=f"BEFORE-{number}",
        member=claim.member.id,
        billing_provider=claim.billing_provider,
        rendering_provider=line.rendering_provider,
        code=line.code,
        modifiers=line.modifiers,
        date_from=day,
        place_of_service=line.place_of_service,
        modality=line.modality,
        status="paid",
    )
