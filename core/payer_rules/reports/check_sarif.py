"""Decisions on claims as SARIF: a result for each finding on a line, and for each other line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from payer_rules.errors import Problem, Remark
from payer_rules.json_forms.plain_data import Data
from payer_rules.reports.decided_lines import DecidedLine, LineReason
from payer_rules.reports.sarif import BETWEEN, ResultLevel, end_of, place_of, result_of
from payer_rules.summaries import ReportedClass

#: The level of a finding on a line of each class.
_LEVELS: Final[dict[ReportedClass, ResultLevel]] = {"denied": "error", "reduced": "warning"}


def results_of_lines(lines: Iterable[DecidedLine]) -> str:
    """Return the results of the lines of one decision."""
    return BETWEEN.join(text for line in lines for text in _results(line))


def _results(line: DecidedLine) -> Iterator[str]:
    """Yield a result for each finding; one without a level if there is none."""
    part = f"claim {line.claim}, line {line.number}"
    place = [place_of(line.file, part=part)]
    for reason in line.reasons:
        text = ". ".join(_sentences(reason))
        properties = {**_properties(line), "basis": reason.basis}
        level = _level(line, reason)
        yield result_of(reason.rule, f"{part}: {text}.", place, level=level, properties=properties)
    if not line.reasons:
        text = f"{part}: {line.label}. {line.question}".rstrip()
        yield result_of(
            f"{line.payer}/no-finding",
            text,
            place,
            level="none",
            kind="pass" if line.status == "passed" else "open",
            properties={**_properties(line), "basis": line.answer.basis},
        )


def _sentences(reason: LineReason) -> Iterator[str]:
    return (text.rstrip(".") for text in reason.texts())


def _level(line: DecidedLine, reason: LineReason) -> ResultLevel:
    return _LEVELS.get(line.line_class, "note") if reason.is_failure else "note"


def _properties(line: DecidedLine) -> dict[str, Data]:
    """Return what the line bills and what is expected of it."""
    return {
        "claim": line.claim,
        "payer": line.payer,
        "line": line.number,
        "code": line.code,
        "date": line.day.isoformat(),
        "charge": None if line.charge is None else f"{line.charge:f}",
        "outcome": line.answer.outcome,
        "expected": line.answer.expected,
    }


def end_of_results(
    rules: Iterable[str], problems: Iterable[Problem], *, is_first: bool = False
) -> str:
    """Return the results for problems in files, and the text after all results.

    ``is_first`` is true if there is no result before them.
    """
    found = [
        (str(problem.code or "PR000"), problem)
        for problem in problems
        if not isinstance(problem, Remark)
    ]
    results = [
        result_of(code, f"{problem.where}: {problem.message}. {problem.remedy}")
        for code, problem in found
    ]
    before = BETWEEN if results and not is_first else ""
    named = (*rules, *(code for code, _ in found))
    return f"{before}{BETWEEN.join(results)}{end_of(named)}"
