"""Where in time another line may be, seen from a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.values.checked import CheckedRule

_NUMBER: Final = {"least": 0}


@attrs.frozen(kw_only=True)
class DaysAround(CheckedRule):
    """The days around the line of the rule on which the other line is.

    With ``days_before = 3`` the other line is at most three days earlier than the line of the rule,
    with ``days_after`` at most so many days later; months are calendar months. The same day is
    among them, unless ``same_day`` is false. Months are counted from the earlier of two lines: a
    month after 31 January is the last day of February.
    """

    #: What to write in place of keys that there are not.
    KEY_ADVICE: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("hours_before", "hours_after", "minutes_before", "minutes_after"),
        "Lines have days: write days_before or days_after; for sessions that overlap in time,"
        ' within = "overlapping-clock".',
    )
    days_before: int | None = attrs.field(default=None, metadata=_NUMBER)
    days_after: int | None = attrs.field(default=None, metadata=_NUMBER)
    months_before: int | None = attrs.field(default=None, metadata=_NUMBER)
    months_after: int | None = attrs.field(default=None, metadata=_NUMBER)
    same_day: bool = True

    @property
    def looks_ahead(self) -> bool:
        """Whether later lines count, too."""
        return bool(self.days_after or self.months_after)

    @property
    def looks_back(self) -> bool:
        """Whether lines of earlier days count, too."""
        return bool(self.days_before or self.months_before)

    def _field_errors(self) -> Iterator[FieldError]:
        for side in ("before", "after"):
            if None not in (getattr(self, f"days_{side}"), getattr(self, f"months_{side}")):
                message = f"days_{side} and months_{side} are both stated"
                yield FieldError((f"months_{side}",), message, "State one of them.")
        if not (self.looks_ahead or self.looks_back):
            remedy = 'Write days_before = 3, or within = "day" for the same day.'
            yield FieldError((), "no other day is near", remedy)


#: The same day, the same calendar month, sessions that overlap, any earlier day, or days around.
Nearness: TypeAlias = Literal["day", "month", "overlapping-clock", "any-earlier-day"] | DaysAround

#: More days than there are.
EVER: Final = 10_000_000


def looks_ahead(near: Nearness) -> bool:
    """Return True if lines of later days count, too."""
    return near.looks_ahead if isinstance(near, DaysAround) else near == "month"


def looks_back(near: Nearness) -> bool:
    """Return True if lines of earlier days count, too."""
    if isinstance(near, DaysAround):
        return near.looks_back
    return near in ("month", "any-earlier-day")
