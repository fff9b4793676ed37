"""Months in conditions: earlier lines within so many months, and ages in months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from limit_oracle import month_later
from shapes import PAYER, claim, limit, line, paid

from payer_rules.claims import Member
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Age, EarlierLine, When

INTAKE: Final = frozenset(["90791"])
#: Days around the ends of months, of a leap year and of the years before and after it.
DAYS: Final = st.dates(date(2022, 12, 25), date(2025, 3, 5))
MONTHS: Final = st.integers(1, 25)


def is_denied(when: When, day: date, earlier: date | None = None, **fields: Any) -> bool:
    """Return True if a rule that allows no 90853 under the conditions denies one on the day."""
    book = RuleBook.build(PAYER, [limit(0, 1, "90853", when=when)])
    history = History(lines=[paid("90791", earlier)] if earlier else [])
    return bool(book.decide(claim(line(1, "90853", day), **fields), history).proved_findings)


def anniversary(born: date, months: int) -> date:
    """Return the day on which somebody is so many months old."""
    first = month_later(born.replace(day=1), months)
    days_left = (month_later(first, 1) - first).days
    return first + timedelta(days=min(born.day - 1, days_left))


@settings(max_examples=examples(200))
@given(DAYS, st.integers(0, 800), MONTHS)
def test_an_earlier_line_is_within_months_up_to_the_same_day(
    earlier: date, later: int, months: int
) -> None:
    """The service is at the latest on the same day of the month, or the last of a shorter one."""
    day = earlier + timedelta(days=later)
    when = When(history=(EarlierLine(codes=INTAKE, within_months=months),))
    expected = earlier < day <= month_later(earlier, months)
    assert is_denied(when, day, earlier) == expected


@settings(max_examples=examples(200))
@given(DAYS, MONTHS, st.integers(-3, 3))
def test_an_age_in_months_begins_on_the_anniversary(born: date, months: int, off: int) -> None:
    """A month is full on the same day, or on the first after a month that has no such day."""
    day = anniversary(born, months) + timedelta(days=off)
    member = Member(id="M", birth_date=born)
    assert is_denied(When(age=Age(at_least_months=months)), day, member=member) == (off >= 0)
    assert is_denied(When(age=Age(below_months=months)), day, member=member) == (off < 0)


@settings(max_examples=examples(100))
@given(DAYS, st.integers(1, 3), st.integers(-2, 2))
def test_twelve_months_are_a_year(born: date, years: int, off: int) -> None:
    """An age in years is the same age in months, for members born on a leap day too."""
    member = Member(id="M", birth_date=born)
    day = anniversary(born, 12 * years) + timedelta(days=off)
    in_years, in_months = Age(at_least=years), Age(at_least_months=12 * years)
    answers = {is_denied(When(age=age), day, member=member) for age in (in_years, in_months)}
    assert answers == {off >= 0}


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        (lambda: Age(at_least=1, at_least_months=3), "at_least and at_least_months are both"),
        (lambda: Age(below=1, below_months=3), "below and below_months are both"),
        (lambda: Age(at_least=1, below_months=12), "at least 12 and below 12 months: no age"),
        (lambda: Age(at_least_months=4, below_months=4), "at least 4 and below 4 months"),
        (
            lambda: EarlierLine(codes=INTAKE, within_days=30, within_months=1),
            "within_days and within_months are both",
        ),
    ],
)
def test_a_span_has_one_unit(construct: Any, message: str) -> None:
    """Two numbers for one bound, or no age between two bounds, are an error."""
    with pytest.raises(InvalidValueError, match=message):
        construct()
