"""Judges the first line of a claim and no other."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from keeper import MINUTES, but, hooks, minutes

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """Yield the sound function's answers about the first line."""
    yield from minutes(attrs.evolve(claim, lines=claim.lines[:1]), history)


hooks(globals(), minutes=but(MINUTES, function=judge))
