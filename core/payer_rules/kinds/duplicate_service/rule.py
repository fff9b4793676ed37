"""The same service billed twice."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.rules.rule import CodedRule

#: What two lines may be compared by, beside their code and their days.
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
    """A line that equals an earlier one in code, days and all that ``same`` names is a duplicate.

    Of two lines of a claim the later by number is the duplicate; beside a paid line of another
    claim, where ``across_claims``, the claim's line is. Providers are the same by their NPI.
    """

    same: frozenset[ComparedField] = _LIKE
    across_claims: bool = True
