"""The units that a line has, and those that its quantity supports."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs


@attrs.frozen(kw_only=True)
class SupportedUnits:
    """The units of a line that are not all supported.

    ``quantity`` is what was measured of the line, or of all lines of the day if ``is_pooled``.
    """

    quantity: Decimal
    supported: Decimal
    billed: Decimal
    is_pooled: bool = False


@attrs.frozen(eq=False)
class PooledLine:
    """A line of a pool: its units and what was measured, and whether it is of an earlier claim."""

    number: int
    units: Decimal
    quantity: Decimal
    is_earlier: bool = False


def units_cut(lines: Iterable[PooledLine], supported: Decimal, step: Decimal) -> dict[int, Decimal]:
    """Return how many units more than supported the lines of the claim have, by line number.

    Each line has the units of its whole steps; of what the pool supports in addition, the lines
    with the greatest rest have one each. Units beyond that are cut, as many as the pool does not
    support, first those of the line that has the most.
    """
    lines = sorted(lines, key=lambda line: (not line.is_earlier, line.number))
    own = [line.quantity // step for line in lines]
    by_rest = sorted(range(len(lines)), key=lambda at: -(lines[at].quantity % step))
    for at in by_rest[: int(supported - sum(own))]:
        own[at] += 1
    excess = sum((line.units for line in lines), Decimal(0)) - supported
    beyond = [(line.units - units, line) for line, units in zip(lines, own, strict=True)]
    cut: dict[int, Decimal] = {}
    for most, line in sorted(beyond, key=lambda part: (-part[0], -part[1].number)):
        if not line.is_earlier and most > 0 and excess > 0:
            cut[line.number] = min(most, excess)
            excess -= cut[line.number]
    return cut
