"""Denies what costs more than 150."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import MINUTES, but, hooks, minutes

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken where the charge is high."""
    yield from minutes(claim, history)
    for line in claim.lines:
        if line.charge is not None and line.charge > 150:
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), minutes=but(MINUTES, function=judge))
