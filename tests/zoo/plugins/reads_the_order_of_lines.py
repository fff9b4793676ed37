"""Lets the first interview in the list through, whichever is earlier."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """Yield the interviews after the first, and the sound function's answers about the first."""
    lines = [line for line in claim.lines if line.code == "90791"]
    yield from interview(attrs.evolve(claim, lines=lines[:1]), history)
    for line in lines[1:]:
        yield Violation(lines=(line.number,), message="an interview in the 180 days before")


hooks(globals(), interview=but(INTERVIEW, function=judge))
