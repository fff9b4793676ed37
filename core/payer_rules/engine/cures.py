"""Changes of a claim that remove a finding, each with its condition."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.unchecked import copier

MOST_MODIFIERS: Final = 4
#: The condition of a modifier that separates two services.
SEPARATE: Final = "only if separate and documented separately"
#: The condition of a modifier for which the payer excepts a line.
_FITTING: Final = "only if the service is what the payer has the modifier for"
_NO_MORE: Final = "only if no more were provided"
# NOTE: a cure is made for most findings of a run, of values that are sound.
_copy_claim: Final = copier(Claim)
_copy_line: Final = copier(ServiceLine)


def changed(claim: Claim, line: ServiceLine, **values: object) -> Claim:
    """Return the claim with other values on the line, which must be sound."""
    return with_lines(
        claim,
        [
            _copy_line(other, values) if other.number == line.number else other
            for other in claim.lines
        ],
    )


def with_lines(claim: Claim, lines: Iterable[ServiceLine]) -> Claim:
    """Return the claim with other lines, which must be sound."""
    return _copy_claim(claim, {"lines": tuple(lines)})


def added_line(line: ServiceLine, **values: object) -> ServiceLine:
    """Return a line that is like the given one but for some values, which must be sound."""
    return _copy_line(line, values)


def fewer_units(claim: Claim, line: ServiceLine, units: Decimal, more: str = "") -> Cure:
    """Return the cure that bills as many units as are paid; ``more`` is said of the rest."""
    return Cure(
        change=f"{units:f} unit{'' if units == 1 else 's'} on line {line.number}",
        condition=f"{_NO_MORE}{more}",
        claim=changed(claim, line, units=units),
    )


def excused(claim: Claim, numbers: Collection[int], modifiers: frozenset[str]) -> Cure | None:
    """Return the cure that adds a modifier which lifts the rule from the only line, if any does."""
    lines = [line for line in claim.lines if line.number in numbers]
    if len(lines) != 1 or not modifiers:
        return None
    first, *others = sorted(modifiers)
    return adding(claim, first, lines[0], _FITTING, " or ".join(others))


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
