"""Answers about lines by their place, and counts one too many."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """Yield the sound function's answers, and one about a line after the last."""
    yield from interview(claim, history)
    behind = max(line.number for line in claim.lines) + 1
    yield Violation(lines=(behind,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
