"""The answers of a conformance run as rows: CSV, a workbook, and Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from payer_rules.conformance.run_comparison import outcomes_in_words
from payer_rules.conformance.run_record import AskedAnswer, RunRecord
from payer_rules.reports.conformance_matrix import MARKS
from payer_rules.reports.markdown import cell_of, table_of
from payer_rules.reports.workbooks import workbook_from
from payer_rules.text.escaping import csv_text


class AnswerRow(NamedTuple):
    """One answer: who was asked what, what was answered and why, and whether it was expected."""

    payer: str
    scenario: str
    rule: str
    status: str
    proved: str
    expected: str
    findings: str
    differences: str
    source: str
    why: str
    file: str


def answer_rows(record: RunRecord) -> Iterator[AnswerRow]:
    """Yield a row for each answer: scenarios first, each with its payers, then cases."""
    for each in record.answers():
        yield _row(record, each)


def _row(record: RunRecord, each: AskedAnswer) -> AnswerRow:
    asked, answer = each.asked, each.answer
    decision = {} if answer.decision is None else record.shared.decisions[answer.decision]
    findings = decision.get("findings", ())
    proved, expected = outcomes_in_words(decision)
    return AnswerRow(
        payer=answer.payer,
        scenario=asked.name,
        rule=each.rule,
        status=answer.status,
        proved=proved,
        expected=expected,
        findings="; ".join(f"{finding['rule']}: {finding['message']}" for finding in findings),
        differences="; ".join(answer.details),
        source=answer.source or "",
        why=asked.why,
        file=asked.file,
    )


def csv_of(record: RunRecord) -> Iterator[str]:
    """Yield the rows as CSV, with a header."""
    for row in (AnswerRow._fields, *answer_rows(record)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(map(csv_text, row))
        yield line.getvalue()


def workbook_of(record: RunRecord) -> bytes:
    """Return the rows as a workbook; needs openpyxl."""
    rows = (map(csv_text, row) for row in (AnswerRow._fields, *answer_rows(record)))
    return workbook_from("answers", rows)


def markdown_of(record: RunRecord) -> Iterator[str]:
    """Yield the counts of each payer and the answers that failed, in Markdown."""
    rows = list(answer_rows(record))
    yield "# Conformance run\n\n"
    heads = ("payer", *(words for _, words, _ in MARKS.values()))
    yield f"{table_of(heads, _counts(record, rows))}\n"
    failed = [row for row in rows if row.status in ("disagrees", "errored")]
    yield f"\n## Answers that differ\n\n{_table(failed) or 'None.'}\n"
    if known := [row for row in rows if row.status == "todo"]:
        yield f"\n## Cases that are known to differ\n\n{_table(known)}\n"


def _table(rows: Iterable[AnswerRow]) -> str:
    """Return a table of what differs in the answers; empty without rows."""
    shown = [[row.payer, row.scenario, row.rule, row.differences] for row in rows]
    heads = ("payer", "scenario", "rule", "what differs")
    return table_of(heads, (map(cell_of, row) for row in shown)) if shown else ""


def _counts(record: RunRecord, rows: Iterable[AnswerRow]) -> Iterator[list[str]]:
    by_payer: dict[str, list[str]] = {payer: [] for payer in record.payers}
    for row in rows:
        by_payer[row.payer].append(row.status)
    for payer, statuses in by_payer.items():
        yield [payer, *(f"{statuses.count(status):,}" for status in MARKS)]
