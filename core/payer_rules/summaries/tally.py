"""Counts of claims and lines, with their charges and a few claims as examples."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import ServiceLine

#: The number of claim ids that a tally keeps.
SAMPLE_SIZE: Final = 8
#: The number of claim ids of claims that have a finding: --verbose lists them.
MANY_CLAIMS: Final = 200
_NOTHING: Final = Decimal(0)


@attrs.define
class Tally:
    """The number of claims and lines, the charges of the lines, and the first claim ids.

    ``most`` is the number of ids that it keeps.
    """

    claims: int = 0
    lines: int = 0
    charges: Decimal = _NOTHING
    sample: tuple[str, ...] = ()
    most: int = SAMPLE_SIZE

    def count(self, claim: str, lines: Iterable[ServiceLine]) -> None:
        """Count a claim and those of its lines."""
        self.claims += 1
        self.count_lines(lines)
        if len(self.sample) < self.most or claim < self.sample[-1]:
            self._insert(claim)

    def count_lines(self, lines: Iterable[ServiceLine]) -> None:
        """Count lines of a claim that is counted elsewhere."""
        for line in lines:
            self.lines += 1
            if line.charge is not None:
                self.charges += line.charge

    def add(self, other: Tally) -> None:
        """Add the counts of another part of the run."""
        self.claims += other.claims
        self.lines += other.lines
        self.charges += other.charges
        self._keep(other.sample)

    def without(self, part: Tally) -> Tally:
        """Return the counts without those of a part; it has no claim ids."""
        return Tally(
            self.claims - part.claims, self.lines - part.lines, self.charges - part.charges
        )

    def _insert(self, claim: str) -> None:
        """Keep the id at its place."""
        # NOTE: every claim of a run passes here, so the ids are not sorted again for each.
        at = bisect_left(self.sample, claim)
        if self.sample[at : at + 1] != (claim,):
            self.sample = (*self.sample[:at], claim, *self.sample[at:])[: self.most]

    def _keep(self, claims: Iterable[str]) -> None:
        """Keep the first ids in order, so that the order of counting makes no difference."""
        self.sample = tuple(sorted({*self.sample, *claims})[: self.most])
