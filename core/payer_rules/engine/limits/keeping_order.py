"""The order in which a limit keeps the lines of a claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from payer_rules.engine.limits.counted_lines import CountedLine


def in_keeping_order(
    candidates: Iterable[CountedLine],
    keeps: Literal["earliest", "highest-charge"] | tuple[str, ...],
) -> list[CountedLine]:
    """Return the lines in the order in which they are kept; ties go by date, then by number."""

    def order(candidate: CountedLine) -> tuple[Decimal | int, date, int]:
        line = candidate.line
        first: Decimal | int = 0
        if isinstance(keeps, tuple):
            first = keeps.index(line.code) if line.code in keeps else len(keeps)
        elif keeps == "highest-charge":
            first = -(line.charge or Decimal(0))
        elif keeps != "earliest":
            assert_never(keeps)
        return (first, line.date_from, line.number)

    return sorted(candidates, key=order)
