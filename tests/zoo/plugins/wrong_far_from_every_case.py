"""Denies in 2031, a year without a case."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from interview(claim, history)
    for line in claim.lines:
        if line.code == "90791" and line.date_from.year == 2031:
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
