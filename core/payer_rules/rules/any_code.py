"""The codes of a rule: those that it lists, or any code but some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import reduce
from operator import or_
from typing import Final, Self, TypeAlias

import attrs

from payer_rules.claims import is_revenue_line
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import LINE_CODE

#: Codes of examples, the first that a rule allows.
_COMMON: Final = ("90853",)
_KEYS: Final = {"except", "revenue_lines"}


@attrs.frozen(kw_only=True)
class AnyCode(CheckedRule):
    """Any procedure code but those that are ``excluded``.

    With ``revenue_lines`` also any line that has a revenue code and no procedure code.
    """

    excluded: frozenset[str] = attrs.field(
        default=frozenset(), metadata=of_form(LINE_CODE, key="except", json="except")
    )
    revenue_lines: bool = False

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Return the codes of ``"any"``, ``"any-line"`` or ``{ except = ["90853"] }``."""
        if data == "any" or data == "any-line":
            return cls(revenue_lines=data == "any-line")
        table = data if isinstance(data, dict) and {"except"} <= set(data) <= _KEYS else {}
        codes, revenue_lines = table.get("except"), table.get("revenue_lines", False)
        is_list = isinstance(codes, list) and all(isinstance(code, str) for code in codes)
        if not is_list or not isinstance(revenue_lines, bool):
            remedy = 'Write "any", "any-line", { except = ["90853"] } or a list of codes.'
            raise InvalidValueError([FieldError((), f"{data!r} is not a list of codes", remedy)])
        return cls(excluded=frozenset(codes or ()), revenue_lines=revenue_lines)

    def __contains__(self, code: object) -> bool:
        if code in self.excluded:
            return False
        return self.revenue_lines or not (isinstance(code, str) and is_revenue_line(code))

    def __and__(self, codes: Set[str]) -> frozenset[str]:
        return frozenset(code for code in codes if code in self)

    __rand__ = __and__

    def __or__(self, codes: Codes) -> AnyCode:
        """Return the codes of both; with one revenue line, all of them."""
        if isinstance(codes, AnyCode):
            has_lines = self.revenue_lines or codes.revenue_lines
            return AnyCode(excluded=self.excluded & codes.excluded, revenue_lines=has_lines)
        has_lines = self.revenue_lines or any(map(is_revenue_line, codes))
        return AnyCode(excluded=self.excluded - codes, revenue_lines=has_lines)

    __ror__ = __or__


Codes: TypeAlias = frozenset[str] | AnyCode


def listed_codes(codes: Codes) -> frozenset[str]:
    """Return the codes that are listed: none of those that are any code."""
    return frozenset() if isinstance(codes, AnyCode) else codes


def codes_to_look_up(codes: Codes) -> frozenset[str] | None:
    """Return the codes as a lookback states them: ``None`` for any code."""
    return None if isinstance(codes, AnyCode) else codes


def union_of(groups: Iterable[Codes]) -> Codes:
    """Return the codes of all groups."""
    nothing: Codes = frozenset()
    return reduce(or_, groups, nothing)


def differing_codes(one: Codes, other: Codes) -> frozenset[str]:
    """Return the codes that are in one of the two alone, if they are few."""
    if isinstance(one, AnyCode) and isinstance(other, AnyCode):
        return one.excluded ^ other.excluded
    if isinstance(one, AnyCode) or isinstance(other, AnyCode):
        return frozenset()
    return one ^ other


def are_within(codes: Codes, others: Codes) -> bool:
    """Return True if all of the codes are among the others."""
    if isinstance(codes, AnyCode):
        if not isinstance(others, AnyCode) or codes.revenue_lines > others.revenue_lines:
            return False
        return others.excluded <= codes.excluded
    return all(code in others for code in codes)


def code_of(codes: Codes) -> str:
    """Return one of the codes: a common one if it is among them."""
    others: Iterable[str] = _numbered() if isinstance(codes, AnyCode) else sorted(codes)
    return next(code for code in (*_COMMON, *others) if code in codes)


def _numbered() -> Iterator[str]:
    return map("{:05}".format, range(10_000, 100_000))
