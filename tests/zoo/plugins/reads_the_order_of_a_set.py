"""Chooses from a set, whose order is another in each process."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation

WORDS = {f"word-{number}" for number in range(400)}


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, with the first word of a set for a reason."""
    for answer in interview(claim, history):
        if isinstance(answer, Violation):
            yield Violation(lines=answer.lines, message=next(iter(WORDS)))
        else:
            yield answer


hooks(globals(), interview=but(INTERVIEW, function=judge))
