"""Takes a history of which nothing is known for an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs
from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """What the sound function finds, with a whole history."""
    yield from interview(claim, attrs.evolve(history, covers_from=date.min))


hooks(globals(), interview=but(INTERVIEW, function=judge))
