"""Outcomes of a service line, where they are detected, and classes of missing facts."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

#: ``return`` is not a denial: the line cannot be processed as billed.
Outcome: TypeAlias = Literal["pay", "inform", "patient-share", "reduce", "review", "deny", "return"]
#: Mildest first.
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "pay",
    "inform",
    "patient-share",
    "reduce",
    "review",
    "deny",
    "return",
)
SEVERITY: Final[dict[str, int]] = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}

#: ``record``: only the clinic's record shows it, so the payer does not see it at adjudication.
Detection: TypeAlias = Literal["claim", "record"]

#: The classes of missing facts. ``topic``: a core topic of the payer's policies was not read.
Reason: TypeAlias = Literal[
    "claim", "history", "record", "table", "fault", "edition", "text", "topic"
]
REASONS: Final[tuple[Reason, ...]] = (
    "claim",
    "history",
    "record",
    "table",
    "fault",
    "edition",
    "text",
    "topic",
)

#: The classes of missing facts that may be assumed to be in order.
Assumable: TypeAlias = Literal["claim", "history", "record", "table", "edition", "text"]
ASSUMABLE: Final[tuple[Assumable, ...]] = (
    "claim",
    "history",
    "record",
    "table",
    "edition",
    "text",
)

#: The outcomes after which a line is not paid.
UNPAID: Final[frozenset[Outcome]] = frozenset(["deny", "return"])


def at_most_review(outcome: Outcome) -> Outcome:
    """Return ``review`` in place of a worse outcome."""
    return outcome if SEVERITY[outcome] <= SEVERITY["review"] else "review"


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst of the outcomes; ``pay`` if there is none."""
    # NOTE: this is called for every line, and most lines have no finding.
    return max(outcomes, key=SEVERITY.__getitem__) if outcomes else "pay"
