"""``payer-rules mutate --write``: questions about facts that no case notices, and their answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.text.escaping import visible

if TYPE_CHECKING:
    from payer_rules.conformance.mutant_results import MutantResult, MutationRun
    from payer_rules.conformance.mutation_review import Answer, ReviewCounts
    from payer_rules.conformance.proposed_cases import ProposedCase
    from payer_rules.registry import Registry

_ANSWERS: Final[dict[str, Answer]] = {
    **dict.fromkeys(("y", "yes"), "yes"),
    **dict.fromkeys(("n", "no"), "no"),
    **dict.fromkeys(("s", "skip", ""), "skip"),
    **dict.fromkeys(("a", "all"), "all"),
}
_PROMPT: Final = "  y/n/skip/all: "


def require_folder(paths: Sequence[Path]) -> None:
    """Raise `InputError` unless one of the paths is a folder, in which new files can be."""
    if not any(path.is_dir() for path in paths):
        message = "no folder with cases is named"
        remedy = "Name the folder to write to: payer-rules mutate cases --payer ID --write."
        raise InputError([Problem("--write", message, remedy, ErrorCode.OPTION_VALUE)])


def review(
    registry: Registry, paths: Sequence[Path], run: Callable[[], MutationRun]
) -> tuple[MutationRun, ReviewCounts]:
    """Ask about each survivor, and write the confirmed cases, until a run finds no other.

    Return the last run, and what became of the facts.

    Questions and their answers are printed to standard error; an answer is a line of standard
    input. A case is written when it is confirmed, so that a run that is stopped keeps it.
    """
    from payer_rules.conformance.mutation_review import MutationReview
    from payer_rules.reports.mutation_report import lines_of_review

    reviewing = MutationReview(registry, paths, _ask)
    result = run()
    try:
        while reviewing.run(result):
            result = run()
    except EOFError:
        _say(["", "No more answers: the other facts are left."])
    except KeyboardInterrupt:
        _say(["", *lines_of_review(result, reviewing.counts)])
        raise
    return result, reviewing.counts


def _ask(case: ProposedCase, result: MutantResult, at: int, of: int) -> Answer:
    """Print the question and return the answer; raises `EOFError` if there is none."""
    from payer_rules.reports.mutation_questions import correction_lines, question_lines

    _say(["", *question_lines(case, result, at, of)])
    while True:
        print(_PROMPT, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        answer = _ANSWERS.get(line.strip().lower())
        if answer is not None:
            break
        _say(["  Write y (the text says so), n (it does not), skip, or all (yes to this list)."])
    if answer == "no":
        _say(correction_lines(case, result))
    return answer


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(visible(line), file=sys.stderr)
