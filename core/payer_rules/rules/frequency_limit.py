"""At most so many of these codes in a window."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, Self

import attrs

from payer_rules.errors import Misfit, MisfitError, nearest
from payer_rules.rules.rule import Rule, misfits_of_codes

_NAMED: Final = {"line": 0, "day": 1}


@attrs.frozen
class Window:
    """A stretch of time in which services are counted: a line, a day, or ``days`` rolling days.

    A window of 0 days is the line itself.
    """

    days: int

    @classmethod
    def from_data(cls, data: object) -> Self:
        """The window that ``"line"``, ``"day"`` or ``{rolling_days = 7}`` says."""
        if isinstance(data, str) and data in _NAMED:
            return cls(_NAMED[data])
        if not isinstance(data, dict):
            known = [*_NAMED, "{ rolling_days = 7 }"]
            raise MisfitError([Misfit((), f"{data!r} is not a window", nearest(str(data), known))])
        unknown = sorted(map(str, data.keys() - {"rolling_days"}))
        if unknown or not data:
            problem = f"unknown kind of window {', '.join(unknown)!r}"
            raise MisfitError([Misfit((), problem, nearest(",".join(unknown), ["rolling_days"]))])
        days = data["rolling_days"]
        if type(days) is not int or days < 1:
            problem = f"a rolling window of {days!r} days"
            raise MisfitError([Misfit(("rolling_days",), problem, "Write 1 day or more.")])
        return cls(days)

    def __str__(self) -> str:
        if self.days <= 1:
            return "line" if self.days == 0 else "day"
        return f"{self.days} days"


LINE: Final = Window(0)
DAY: Final = Window(1)


@attrs.frozen(kw_only=True)
class FrequencyLimit(Rule):
    """At most ``limit`` of the codes in any window; ``"none"`` is a sourced permission.

    ``counts`` units of service, or services (each line is one). ``scope`` says whose services
    count together: the member's with any provider, or with the same provider as the payer defines
    it, the same rendering or the same billing provider. ``excess`` says what is denied: every line
    of a broken window, or each line that does not fit whole, kept in order of date and line number.
    """

    codes: frozenset[str]
    limit: Decimal | Literal["none"]
    counts: Literal["units", "services"]
    window: Window
    scope: Literal["member", "provider", "rendering", "billing"]
    pool: Literal["together", "per-code"] = "together"
    sees: Literal["payable", "billed"] = "payable"
    excess: Literal["deny-lines", "deny-all"] = "deny-lines"

    @property
    def meets(self) -> frozenset[str]:
        """All codes that the limit counts."""
        return self.codes

    def _misfits(self) -> Iterator[Misfit]:
        yield from super()._misfits()
        yield from misfits_of_codes("codes", self.codes)
        if self.limit != "none" and self.limit < 0:
            remedy = 'Write 0 or more, or "none" where the source says that there is no limit.'
            yield Misfit(("limit",), f"the limit is {self.limit}", remedy)
