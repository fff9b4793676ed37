"""How a command ends."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """The exit codes of every command."""

    CLEAN = 0  #: agrees, or nothing was found
    FOUND = 1  #: findings, a disagreement, stale sources
    USAGE = 2  #: the command line cannot be understood
    INTERNAL = 3  #: an error of this program
    FAULTY = 4  #: a bad plugin, profile or claim file, an errored cell, a run that cannot go on
    NOTHING = 5  #: nothing was run
    OPEN = 6  #: no finding, but something was not evaluated


#: Where several hold, the first of these.
_PRECEDENCE: Final = (
    ExitCode.INTERNAL,
    ExitCode.FAULTY,
    ExitCode.NOTHING,
    ExitCode.FOUND,
    ExitCode.OPEN,
)


def first_of(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code that goes before the others; clean of none."""
    held = set(codes)
    return next((code for code in _PRECEDENCE if code in held), ExitCode.CLEAN)
