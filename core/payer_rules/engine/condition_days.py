"""The days from which on the conditions and dates of a rule may hold on a line, or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from payer_rules.claims import Claim
from payer_rules.engine.days import day_after
from payer_rules.engine.months import first_day_within, months_on
from payer_rules.rules import DateRange, Rule

#: In months, the ages at which a text that was read for earlier dates counts for less.
_AGES_OF_TEXT = (0, 24, 60)
_YEAR = 12
_OLDEST = 150


def rule_days(rule: Rule) -> Iterator[date]:
    """Yield the days on which the rule, or what is known of its text, begins or ends."""
    yield from _ends(rule.in_force)
    yield from text_days(rule.verified_dates)


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
    if isinstance(claim.episode_start, date):
        yield claim.episode_start


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
    return rule.when.age is not None and rule.when.age.is_in_months


def condition_days(rule: Rule, day: int) -> Iterator[int]:
    """Yield the days from which on another line on the day may be, or not be, an earlier one."""
    for earlier in rule.when.history:
        if earlier.within_days is not None:
            for distance in (-earlier.within_days, earlier.within_days):
                yield from (day + distance, day + distance + 1)
        if earlier.within_months is not None:
            at = date.fromordinal(day)
            first = first_day_within(at, earlier.within_months).toordinal()
            last = months_on(at, earlier.within_months).toordinal()
            yield from (first, first + 1, last, last + 1)


def _ends(dates: DateRange) -> Iterable[date]:
    """Return the first day of the range and the day after its last, as far as it has them."""
    first = () if dates.first is None else (dates.first,)
    return (*first, dates.last + timedelta(days=1)) if dates.last is not None else first
