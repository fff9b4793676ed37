"""A code that is paid only with a primary code that is itself paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.nearness import Nearness
from payer_rules.rules.rule import CodedRule, errors_of_codes


@attrs.frozen(kw_only=True)
class AddOnCode(CodedRule):
    """A rule that ``codes`` are payable only with one of ``primaries`` that is itself payable.

    Both lines are of the same provider by ``scope``, and on one day, or as near as ``within`` asks;
    if a later claim may have the primary, a line without one is for review. ``exhaustive`` is true
    if the list of primaries is complete (CMS's type 1). If it is false, others may count too (type
    3); an empty list means that the payer's contractors define the primaries (type 2).

    Source: Medicare NCCI Policy Manual 2026, chapter I, pages I-35 to I-36.
    """

    primaries: frozenset[str] = frozenset()
    exhaustive: bool = True
    scope: Literal["member", "provider", "rendering", "billing"] = "provider"
    within: Nearness = "day"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.primaries or self.exhaustive:
            yield from errors_of_codes("primaries", self.primaries)
        for code in sorted(self.codes & self.primaries):
            remedy = "Take it out of one of the two, or write two rules."
            yield FieldError(
                ("primaries",), f"{code} is an add-on code and its own primary", remedy
            )
