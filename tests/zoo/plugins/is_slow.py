"""Takes a quarter of a second for each line."""

from __future__ import annotations

import time
from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from interview(claim, history)
    for line in claim.lines:
        if line.code == "90791" and time.sleep(0.25):
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
