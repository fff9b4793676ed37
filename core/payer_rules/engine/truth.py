"""Three-valued logic: True, False, or the facts that are missing to decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

from payer_rules.engine.missing import MissingFacts

#: True, False, or the facts that are missing to decide.
Truth: TypeAlias = bool | MissingFacts


def both(truths: Iterable[Truth]) -> Truth:
    """Return Kleene's conjunction: False if any is False, True if all are, or all missing facts."""
    missing: MissingFacts = ()
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            missing = (*missing, *truth)
    return missing or True


def either(truths: Iterable[Truth]) -> Truth:
    """Return Kleene's disjunction: True if any is True, False if all are, or all missing facts."""
    missing: MissingFacts = ()
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            missing = (*missing, *truth)
    return missing or False


def negated(truth: Truth) -> Truth:
    """Return Kleene's negation."""
    return not truth if isinstance(truth, bool) else truth


def among(value: str | None, allowed: Collection[str], missing: MissingFacts) -> Truth:
    """Return whether the value is one of those allowed."""
    return missing if value is None else value in allowed


def begins(value: str | None, starts: Collection[str], missing: MissingFacts) -> Truth:
    """Return whether the value begins with one of the texts."""
    return missing if value is None else value.startswith(tuple(starts))
