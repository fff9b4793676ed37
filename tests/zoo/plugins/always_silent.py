"""Finds nothing on any claim."""

from __future__ import annotations

from keeper import INTERVIEW, but, hooks

from payer_rules import Claim, History, Violation


def judge(claim: Claim, history: History) -> list[Violation]:
    """Nothing."""
    return []


hooks(globals(), interview=but(INTERVIEW, function=judge))
