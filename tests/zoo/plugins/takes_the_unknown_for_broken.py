"""Denies lines that do not state their minutes."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

from payer_rules import Claim, History, Violation


def judge(claim: Claim, history: History) -> list[Violation]:
    """The lines with more units than their minutes make; none are made of minutes not known."""
    lines = [line for line in claim.lines if line.code == "H0004"]
    return [
        Violation(lines=(line.number,), message="it is so")
        for line in lines
        if line.units > ((line.minutes or 0) + 7) // 15
    ]


hooks(globals(), minutes=but(MINUTES, function=judge))
