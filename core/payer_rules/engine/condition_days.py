"""The days from which on the conditions and dates of a rule may hold on a line, or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from payer_rules.claims import Claim, DatedStatus, Provider
from payer_rules.engine.days import day_after
from payer_rules.engine.months import months_on
from payer_rules.engine.nearness import change_days
from payer_rules.rules import DateRange, Rule

#: In months, the ages at which a text that was read for earlier dates counts for less.
_AGES_OF_TEXT = (0, 24, 60)
_YEAR = 12
_OLDEST = 150


def rule_days(rule: Rule) -> Iterator[date]:
    """Yield the days on which the rule, or what is known of its text, begins or ends."""
    yield from _ends(rule.in_force)
    yield from text_days(rule.verified_dates)
    for when in rule.condition_tables:
        for table in when.table:
            for dates in {row.dates for row in table.rows}:
                yield from _ends(dates)


def text_days(read: DateRange | None) -> Iterator[date]:
    """Yield the days on which what is known of a text changes, for the days it was read for."""
    if read is None:
        return
    yield from _ends(read)
    if read.last is not None:
        for months in _AGES_OF_TEXT:
            day = months_on(read.last, months)
            yield from (day, day_after(day))


def claim_days(claim: Claim) -> Iterator[date]:
    """Yield the days on which something that the claim states begins or ends."""
    for authorization in claim.authorizations or ():
        yield from _ends(DateRange(authorization.date_from, authorization.date_to))
    for stay in claim.inpatient_stays or ():
        yield from _ends(DateRange(stay.date_from, stay.date_to))
    for status in _statuses(claim):
        yield from _ends(DateRange(status.date_from, status.date_to))
    if isinstance(claim.episode_start, date):
        yield claim.episode_start


def _statuses(claim: Claim) -> Iterator[DatedStatus]:
    """Yield the statuses of the member, the providers and the stays."""
    yield from claim.member.statuses or ()
    for stay in claim.inpatient_stays or ():
        yield from stay.statuses or ()
    rendering = [line.rendering_provider for line in claim.lines]
    performing = [line.performed_by for line in claim.lines]
    for provider in {claim.billing_provider, *filter(None, (*rendering, *performing))}:
        yield from provider.statuses or ()
        if isinstance(provider.supervised_by, Provider):
            yield from provider.supervised_by.statuses or ()


def birthdays(claim: Claim, first: date, last: date, *, in_months: bool = False) -> Iterator[date]:
    """Yield the days of the span on which the member becomes a year, or a month, older."""
    born = claim.member.birth_date
    if born is None:
        return
    for months in range(0, _OLDEST * _YEAR, 1 if in_months else _YEAR):
        day = months_on(born, months)
        if first <= day <= last:
            # NOTE: a person born on 29 February ages on 1 March in most years.
            yield from (day, day_after(day))


def asks_for_months(rule: Rule) -> bool:
    """Return True if the rule is about an age in months."""
    ages = (when.age for when in rule.condition_tables)
    return any(age is not None and age.is_in_months for age in ages)


def asks_for_course(rule: Rule) -> bool:
    """Return True if the rule depends on a course of treatment."""
    window = rule.counting_window
    in_course = window is not None and window.course is not None
    return in_course or any(when.course is not None for when in rule.condition_tables)


def condition_days(rule: Rule, day: int) -> Iterator[int]:
    """Yield the days from which on another line on the day may be, or not be, one asked for."""
    for when in rule.condition_tables:
        for others in when.related_lines.values():
            for other in others:
                yield from change_days(other.near, day)


def _ends(dates: DateRange) -> Iterable[date]:
    """Return the first day of the range and the day after its last, as far as it has them."""
    first = () if dates.first is None else (dates.first,)
    return (*first, dates.last + timedelta(days=1)) if dates.last is not None else first
