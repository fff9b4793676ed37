"""Denies the lines that a file lists."""

from __future__ import annotations

import os
from collections.abc import Iterator

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def content_of(name: str) -> str:
    """Yield the answers of the file."""
    with open(name, encoding="utf-8") as file:
        return file.read()


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from interview(claim, history)
    for line in claim.lines:
        if line.code == "90791" and content_of(os.devnull) == line.code:
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
