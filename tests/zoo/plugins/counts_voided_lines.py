"""Counts an interview that was taken back."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, on a history in which voided lines were paid."""
    lines = (
        attrs.evolve(line, status="paid") if line.status == "void" else line
        for line in history.lines
    )
    yield from interview(claim, attrs.evolve(history, lines=lines))


hooks(globals(), interview=but(INTERVIEW, function=judge))
