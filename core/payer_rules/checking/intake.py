"""What a run takes in: sound claims go on, the others are counted, faults are put aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim


@attrs.define(eq=False)
class Intake:
    """What was read so far.

    ``uncoded`` counts the claims without any procedure code, of which nothing is judged.
    """

    claims: int = attrs.field(default=0, init=False)
    uncoded: int = attrs.field(default=0, init=False)
    problems: dict[Problem, None] = attrs.field(factory=dict, init=False)

    def sound(self, read: Iterable[FiledClaim | UncodedClaim | Problem]) -> Iterator[FiledClaim]:
        """The claims of what is read; the last one given is counted already."""
        for one in read:
            if isinstance(one, Problem):
                self.problems[one] = None
            elif isinstance(one, UncodedClaim):
                self.uncoded += 1
            else:
                self.claims += 1
                yield one
