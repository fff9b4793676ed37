"""The scopes of a limit: whose services it counts together."""

from __future__ import annotations

from typing import Literal, TypeAlias

LimitScope: TypeAlias = Literal[
    "member", "provider", "rendering", "billing", "specialty", "all-members", "session"
]
