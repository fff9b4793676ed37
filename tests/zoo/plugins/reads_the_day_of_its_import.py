"""Denies what is dated after the day on which it was imported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation

TODAY = date.today()


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from interview(claim, history)
    for line in claim.lines:
        if line.code == "90791" and TODAY < line.date_from < date(2026, 1, 1):
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
