"""What is not known, and so keeps a rule from answering."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from payer_rules.decisions import Reason


class Missing(NamedTuple):
    """One missing fact: its class and its name."""

    reason: Reason
    name: str


#: Nothing is missing: the empty tuple; else every missing fact.
Doubt: TypeAlias = tuple[Missing, ...]

SURE: Final[Doubt] = ()
HISTORY: Final = Missing("history", "history")
EDITION: Final = Missing("edition", "edition")
REPLACED: Final = Missing("claim", "replaces")


def field(name: str) -> Doubt:
    """The doubt of a field that a claim form holds."""
    return (Missing("claim", name),)


def of_history(name: str) -> Doubt:
    """The doubt of a field of an earlier line."""
    return (Missing("history", f"history.{name}"),)


def of_record(name: str) -> Doubt:
    """The doubt of what only the clinic's record holds."""
    return (Missing("record", name),)
