"""The shapes of windows, each as a calendar: days, weeks, months, years, gaps, episodes."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from typing import Final, assert_never

from payer_rules.claims import Claim
from payer_rules.engine.limits.calendars import Calendar, DaySpan, PeriodCalendar, SlidingCalendar
from payer_rules.engine.missing import MissingFacts, field
from payer_rules.engine.months import first_day_within, months_on
from payer_rules.rules import WEEKDAYS, Window, WindowShape

FIRST_DAY: Final = date.min.toordinal()
LAST_DAY: Final = date.max.toordinal()
#: The shapes of several days whose windows hold the same days for all claims and lines.
LAID_OUT_ALIKE: Final[frozenset[WindowShape]] = frozenset(
    [
        *("rolling", "rolling-months", "gap-full-months", "week", "month"),
        *("calendar-year", "fiscal-year", "lifetime"),
    ]
)
_WEEK: Final = 7
_MONTH: Final = 31
_YEAR: Final = 366


def calendar_of(window: Window, claim: Claim) -> Calendar | MissingFacts:
    """Return the calendar of the window for the claim, or what is missing to lay it out."""
    if window.shape == "benefit-year":
        start = claim.member.benefit_year_start
        return _years(start) if start else field("member.benefit_year_start")
    if window.shape == "episode":
        return _episodes(claim)
    if window.shape == "authorization":
        return _authorized_days(claim)
    return _calendar(window)


def days_around(window: Window, day: int) -> DaySpan:
    """Return the days that share a window with the day, where it lies alike for all claims.

    Such windows are those of `LAID_OUT_ALIKE`.
    """
    return _calendar(window).related_days(DaySpan(day, day))


def widest_calendar(window: Window) -> Calendar:
    """Return windows that hold at least as much as those of the shape, wherever these lie."""
    if window.shape == "benefit-year":
        return _calendar(Window("rolling", _YEAR))
    return _calendar(Window("lifetime"))


def as_dates(days: DaySpan) -> tuple[date, date]:
    """Return the first and last day as dates, cut to the dates that Python has."""
    first, last = days
    if first < FIRST_DAY or last > LAST_DAY:
        first, last = (min(LAST_DAY, max(FIRST_DAY, day)) for day in days)
    return date.fromordinal(first), date.fromordinal(last)


@lru_cache(maxsize=256)
def _calendar(window: Window) -> Calendar:
    """Return the calendar of a shape that depends on the window alone."""
    number, shape = window.number or 0, window.shape
    if shape == "rolling":
        return _rolling(number - window.early_by_days)
    if shape == "rolling-months":
        months = SlidingCalendar(
            partial(_last_day_before_due, months=number),
            partial(_first_day_to_be_due_after, months=number),
            window.days,
        )
        return _ending_early(months, window.early_by_days)
    if shape == "gap-full-months":
        full_months = SlidingCalendar(
            partial(_end_of_month_after, months=number),
            partial(_start_of_month_before, months=number),
            window.days + _MONTH,
        )
        return _ending_early(full_months, window.early_by_days)
    if shape == "week":
        return PeriodCalendar(partial(_week, weekday=_weekday(window)), window.days)
    if shape == "fiscal-year":
        return _years(window.begins or "01-01")
    if shape == "calendar-year":
        return _years("01-01")
    if shape == "month":
        return PeriodCalendar(_month, window.days)
    if shape == "lifetime":
        return PeriodCalendar(_all_days, LAST_DAY)
    if shape == "day" or shape == "session":
        return PeriodCalendar(_one_day, 1)
    if (
        shape == "line"
        or shape == "anchored"
        or shape == "benefit-year"
        or shape == "episode"
        or shape == "authorization"
        or shape == "course"
    ):
        raise AssertionError(f"a window of shape {shape} is not laid out from the window alone")
    assert_never(shape)


def _rolling(days: int) -> SlidingCalendar:
    return SlidingCalendar(lambda start: start + days - 1, lambda end: end - days + 1, days)


def _ending_early(calendar: SlidingCalendar, days: int) -> SlidingCalendar:
    """Return the calendar with windows that end so many days earlier."""
    if not days:
        return calendar
    return SlidingCalendar(
        lambda start: calendar.end_of(start) - days,
        lambda end: calendar.start_of(min(LAST_DAY, end + days)),
        calendar.longest - days,
    )


def _episodes(claim: Claim) -> Calendar | MissingFacts:
    """Return two periods: the days before the episode, and those from its start on."""
    start = claim.episode_start
    if start is None:
        return field("episode_start")
    if start == "none":
        return PeriodCalendar(_all_days, LAST_DAY)
    return PeriodCalendar(partial(_before_or_from, start=start.toordinal()), LAST_DAY)


def _authorized_days(claim: Claim) -> Calendar | MissingFacts:
    """Return one period with the days of all authorizations, and each other day by itself.

    Which lines are of one authorization is decided when they are selected.
    """
    if claim.authorizations is None:
        return field("authorizations")
    spans = [
        DaySpan(
            held.date_from.toordinal() if held.date_from else FIRST_DAY,
            held.date_to.toordinal() if held.date_to else LAST_DAY,
        )
        for held in claim.authorizations
    ]
    if not spans:
        return PeriodCalendar(_one_day, 1)
    days = DaySpan(min(span.first for span in spans), max(span.last for span in spans))
    return PeriodCalendar(partial(_within_or_alone, days=days), days.last - days.first + 1)


def _within_or_alone(day: int, days: DaySpan) -> DaySpan:
    return days if days.first <= day <= days.last else DaySpan(day, day)


def _before_or_from(day: int, start: int) -> DaySpan:
    return DaySpan(start, LAST_DAY) if day >= start else DaySpan(FIRST_DAY, start - 1)


def _all_days(day: int) -> DaySpan:
    return DaySpan(FIRST_DAY, LAST_DAY)


def _one_day(day: int) -> DaySpan:
    return DaySpan(day, day)


def _weekday(window: Window) -> int:
    return WEEKDAYS.index(window.begins or "monday")


def _week(day: int, weekday: int) -> DaySpan:
    # NOTE: ordinal 1 is a Monday.
    first = day - (day - 1 - weekday) % _WEEK
    return DaySpan(max(FIRST_DAY, first), first + _WEEK - 1)


@lru_cache(maxsize=4096)
def _month(day: int) -> DaySpan:
    first = date.fromordinal(day).replace(day=1)
    return DaySpan(first.toordinal(), months_on(first, 1).toordinal() - 1)


def _years(begins: str) -> PeriodCalendar:
    """Return years that begin on the month and day."""
    month, day = map(int, begins.split("-"))
    return PeriodCalendar(partial(_year, month=month, day=day), _YEAR)


@lru_cache(maxsize=4096)
def _year(ordinal: int, month: int, day: int) -> DaySpan:
    year = date.fromordinal(ordinal).year
    years = (y for y in (year - 1, year, year + 1) if date.min.year <= y <= date.max.year)
    starts = [_start_of_year(y, month, day) for y in years]
    first = max((start for start in starts if start <= ordinal), default=FIRST_DAY)
    following = min((start for start in starts if start > ordinal), default=LAST_DAY)
    return DaySpan(first, following - 1)


def _start_of_year(year: int, month: int, day: int) -> int:
    """Return the first day of the year; 29 February becomes 1 March in a common year."""
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return date(year, month + 1, 1).toordinal()


def _last_day_before_due(start: int, months: int) -> int:
    due = _due(start, months)
    return LAST_DAY if due == LAST_DAY else due - 1


def _end_of_month_after(start: int, months: int) -> int:
    return _month(_due(_month(start).first, months)).last


def _start_of_month_before(end: int, months: int) -> int:
    return _due(_month(end).first, -months)


@lru_cache(maxsize=4096)
def _due(day: int, months: int) -> int:
    """Return the day that is so many months later, or earlier if ``months`` is negative."""
    return months_on(date.fromordinal(day), months).toordinal()


def _first_day_to_be_due_after(day: int, months: int) -> int:
    """Return the earliest day whose next service is due only after the day."""
    return first_day_within(date.fromordinal(min(LAST_DAY, day + 1)), months).toordinal()
