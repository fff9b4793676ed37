"""The claims and problems that a run reads from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.filed_claims import FiledItem


def with_uncoded(items: Iterable[FiledItem | Problem]) -> Iterator[FiledItem | Problem]:
    """Yield the items, with claims of revenue lines that can be read in place of uncoded ones."""
    for item in items:
        yield item.filed or item if isinstance(item, UncodedClaim) else item


@attrs.define(eq=False)
class Intake:
    """The number of claims read so far, and the problems found in files.

    ``uncoded`` is the number of claims without any procedure code; they are not checked.
    """

    claims: int = attrs.field(default=0, init=False)
    uncoded: int = attrs.field(default=0, init=False)
    problems: dict[Problem, None] = attrs.field(factory=dict, init=False)

    def valid_claims(
        self, items: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[FiledClaim]:
        """Yield the valid claims; count them first, and record the problems."""
        for item in items:
            if isinstance(item, Problem):
                self.problems[item] = None
            elif isinstance(item, UncodedClaim):
                self.uncoded += 1
            else:
                self.claims += 1
                yield item
