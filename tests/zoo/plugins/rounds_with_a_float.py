"""Rounds with a float, which is right up to 52 minutes."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

from payer_rules import Claim, History, Violation


def judge(claim: Claim, history: History) -> list[Violation]:
    """The lines with more units than their minutes make, nearly."""
    known = [line for line in claim.lines if line.minutes is not None]
    return [
        Violation(lines=(line.number,), message="it is so")
        for line in known
        if line.units > int(line.minutes * 0.066 + 0.5)
    ]


hooks(globals(), minutes=but(MINUTES, function=judge))
