"""The exit codes of all commands, and what they mean."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from payer_rules.summaries import RunSummary


class ExitCode(IntEnum):
    """The exit codes of every command."""

    CLEAN = 0
    FOUND = 1
    USAGE = 2
    INTERNAL = 3
    FAULTY = 4
    NOTHING = 5
    OPEN = 6


#: What each code means; the help of the program prints this table.
MEANINGS: Final[dict[ExitCode, str]] = {
    ExitCode.CLEAN: "nothing was found",
    ExitCode.FOUND: "findings, a disagreement, or sources to read again",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.INTERNAL: "an internal error",
    ExitCode.FAULTY: "a problem in a file, profile or plugin",
    ExitCode.NOTHING: "nothing was run",
    ExitCode.OPEN: "no findings, but a line's policies were not read or an answer is unknown",
}


def meanings_text() -> str:
    """Return the table of exit codes as one sentence."""
    codes = ", ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items())
    return f"Exit codes: {codes}; 130, 143 or 129 stopped by Ctrl-C, SIGTERM or SIGHUP."


#: The bases of findings and lines that ``--fail-on`` names, the strongest first.
FailOn: TypeAlias = Literal["proved", "presumed", "baseline", "partial", "unread"]
FAIL_ON: Final[tuple[FailOn, ...]] = get_args(FailOn)


def fails(summary: RunSummary, fail_on: FailOn) -> bool:
    """Return True if the run has what ``--fail-on`` names, or something stronger.

    Findings that are informational do not count.
    """
    counted = FAIL_ON[: FAIL_ON.index(fail_on) + 1]
    return (
        any(summary.bases[basis] for basis in counted if basis != "unread")
        or ("partial" in counted and summary.has_partial)
        or ("unread" in counted and summary.has_unread)
    )


def exit_code(
    *, problems: bool = False, nothing: bool = False, findings: bool = False, open_: bool = False
) -> ExitCode:
    """Return the exit code of a run; of several that apply, the first in this order."""
    if problems:
        return ExitCode.FAULTY
    if nothing:
        return ExitCode.NOTHING
    if findings:
        return ExitCode.FOUND
    return ExitCode.OPEN if open_ else ExitCode.CLEAN
