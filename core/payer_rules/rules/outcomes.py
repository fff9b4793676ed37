"""What may become of a service line, when the payer can see it, and why it may be unknown."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

#: ``return`` is not a denial: the line is unprocessable as billed and no determination was made.
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

#: ``record``: only the clinic's record shows it, so it does not show at adjudication.
Detection: TypeAlias = Literal["claim", "record"]

#: The classes of what can be missing.
Reason: TypeAlias = Literal[
    "claim", "history", "record", "table", "fault", "edition", "text", "rules"
]
REASONS: Final[tuple[Reason, ...]] = (
    "claim",
    "history",
    "record",
    "table",
    "fault",
    "edition",
    "text",
    "rules",
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


def worst(outcomes: list[Outcome]) -> Outcome:
    """The severest of the outcomes; ``pay`` of none."""
    # NOTE: most lines have none, and are asked about by the million.
    return max(outcomes, key=SEVERITY.__getitem__) if outcomes else "pay"
