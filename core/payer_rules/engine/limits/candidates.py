"""The lines of a claim that a limit keeps or not, and the order in which it keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.missing import MissingFacts


@attrs.frozen(kw_only=True)
class CandidateLine:
    """A line of the claim, what it counts, and what earlier stages made of it.

    ``payable_unless`` are the facts without which it is open whether earlier stages left the line
    payable. A line with ``is_denied`` was denied by an earlier stage: it uses up nothing, and its
    result does not affect other lines.
    """

    counted: CountedLine
    payable_unless: MissingFacts
    is_denied: bool

    @property
    def line(self) -> ServiceLine:
        """Return the line itself."""
        return self.counted.line

    @property
    def number(self) -> int:
        """Return the number of the line."""
        return self.counted.line.number

    @property
    def missing(self) -> MissingFacts:
        """Return the facts without which it is open whether, or how much, the line counts."""
        return self.counted.missing

    @property
    def is_countable(self) -> bool:
        """Return True if the limit applies to the line and no earlier stage denied it."""
        return not (self.counted.missing or self.is_denied)

    @property
    def is_certain(self) -> bool:
        """Return True if the line counts for all values of the missing facts."""
        return not (self.counted.missing or self.payable_unless or self.is_denied)


def in_keeping_order(
    candidates: Iterable[CandidateLine],
    keeps: Literal["earliest", "highest-charge"] | tuple[str, ...],
) -> list[CandidateLine]:
    """Return the lines in the order in which they are kept; ties go by date, then by number."""

    def order(candidate: CandidateLine) -> tuple[Decimal | int, date, int]:
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
