"""Courses of treatment: what opens one, what closes it, and where in it a line stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.bounds import Bounds
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import LINE_CODE


@attrs.frozen(kw_only=True)
class CourseEnd(CheckedRule):
    """The end of a course: whichever of those that are stated comes first.

    A course is closed after so many days without a service of it, or so many months, which end on
    the same day of the month: the next service then belongs to no course, or opens another.
    It lasts at most so many ``days`` or ``months`` from its first day on. A service with one of the
    ``codes`` is its last; if it can also open a course, it is the first of the next.
    """

    days_without: int | None = attrs.field(default=None, metadata={"least": 1})
    months_without: int | None = attrs.field(default=None, metadata={"least": 1})
    days: int | None = attrs.field(default=None, metadata={"least": 1})
    months: int | None = attrs.field(default=None, metadata={"least": 1})
    codes: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(LINE_CODE))

    def __str__(self) -> str:
        numbers = ("days_without", "months_without", "days", "months")
        stated = [f"{getattr(self, name)} {name}" for name in numbers if getattr(self, name)]
        return " ".join([*stated, *sorted(self.codes)])

    def _field_errors(self) -> Iterator[FieldError]:
        for days, months in (("days_without", "months_without"), ("days", "months")):
            if None not in (getattr(self, days), getattr(self, months)):
                message = f"{days} and {months} are both stated"
                yield FieldError((months,), message, "Leave one of them out.")


_NEVER: Final = CourseEnd()
#: The dates of a claim on which a course may open.
OpeningDate: TypeAlias = Literal[
    "onset",
    "initial_treatment",
    "last_seen",
    "accident",
    "last_menstrual_period",
    "discharge",
    "order",
]


@attrs.frozen(kw_only=True)
class Course(CheckedRule):
    """A course of treatment as a payer defines it, with the payer's own name for it.

    ``codes`` are its services, and ``opens`` those that can open it: without them, each can. With
    ``opens_on`` it opens on that date of the claim instead, before the services of the day, and
    only the services from then on are of it. A course that never closes is one for life. The
    services are those of the member with any provider: earlier ones that were paid, and those of
    the claim as billed.
    """

    name: str = attrs.field(default="", metadata={"key": None})
    codes: frozenset[str] = attrs.field(metadata=of_form(LINE_CODE))
    opens: frozenset[str] | None = attrs.field(default=None, metadata=of_form(LINE_CODE))
    opens_on: OpeningDate | None = None
    closes: CourseEnd | None = None

    @property
    def openers(self) -> frozenset[str]:
        """Return the codes of services that can open the course: none if a date opens it."""
        if self.opens_on is not None:
            return frozenset()
        return self.codes if self.opens is None else self.opens

    @property
    def services(self) -> frozenset[str]:
        """Return the codes of all services that open, continue or close the course."""
        return self.codes | self.openers | self.ends.codes

    @property
    def ends(self) -> CourseEnd:
        """Return what closes the course: nothing if that is not stated."""
        return self.closes or _NEVER

    def _field_errors(self) -> Iterator[FieldError]:
        if not self.codes:
            yield FieldError(("codes",), "codes lists no code", "Write at least one.")
        if self.opens == frozenset():
            yield FieldError(("opens",), "opens lists no code", "Leave it out.")
        if self.opens is not None and self.opens_on is not None:
            message = "opens and opens_on are both stated"
            yield FieldError(
                ("opens_on",), message, "Write what opens the course: codes or a date."
            )


@attrs.frozen(kw_only=True)
class CoursePosition(CheckedRule):
    """The place of a line in a course: all that is stated must hold.

    ``ordinal`` is that of the service in its course, ``day`` and ``month`` those of the line: all
    begin with 1. A month of a course begins on the same day of the month, or on the last day of a
    shorter one. ``number`` is that of the course among the member's. A line outside a course is in
    no place of it.
    """

    course: Course
    ordinal: Bounds | None = None
    day: Bounds | None = None
    month: Bounds | None = None
    number: Bounds | None = None
