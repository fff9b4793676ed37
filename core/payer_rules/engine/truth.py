"""Three-valued logic: true, false, or the missing facts that would tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

from payer_rules.engine.missing import MissingFacts

#: True, False, or the missing facts that would tell.
Truth: TypeAlias = bool | MissingFacts


def both(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false if any is false, else what is missing, else true."""
    missing: MissingFacts = ()
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            missing = (*missing, *truth)
    return missing or True


def negated(truth: Truth) -> Truth:
    """Kleene's not."""
    return not truth if isinstance(truth, bool) else truth


def among(value: str | None, allowed: Collection[str], missing: MissingFacts) -> Truth:
    """Whether the value is one of those allowed."""
    return missing if value is None else value in allowed


def begins(value: str | None, starts: Collection[str], missing: MissingFacts) -> Truth:
    """Whether the value begins with one of the texts."""
    return missing if value is None else value.startswith(tuple(starts))
