"""Compares minutes that may not be known."""

from __future__ import annotations

from keeper import MINUTES, but, hooks

from payer_rules import Claim, History, Violation


def judge(claim: Claim, history: History) -> list[Violation]:
    """The lines with more units than their minutes make."""
    lines = [line for line in claim.lines if line.code == "H0004"]
    broken = [line.number for line in lines if line.units > (line.minutes + 7) // 15]
    return [Violation(lines=(number,), message="too many units") for number in broken]


hooks(globals(), minutes=but(MINUTES, function=judge))
