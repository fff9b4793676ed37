"""Texts that are applied to days for which they were not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.rules import DateRange, Rule
from payer_rules.rules.carried_texts import carried_text

SUPERSEDED: Final = "superseded"
#: The number of spans of days that are kept for a text.
_CACHE_SIZE: Final = 1 << 11


@attrs.frozen
class AgedText:
    """A text of a rule, applied to a day after those for which it was read.

    ``last`` is the last day for which it was read, if it names one, and ``first_of_next`` the first
    day of a later edition, which is applied too. ``is_for_review``: so are its findings.
    """

    last: date | None
    first_of_next: date | None = None
    is_for_review: bool = False
    _label: str = attrs.field(init=False, eq=False, repr=False)

    @_label.default
    def _of_days(self) -> str:
        if self.first_of_next is not None:
            return f"{self.last} and {self.first_of_next}"
        return "an unknown day" if self.last is None else f"{self.last}"

    def __str__(self) -> str:
        return self._label


#: How a text is applied to days for which it was not read; ``None`` if it is not.
CarriedTo: TypeAlias = AgedText | Literal["superseded"] | None


@attrs.frozen(eq=False)
class TextDates:
    """The days for which the text of a rule was read, and those of its other editions."""

    rule: Rule
    others: Sequence[Rule]
    #: By the first and the last day of a line: most lines of a run share their days.
    _by_days: Callable[[date, date], CarriedTo] = attrs.field(init=False, repr=False)

    @_by_days.default
    def _cached(self) -> Callable[[date, date], CarriedTo]:
        return lru_cache(_CACHE_SIZE)(self._carried_to)

    def carried_to(self, line: ServiceLine) -> CarriedTo:
        """Return how the text is applied to the days of a line for which it was not read.

        Of the texts for earlier days the newest is applied. Between two editions both are. The text
        is ``None`` if it is too old, or was read for later days only, or before a place or modifier
        of the line was introduced of which it would speak.
        """
        text = self._by_days(line.date_from, line.date_to)
        verified = self.rule.verified_dates
        if verified is None or not isinstance(text, AgedText):
            return text
        is_later = line.date_from >= _first(verified)
        is_older = is_later and self.rule.is_older_than_words_of(line, _last(verified))
        return None if is_older else text

    def _carried_to(self, first_day: date, last_day: date) -> CarriedTo:
        """Return how the text is applied to the days, for any words of the line."""
        verified = self.rule.verified_dates
        if verified is None:
            return AgedText(None, is_for_review=True)
        first, last = _first(verified), _last(verified)
        others = self._others_in_force(last_day)
        before = [each for each in others if _first(each) <= first_day and _last(each) < last_day]
        after = [each for each in others if _first(each) > first_day]
        if first_day >= first:
            return self._carried_forward(last, before, after, last_day)
        earlier = [_last(each) for each in before if _last(each) < first]
        if not earlier or any(_first(each) < first for each in after):
            return SUPERSEDED if earlier else None
        return AgedText(max(earlier), first, is_for_review=True)

    def _carried_forward(
        self, last: date, before: Iterable[DateRange], after: Iterable[DateRange], last_day: date
    ) -> CarriedTo:
        """Return how the text, read up to a day, is applied to later ones.

        ``before`` and ``after`` are the dates of other editions that were read for earlier and for
        later days.
        """
        if any(_last(each) > last for each in before):
            return SUPERSEDED
        following = [_first(each) for each in after]
        if following:
            return AgedText(last, min(following), is_for_review=True)
        age = carried_text(DateRange(None, last), self.rule.citations, last_day)
        if age is None or age == "expired":
            return None
        return AgedText(last, is_for_review=age == "review")

    def _others_in_force(self, day: date) -> list[DateRange]:
        """Return the dates for which the other editions that are in force on the day were read."""
        return [
            other.verified_dates
            for other in self.others
            if other.verified_dates is not None
            and (other.in_force_by == "received" or day in other.in_force)
        ]


def _first(dates: DateRange) -> date:
    return dates.first or date.min


def _last(dates: DateRange) -> date:
    return dates.last or date.max
