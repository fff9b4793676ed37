"""The words for the scopes of rules that compare providers."""

from __future__ import annotations

from typing import Final

from payer_rules.rules import LineScope

#: The provider whose lines a rule takes together, by its scope.
PROVIDERS: Final[dict[LineScope, str]] = {
    "provider": "the same provider, as the payer defines it",
    "rendering": "the same rendering provider",
    "billing": "the same billing provider",
    "specialty": "providers of the same specialty",
}
#: The provider of a line that has to be of somebody else.
ANOTHER: Final = "another rendering provider"
#: The member and provider of a line that has to be of another member.
OF_ANOTHER_MEMBER: Final = "of another member by the same rendering provider"
#: What a rule requires of the providers of two lines, by its scope.
SAME_PROVIDER: Final[dict[LineScope, str]] = {
    "member": "regardless of the provider",
    **{scope: f"with {provider}" for scope, provider in PROVIDERS.items()},
}
