"""Takes the modifiers off the lines it judged."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Broken, Claim, History, Unanswered


def judge(claim: Claim, history: History) -> Iterator[Broken | Unanswered]:
    """As the sound function; afterwards the lines have no modifiers."""
    yield from interview(claim, history)
    for line in claim.lines:
        object.__setattr__(line, "modifiers", ())


hooks(globals(), interview=but(INTERVIEW, function=judge))
