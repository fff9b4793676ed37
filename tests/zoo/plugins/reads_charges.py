"""Denies what costs more than 150."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import MINUTES, but, hooks, minutes

from payer_rules import Broken, Claim, History, Unanswered


def judge(claim: Claim, history: History) -> Iterator[Broken | Unanswered]:
    """As the sound function, and broken where the charge is high."""
    yield from minutes(claim, history)
    for line in claim.lines:
        if line.charge is not None and line.charge > 150:
            yield Broken(lines=(line.number,), message="it is so")


hooks(globals(), minutes=but(MINUTES, function=judge))
