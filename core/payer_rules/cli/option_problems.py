"""Problems with the values of options: each is checked and worded in one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from cyclopts import Token

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, is_guess, nearest
from payer_rules.text.dashed_dates import dashed_date

#: What a value is called, by option: "there is no payer 'x'".
NOUNS: Final = {
    "--payer": "payer",
    "--report": "report format",
    "--format": "file format",
    "--assume": "class of missing facts",
    "--setting": "setting",
    "RULE": "rule",
    "--result": "result",
    "--kind": "kind of rule",
    "--topic": "topic",
    "NAME": "schema",
}
_OF_OPTIONS: Final = (ErrorCode.UNKNOWN_PAYER, ErrorCode.UNKNOWN_WORD)
_DATE: Final = "Write the date as YYYY-MM-DD, such as 2024-08-15."


def unknown_value(option: str, value: str, known: Iterable[str]) -> Problem:
    """Return the problem that the option has a value that is not known."""
    code = ErrorCode.UNKNOWN_PAYER if option == "--payer" else ErrorCode.OPTION_VALUE
    return Problem(option, f"there is no {NOUNS[option]} {value!r}", nearest(value, known), code)


def require_known(
    option: str, values: Iterable[str], known: Collection[str], causes: Iterable[Problem] = ()
) -> None:
    """Raise `InputError` with a problem for each value that is not known, after its causes.

    A payer may be unknown because its plugin or profile has a problem; that comes first.
    """
    problems = [unknown_value(option, value, known) for value in values if value not in known]
    if problems:
        raise InputError(after_causes(problems, causes))


def after_causes(problems: Iterable[Problem], causes: Iterable[Problem]) -> list[Problem]:
    """Return the problems of unknown names after those of plugins and profiles.

    A profile that is not valid TOML may define each name that resembles no other, so it is the only
    problem of such a name.
    """
    causes = list(causes)
    if any(each.code is ErrorCode.TOML_SYNTAX for each in causes):
        problems = (each for each in problems if is_guess(each.remedy))
    return [*causes, *problems]


def require_files(command: str, files: Collection[object], example: str) -> None:
    """Raise `NothingGiven` if the command was called without files."""
    if not files:
        raise NothingGiven(
            [
                Problem(
                    f"payer-rules {command}", "no file was given", example, ErrorCode.NOTHING_GIVEN
                )
            ]
        )


def unknown_code(option: str, value: str) -> Problem:
    """Return the problem that the option has a text that is not a procedure code."""
    remedy = "A code has five digits or capital letters, such as '90853' or 'G0410'."
    return Problem(option, f"{value!r} is not a procedure code", remedy, ErrorCode.OPTION_VALUE)


class NothingGiven(InputError):
    """A command was called without the files that it needs."""


def is_of_command_line(problem: Problem) -> bool:
    """Return True if the command line itself is wrong, rather than a file that it names."""
    return problem.code is ErrorCode.OPTION_VALUE or (
        problem.where in NOUNS and problem.code in _OF_OPTIONS
    )


def date_of(kind: type, tokens: Sequence[Token]) -> Any:  # noqa: ANN401
    """Return the date that an option has; raises `ValueError` if it has another form."""
    (token,) = tokens
    day = dashed_date(token.value)
    if day is None:
        raise ValueError(f"{token.value!r} is not a date. {_DATE}")
    return day
