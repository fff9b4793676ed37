"""Topics of a payer's policies, and how much of a topic was read."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Topic: TypeAlias = Literal[
    "frequency",
    "combination",
    "modifier",
    "place",
    "provider",
    "session",
    "diagnosis",
    "authorization",
    "coverage",
    "filing",
]
TOPICS: Final[tuple[Topic, ...]] = (
    "frequency",
    "combination",
    "modifier",
    "place",
    "provider",
    "session",
    "diagnosis",
    "authorization",
    "coverage",
    "filing",
)
#: The topics that must have been read before a line counts as paid. The others are administrative.
CORE_TOPICS: Final[tuple[Topic, ...]] = TOPICS[:6]

#: ``carried``: by a text or table read for an earlier date. ``baseline``: by national edits alone.
TopicStatus: TypeAlias = Literal[
    "checked", "none stated", "carried", "baseline", "unread", "not touched"
]
