"""The rule that a service is billed once."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.rules.rule import CodedRule

#: The facts by which two lines may be compared, in addition to code and days.
ComparedField: TypeAlias = Literal[
    "modifiers",
    "units",
    "charge",
    "minutes",
    "place_of_service",
    "revenue_code",
    "rendering_provider",
    "billing_provider",
]
_LIKE: Final[frozenset[ComparedField]] = frozenset(
    ["modifiers", "units", "rendering_provider", "billing_provider"]
)


@attrs.frozen(kw_only=True)
class DuplicateService(CodedRule):
    """A line that equals an earlier one in code, days and all facts of ``same`` is a duplicate.

    Of two lines of a claim the one with the higher number is the duplicate. With ``across_claims``,
    a line that equals a paid line of another claim is one, too. Providers are the same by their
    NPI.
    """

    same: frozenset[ComparedField] = _LIKE
    across_claims: bool = True
