"""The words for the scopes of rules that compare providers."""

from __future__ import annotations

from typing import Final, Literal

#: What a rule requires of the providers of two lines, by its scope.
SAME_PROVIDER: Final[dict[Literal["member", "provider", "rendering", "billing"], str]] = {
    "member": "regardless of the provider",
    "provider": "with the same provider, as the payer defines it",
    "rendering": "with the same rendering provider",
    "billing": "with the same billing provider",
}
