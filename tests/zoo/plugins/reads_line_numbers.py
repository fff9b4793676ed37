"""Takes line 4 and those after it for another claim's."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import MINUTES, but, hooks, minutes

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from minutes(claim, history)
    for line in claim.lines:
        if line.code == "H0004" and line.number > 3:
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), minutes=but(MINUTES, function=judge))
