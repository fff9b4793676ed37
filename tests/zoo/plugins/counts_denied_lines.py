"""Counts an interview that was denied."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, on a history in which all was paid."""
    paid = (attrs.evolve(line, status="paid") for line in history.lines)
    yield from interview(claim, attrs.evolve(history, lines=paid))


hooks(globals(), interview=but(INTERVIEW, function=judge))
