"""Texts that are applied to days for which they were not read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.rules import DateRange, Rule
from payer_rules.rules.carried_texts import carried_text

SUPERSEDED: Final = "superseded"


@attrs.frozen
class AgedText:
    """A text of a rule, applied to a day after those for which it was read.

    ``last`` is the last day for which it was read, if it names one, and ``first_of_next`` the first
    day of a later edition, which is applied too. ``is_for_review``: so are its findings.
    """

    last: date | None
    first_of_next: date | None = None
    is_for_review: bool = False

    def __str__(self) -> str:
        if self.first_of_next is not None:
            return f"{self.last} and {self.first_of_next}"
        return "an unknown day" if self.last is None else f"{self.last}"


@attrs.frozen
class TextDates:
    """The days for which the text of a rule was read, and those of its other editions."""

    rule: Rule
    others: Sequence[Rule]

    def carried_to(self, line: ServiceLine) -> AgedText | Literal["superseded"] | None:
        """Return how the text is applied to the days of a line for which it was not read.

        Of the texts for earlier days the newest is applied. Between two editions both are. The text
        is ``None`` if it is too old, or was read for later days only, or before a place or modifier
        of the line was introduced of which it would speak.
        """
        verified = self.rule.verified_dates
        if verified is None:
            return AgedText(None, is_for_review=True)
        first, last = verified.first or date.min, verified.last or date.max
        if line.date_from >= first:
            return self._carried_forward(line, last)
        before = [other for other in self._before(line) if _last(other) < first]
        if not before or any(_first(other) < first for other in self._after(line)):
            return SUPERSEDED if before else None
        return AgedText(max(map(_last, before)), first, is_for_review=True)

    def _carried_forward(
        self, line: ServiceLine, last: date
    ) -> AgedText | Literal["superseded"] | None:
        if any(_last(other) > last for other in self._before(line)):
            return SUPERSEDED
        if self.rule.is_older_than_words_of(line, last):
            return None
        after = [_first(other) for other in self._after(line)]
        if after:
            return AgedText(last, min(after), is_for_review=True)
        age = carried_text(DateRange(None, last), self.rule.citations, line.date_to)
        if age is None or age == "expired":
            return None
        return AgedText(last, is_for_review=age == "review")

    def _before(self, line: ServiceLine) -> list[DateRange]:
        """Return the dates of the other editions that were read for days before the line's last."""
        return [
            dates
            for dates in self._others_in_force(line)
            if _first(dates) <= line.date_from and _last(dates) < line.date_to
        ]

    def _after(self, line: ServiceLine) -> list[DateRange]:
        """Return the dates of the other editions that were read for days after the line's first."""
        return [dates for dates in self._others_in_force(line) if _first(dates) > line.date_from]

    def _others_in_force(self, line: ServiceLine) -> list[DateRange]:
        return [
            other.verified_dates
            for other in self.others
            if other.verified_dates is not None
            and (other.in_force_by == "received" or line.date_to in other.in_force)
        ]


def _first(dates: DateRange) -> date:
    return dates.first or date.min


def _last(dates: DateRange) -> date:
    return dates.last or date.max
