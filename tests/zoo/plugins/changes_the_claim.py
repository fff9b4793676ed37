"""Takes the modifiers off the lines it judged."""

from __future__ import annotations

from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function; afterwards the lines have no modifiers."""
    yield from interview(claim, history)
    for line in claim.lines:
        object.__setattr__(line, "modifiers", ())


hooks(globals(), interview=but(INTERVIEW, function=judge))
