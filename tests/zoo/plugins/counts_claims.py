"""Denies the tenth claim of a run and every one after it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation

ASKED = itertools.count()


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, for nine claims."""
    if next(ASKED) > 8:
        yield Violation(lines=tuple(line.number for line in claim.lines), message="too many")
    else:
        yield from interview(claim, history)


hooks(globals(), interview=but(INTERVIEW, function=judge))
