"""Windows of time in which services are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, Self, TypeAlias, get_args

import attrs

from payer_rules.errors import FieldError, InvalidValueError, nearest
from payer_rules.rules.courses import Course
from payer_rules.values.checked import CheckedRule
from payer_rules.values.structure import structure

Weekday: TypeAlias = Literal[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
]
WindowShape: TypeAlias = Literal[
    "line",
    "session",
    "day",
    "rolling",
    "rolling-months",
    "anchored",
    "week",
    "month",
    "gap-full-months",
    "calendar-year",
    "fiscal-year",
    "benefit-year",
    "episode",
    "authorization",
    "course",
    "lifetime",
]

WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
#: The windows that are a word in a profile, and those that are a table with a number or a start.
WORDS: Final[tuple[WindowShape, ...]] = (
    "line",
    "session",
    "day",
    "month",
    "calendar-year",
    "benefit-year",
    "episode",
    "authorization",
    "lifetime",
)
NUMBERED: Final[dict[str, WindowShape]] = {
    "rolling_days": "rolling",
    "rolling_months": "rolling-months",
    "anchored_days": "anchored",
    "gap_full_months": "gap-full-months",
}
BEGUN: Final[dict[str, WindowShape]] = {"week_from": "week", "fiscal_year_from": "fiscal-year"}
_FORMS: Final = [*WORDS, *(f"{{ {key} = … }}" for key in (*NUMBERED, *BEGUN))]
#: The windows in which the next service may come some days early.
_MAY_BE_EARLY: Final = ("rolling", "rolling-months", "gap-full-months")
_DAYS: Final[dict[WindowShape, int]] = {
    "line": 0,
    "session": 0,
    "day": 1,
    "week": 7,
    "month": 31,
    "calendar-year": 366,
    "fiscal-year": 366,
    "benefit-year": 366,
    "episode": 10**6,
    "authorization": 10**6,
    "course": 10**6,
    "lifetime": 10**7,
}
_PERIODS: Final = ("week", "month", "calendar-year", "fiscal-year", "benefit-year")
_MONTH: Final = 31
_SHORT_MONTH: Final = 28
_month_day: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])").fullmatch
_LONG_MONTHS: Final = ("01", "03", "05", "07", "08", "10", "12")


@attrs.frozen
class Window(CheckedRule):
    """A window of time of one shape.

    ``number`` is its length: days or months of a rolling window (any consecutive ones), days of an
    anchored window (which opens at the first counted service after the last window ended), or the
    whole calendar months of a gap that must lie between two services. ``begins`` is the first day
    of a week, or the month and day on which a fiscal year begins.

    A rolling window of months ends on the day before the same day of the month so many months
    later, or before the last day of a shorter month: one month from 31 January ends on 27 February,
    or on 28 February in a leap year. So with a limit of one the next service is due on the same day
    so many months later. With ``early_by_days`` a rolling window, or a gap, ends so many days
    earlier: a refill may come that many days before it is due.

    A profile writes ``"line"``, ``"session"``, ``"day"``, ``"month"``, ``"calendar-year"``,
    ``"benefit-year"``, ``"episode"``, ``"authorization"`` (the days of the authorization that
    covers the line), ``"lifetime"``, ``{ rolling_days = 7 }``,
    ``{ rolling_months = 6 }``, ``{ anchored_days = 30 }``, ``{ week_from = "sunday" }``,
    ``{ fiscal_year_from = "04-01" }``, or ``{ gap_full_months = 11 }``. A rolling window or a gap
    may add days: ``{ rolling_months = 1, early_by_days = 4 }``. ``{ course = "treatment" }`` is a
    course that the profile defines under ``[courses.treatment]``.
    """

    shape: WindowShape
    number: int | None = attrs.field(default=None, metadata={"least": 1})
    begins: str | None = None
    early_by_days: int = attrs.field(default=0, metadata={"least": 0})
    course: Course | None = None

    @classmethod
    def rolling(cls, days: int) -> Self:
        """Return the window of so many consecutive days: 1 is the day, and 0 is the line."""
        if days in (0, 1):
            return cls("day" if days else "line")
        return cls("rolling", days)

    def _field_errors(self) -> Iterator[FieldError]:
        has_number, has_begin = self.shape in NUMBERED.values(), self.shape in BEGUN.values()
        if has_number != (self.number is not None):
            message = f"a window of shape {self.shape!r} and number {self.number}"
            remedy = "Write the number." if has_number else "Leave the number out."
            yield FieldError(("number",), message, remedy)
        if has_begin != (self.begins is not None):
            message = f"a window of shape {self.shape!r} that begins on {self.begins}"
            remedy = "Write the first day." if has_begin else "Leave begins out."
            yield FieldError(("begins",), message, remedy)
        elif self.shape == "week" and self.begins not in WEEKDAYS:
            message = f"{self.begins!r} is not a day of the week"
            yield FieldError(("begins",), message, nearest(str(self.begins), WEEKDAYS))
        elif self.shape == "fiscal-year" and not is_month_day(str(self.begins)):
            message = f"{self.begins!r} is not a month and a day"
            yield FieldError(("begins",), message, 'Write it like "04-01".')
        yield from self._errors_of_early_days()
        if (self.shape == "course") != (self.course is not None):
            message = f"a window of shape {self.shape!r} and course {self.course}"
            remedy = 'Write a course in a window of the shape "course" alone.'
            yield FieldError(("course",), message, remedy)

    def _errors_of_early_days(self) -> Iterator[FieldError]:
        if not self.early_by_days:
            return
        if self.shape not in _MAY_BE_EARLY:
            message = f"a window of shape {self.shape!r} has no next service that may come early"
            remedy = "Leave early_by_days out, or write a rolling window or a gap."
            yield FieldError(("early_by_days",), message, remedy)
        elif self.early_by_days >= self._fewest_days:
            message = f"{self.early_by_days} days early, in a window of {self._fewest_days} days"
            yield FieldError(("early_by_days",), message, "Write fewer days than the window has.")

    @property
    def _fewest_days(self) -> int:
        number = self.number or 0
        return number if self.shape == "rolling" else number * _SHORT_MONTH

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the window of ``"day"`` or ``{ rolling_days = 7 }``."""
        if isinstance(data, str):
            return cls._named(data)
        stated = dict(data) if isinstance(data, dict) else {}
        early = stated.pop("early_by_days", 0)
        if len(stated) != 1:
            message = f"{data!r} is not a window"
            raise InvalidValueError([FieldError((), message, f"Write one of {', '.join(_FORMS)}.")])
        ((key, value),) = stated.items()
        if early != 0:
            return attrs.evolve(cls.from_data({key: value}), early_by_days=early)
        if key in NUMBERED:
            return cls._numbered(str(key), value)
        if key in BEGUN:
            return cls._begun(str(key), value)
        if key == "course":
            return cls("course", course=structure(Course, value))
        message = f"unknown kind of window {str(key)!r}"
        remedy = nearest(str(key), [*NUMBERED, *BEGUN, "course"])
        if key == "gap_months":
            remedy = "Did you mean 'rolling_months'?"
        raise InvalidValueError([FieldError((), message, remedy)])

    @classmethod
    def _named(cls, word: str) -> Self:
        for shape in WORDS:
            if word == shape:
                return cls(shape)
        if word == "week":
            message, remedy = "the week has no first day", 'Write { week_from = "sunday" }.'
            raise InvalidValueError([FieldError((), message, remedy)])
        raise InvalidValueError(
            [FieldError((), f"{word!r} is not a window", nearest(word, _FORMS))]
        )

    @classmethod
    def _numbered(cls, key: str, value: object) -> Self:
        if type(value) is not int or value < 1:
            unit = key.replace("_", " ")
            message = f"a window of {value!r} {unit}"
            raise InvalidValueError(
                [FieldError((key,), message, "Write a whole number, 1 or more.")]
            )
        shape = NUMBERED[key]
        return cls.rolling(value) if shape == "rolling" else cls(shape, value)

    @classmethod
    def _begun(cls, key: str, value: object) -> Self:
        text = value if isinstance(value, str) else repr(value)
        if key == "week_from" and text not in WEEKDAYS:
            message, remedy = f"{text!r} is not a day of the week", nearest(text, WEEKDAYS)
            raise InvalidValueError([FieldError((key,), message, remedy)])
        if key == "fiscal_year_from" and not is_month_day(text):
            message = f"{text!r} is not a month and a day"
            raise InvalidValueError([FieldError((key,), message, 'Write it like "04-01".')])
        return cls(BEGUN[key], None, text)

    @property
    def is_period(self) -> bool:
        """Return True for a week, month or year: the calendar decides the first day."""
        return self.shape in _PERIODS

    @property
    def days(self) -> int:
        """Return about the most days it can have; shorter windows are evaluated first."""
        if self.shape in ("rolling", "anchored"):
            return self.number or 0
        if self.shape in ("rolling-months", "gap-full-months"):
            return _MONTH * (self.number or 0)
        return _DAYS[self.shape]

    def __str__(self) -> str:
        texts: dict[WindowShape, str] = {
            "rolling": f"any {self.number} days",
            "rolling-months": f"any {self.number} months",
            "anchored": f"{self.number} days from the first service",
            "week": f"week from {self.begins}",
            "gap-full-months": f"{self.number} full months between services",
            "fiscal-year": f"fiscal year from {self.begins}",
            "course": f"course {self.course.name}" if self.course else "course",
        }
        early = f", {self.early_by_days} days early" if self.early_by_days else ""
        return texts.get(self.shape, self.shape.replace("-", " ")) + early


def is_month_day(text: str) -> bool:
    """Return True if the text is a month and a day, such as ``"04-01"`` or ``"02-29"``."""
    if not _month_day(text):
        return False
    month, day = text.split("-")
    return day <= ("29" if month == "02" else "31" if month in _LONG_MONTHS else "30")


LINE: Final = Window("line")
DAY: Final = Window("day")
