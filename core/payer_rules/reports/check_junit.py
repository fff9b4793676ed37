"""Decisions on claims as JUnit XML: a suite for each decision, and a test for each line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payer_rules.errors import Problem, Remark
from payer_rules.reports.decided_lines import DecidedLine, LineStatus
from payer_rules.reports.junit import END, ReportedTest, TestResult, head_of, suite_of

HEAD: Final = head_of("payer-rules check")
#: The result of each status: an answer that is not proved is skipped, and never passed.
_RESULTS: Final[dict[LineStatus, TestResult | None]] = {
    "failed": "failure",
    "open": "skipped",
    "passed": None,
}


def suite_of_lines(lines: Iterable[DecidedLine]) -> str:
    """Return the suite of the lines of one decision."""
    found = list(lines)
    name = f"{found[0].payer}: {found[0].claim}"
    return suite_of(name, (_test(line, name) for line in found))


def _test(line: DecidedLine, owner: str) -> ReportedTest:
    return ReportedTest(
        owner=owner,
        name=line.name,
        result=_RESULTS[line.status],
        message=line.label,
        details=tuple(line.texts()),
    )


def end_of_suites(problems: Iterable[Problem]) -> str:
    """Return the text after the suites; problems in files are a suite of errors before it."""
    tests = [
        ReportedTest(
            owner="problems",
            name=problem.where,
            result="error",
            message=problem.message,
            details=(problem.remedy,),
        )
        for problem in problems
        if not isinstance(problem, Remark)
    ]
    return f"{suite_of('problems', tests) if tests else ''}{END}"
