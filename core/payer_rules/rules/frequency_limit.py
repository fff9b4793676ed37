"""At most so many of these codes in a window."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal, Self

import attrs

from payer_rules.errors import Misfit, MisfitError, nearest
from payer_rules.rules.rule import CodedRule

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


@attrs.frozen
class Types:
    """Codes by type of service: ``individual``, ``group``; the codes of a type count together."""

    types: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def from_data(cls, data: object) -> Self:
        """The types that ``{ types = { individual = ["90834"], group = ["90853"] } }`` says."""
        types = data.get("types") if isinstance(data, dict) and set(data) == {"types"} else None
        if not isinstance(types, dict) or not all(map(_is_codes, types.values())):
            remedy = 'Write "together", "per-code" or { types = { group = ["90853"] } }.'
            raise MisfitError([Misfit((), f"{data!r} is not a pool", remedy)])
        return cls(tuple((name, frozenset(codes)) for name, codes in sorted(types.items())))

    def of(self, code: str) -> str:
        """The type of the code; the code itself where it has none."""
        return next((name for name, codes in self.types if code in codes), code)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {', '.join(sorted(codes))}" for name, codes in self.types)


def _is_codes(codes: object) -> bool:
    return isinstance(codes, list) and all(isinstance(code, str) for code in codes)


LINE: Final = Window(0)
DAY: Final = Window(1)


@attrs.frozen(kw_only=True)
class FrequencyLimit(CodedRule):
    """At most ``limit`` of the codes in any window; ``"none"`` is a sourced permission.

    ``counts`` units of service, or services (each line is one). ``scope`` says whose services
    count together: the member's with any provider, or with the same provider as the payer defines
    it, the same rendering or the same billing provider. ``pool`` says which codes count together:
    all, each by itself, or those of one type. ``excess`` says what is denied: every line
    of a broken window, or each line that does not fit whole, kept in order of date and line number.
    """

    limit: Decimal | Literal["none"]
    counts: Literal["units", "services"]
    window: Window
    scope: Literal["member", "provider", "rendering", "billing"]
    pool: Literal["together", "per-code"] | Types = "together"
    sees: Literal["payable", "billed"] = "payable"
    excess: Literal["deny-lines", "deny-all"] = "deny-lines"

    @property
    def is_permission(self) -> bool:
        """Whether there is no limit."""
        return self.limit == "none"

    def _misfits(self) -> Iterator[Misfit]:
        yield from super()._misfits()
        if self.limit != "none" and self.limit < 0:
            remedy = 'Write 0 or more, or "none" where the source says that there is no limit.'
            yield Misfit(("limit",), f"the limit is {self.limit}", remedy)
        if isinstance(self.pool, Types):
            yield from self._misfits_of_types(self.pool)

    def _misfits_of_types(self, pool: Types) -> Iterator[Misfit]:
        typed = [code for _, codes in pool.types for code in codes]
        for code in sorted(self.codes - set(typed)):
            yield Misfit(("pool",), f"{code} is of no type", "Put it into one of the types.")
        for code in sorted(set(typed) - self.codes):
            yield Misfit(("pool",), f"{code} is not among the codes", "Add it to codes.")
        for code in sorted({code for code in typed if typed.count(code) > 1}):
            yield Misfit(("pool",), f"{code} is of two types", "Keep it in one of them.")
