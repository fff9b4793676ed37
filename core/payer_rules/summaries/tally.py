"""Counts of claims and lines, with their charges and a few claims as examples."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine

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

    def count_claims(self, claims: Sequence[Claim]) -> None:
        """Count the claims and their lines."""
        self.count_ids(claims)
        for claim in claims:
            self.count_lines(claim.lines)

    def count_ids(self, claims: Sequence[Claim]) -> None:
        """Count claims of which the lines are counted elsewhere."""
        self.claims += len(claims)
        is_full = len(self.sample) >= self.most
        names = [each.id for each in claims if not is_full or each.id < self.sample[-1]]
        if len(names) == 1:
            self._insert(names[0])
        elif names:
            self._keep(names)

    def count_lines(self, lines: Iterable[ServiceLine]) -> None:
        """Count lines of a claim that is counted elsewhere."""
        number, charges = 0, _NOTHING
        for line in lines:
            number += 1
            if line.charge is not None:
                charges += line.charge
        self.lines += number
        self.charges += charges

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


def lines_with_number(claims: Iterable[Claim], number: int) -> list[ServiceLine]:
    """Return the line of each claim that has the number."""
    return [line for claim in claims for line in claim.lines if line.number == number]
