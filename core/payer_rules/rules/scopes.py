"""The scopes of rules: whose services a limit counts together, and whose lines are related."""

from __future__ import annotations

from typing import Literal, TypeAlias

LimitScope: TypeAlias = Literal[
    "member", "provider", "rendering", "billing", "specialty", "all-members", "session"
]
#: The scopes of two lines of one member.
LineScope: TypeAlias = Literal["member", "provider", "rendering", "billing", "specialty"]
#: The same, or lines of two rendering providers, or those of one for two members.
RelatedScope: TypeAlias = LineScope | Literal["another-rendering", "another-member"]
