"""Lets lines through that do not state their minutes."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

from payer_rules import Claim, History, Violation


def judge(claim: Claim, history: History) -> list[Violation]:
    """The lines with more units than their minutes make, where these are known."""
    known = [line for line in claim.lines if line.code == "H0004" and line.minutes is not None]
    return [
        Violation(lines=(line.number,), message="it is so")
        for line in known
        if line.units > (line.minutes + 7) // 15
    ]


hooks(globals(), minutes=but(MINUTES, function=judge))
