"""A conformance run as JUnit XML: a suite for each payer, and one for each edit sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.conformance.run_record import AnswerRecord, RunRecord
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.conformance.trial_results import TrialStatus
from payer_rules.reports.conformance_matrix import MARKS
from payer_rules.reports.decisions import count_of
from payer_rules.reports.junit import END, ReportedTest, TestResult, head_of, suite_of

#: The result of each status that is not confirmed.
_RESULTS: Final[dict[TrialStatus, TestResult]] = {
    "errored": "error",
    "disagrees": "failure",
    "todo": "skipped",
    "unreviewed": "skipped",
    "not evaluated": "skipped",
    "not applicable": "skipped",
}


def junit_of(record: RunRecord) -> Iterator[str]:
    """Yield the run as XML: what nobody has confirmed is skipped, and never passed."""
    yield head_of("payer-rules conform")
    for payer in record.payers:
        yield suite_of(payer, _of_payer(record, payer))
    for sheet in record.sheets:
        yield suite_of(sheet.file, _of_sheet(sheet))
    yield END


def _of_payer(record: RunRecord, payer: str) -> Iterator[ReportedTest]:
    for each in record.answers():
        if each.answer.payer == payer:
            yield _test(each.rule or f"{payer}.scenarios", each.asked.name, each.answer)
    for invariant in record.invariants:
        if invariant.payer == payer:
            yield ReportedTest(
                owner=f"{payer}.invariants",
                name=invariant.invariant,
                result="failure" if invariant.broken else None,
                message="the invariant is broken",
                details=invariant.broken,
            )


def _test(owner: str, name: str, answer: AnswerRecord) -> ReportedTest:
    words = f"todo: {answer.todo}" if answer.status == "todo" else MARKS[answer.status][1]
    return ReportedTest(
        owner=owner,
        name=name,
        result=_RESULTS.get(answer.status),
        message=words,
        details=answer.details,
    )


def _of_sheet(sheet: SheetResult) -> Iterator[ReportedTest]:
    """Yield each claim that does not agree, and one test for all that do: there are thousands."""
    if sheet.agreeing:
        yield ReportedTest(owner=sheet.file, name=f"{count_of(sheet.agreeing, 'claim')} agreeing")
    for claim in sheet.others:
        _, words, _ = MARKS[claim.status]
        yield ReportedTest(
            owner=sheet.file,
            name=f"line {claim.line}: {claim.name}",
            result=_RESULTS.get(claim.status),
            message=words,
            details=(claim.error or "", *map(str, claim.differences), f"source {claim.source}"),
        )
