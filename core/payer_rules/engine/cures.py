"""Changes of a claim that remove a finding, each with its condition."""

from __future__ import annotations

from typing import Any, Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure

MOST_MODIFIERS: Final = 4
#: The condition of a modifier that separates two services.
SEPARATE: Final = "only if the services were separate and separately documented"


def changed(claim: Claim, line: ServiceLine, **values: object) -> Claim:
    """Return the claim with other values on the line."""
    lines = [
        _with(other, values) if other.number == line.number else other for other in claim.lines
    ]
    return attrs.evolve(claim, lines=lines)


def _with(line: ServiceLine, values: dict[str, Any]) -> ServiceLine:
    return attrs.evolve(line, **values)


def adding(
    claim: Claim, modifier: str, line: ServiceLine, condition: str, alternative: str = ""
) -> Cure | None:
    """Return the cure that adds the modifier to the line, if it lacks it and has room for one more.

    ``alternative`` is a modifier that may be billed in its place.
    """
    if modifier in line.modifiers or len(line.modifiers) >= MOST_MODIFIERS:
        return None
    choice = f" or {alternative}" if alternative else ""
    return Cure(
        change=f"modifier {modifier}{choice} on line {line.number}",
        condition=condition,
        claim=changed(claim, line, modifiers=(*line.modifiers, modifier)),
    )
