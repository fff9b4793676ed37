"""Counts an interview that comes after the one billed."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken where any interview was paid."""
    if any(line.status == "paid" for line in history.lines):
        lines = [line.number for line in claim.lines if line.code == "90791"]
        yield Violation(lines=tuple(lines), message="an interview was paid")
    else:
        yield from interview(claim, history)


hooks(globals(), interview=but(INTERVIEW, function=judge))
