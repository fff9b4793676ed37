"""The lines of a claim under judgment, in the order in which a limit keeps them."""

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
    """One line under judgment: what it counts, and how it stands.

    ``doubt`` keeps it open whether the limit speaks of the line, or how much it counts;
    ``standing`` whether an earlier stratum left it payable; ``closed`` lines are not payable and
    are judged singly.
    """

    service: CountedLine
    doubt: MissingFacts
    standing: MissingFacts
    closed: bool

    @property
    def line(self) -> ServiceLine:
        """The line itself."""
        return self.service.line

    @property
    def is_sure(self) -> bool:
        """Whether the line counts in any case."""
        return not (self.doubt or self.standing or self.closed)


def in_keeping_order(
    entries: Iterable[CandidateLine], keeps: Literal["earliest", "highest-charge"] | tuple[str, ...]
) -> list[CandidateLine]:
    """The entries in the order in which they are kept; of equals the earlier, then by number."""

    def turn(entry: CandidateLine) -> tuple[Decimal | int, date, int]:
        line = entry.line
        first: Decimal | int = 0
        if isinstance(keeps, tuple):
            first = keeps.index(line.code) if line.code in keeps else len(keeps)
        elif keeps == "highest-charge":
            first = -(line.charge or Decimal(0))
        elif keeps != "earliest":
            assert_never(keeps)
        return (first, line.date_from, line.number)

    return sorted(entries, key=turn)
