"""What failed in a conformance run, for the HTML report: answers, claims of sheets, invariants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.sheet_results import SheetResult
from payer_rules.reports.answer_rows import AnswerRow, answer_rows
from payer_rules.reports.conformance_charts import FAILED
from payer_rules.reports.decisions import count_of

#: The most claims of one edit sheet that the page lists; its record has all.
_MOST: Final = 50


@attrs.frozen(kw_only=True)
class PageFailure:
    """A place where a run failed, and what is wrong there."""

    where: str
    text: str


def failures_of(record: RunRecord) -> Iterator[PageFailure]:
    """Yield the answers that differ, then the claims of edit sheets, then broken invariants."""
    yield from map(_of_answer, (row for row in answer_rows(record) if row.status in FAILED))
    for sheet in record.sheets:
        yield from _of_sheet(sheet)
    for result in record.invariants:
        if result.broken:
            where = f"{result.payer}: the invariant {result.invariant} is broken"
            yield PageFailure(where=where, text="; ".join(result.broken))


def _of_answer(row: AnswerRow) -> PageFailure:
    rule = f" ({row.rule})" if row.rule else ""
    source = f"; source {row.source}" if row.source else ""
    text = f"{row.differences}. Expected because {row.why}{source}; in {row.file}"
    return PageFailure(where=f"{row.payer}: {row.scenario}{rule}", text=text)


def _of_sheet(sheet: SheetResult) -> Iterator[PageFailure]:
    for claim in sheet.others[:_MOST]:
        differences = claim.error or "; ".join(map(str, claim.differences))
        where = f"{sheet.file}, line {claim.line}: {claim.name}"
        yield PageFailure(where=where, text=f"{differences}; source {claim.source}")
    if more := len(sheet.others[_MOST:]):
        yield PageFailure(
            where=sheet.file, text=f"{count_of(more, 'more claim')}; the JSON report has them"
        )
