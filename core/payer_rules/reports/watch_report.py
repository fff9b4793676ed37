"""The short report of a run that follows another one: what changed, and what fails now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from payer_rules.conformance.run_record import CaseRecord
from payer_rules.conformance.watched_runs import WatchedRun, WatchedRuns
from payer_rules.reports.conformance_charts import FAILED
from payer_rules.reports.conformance_matrix import MARKS
from payer_rules.reports.decisions import count_of
from payer_rules.reports.run_changes import lines_of_changes
from payer_rules.reports.text_layout import PageLayout

#: The most answers that fail, and payers of a run, that are named.
_MOST: Final = 10


def lines_of_watched_run(
    runs: WatchedRuns, run: WatchedRun, changed: Sequence[str], layout: PageLayout
) -> Iterator[str]:
    """Yield the changed files and the payers asked, what changed, what fails, and the counts."""
    if changed:
        yield layout.styled(f"changed: {', '.join(changed)}", "bold")
    names = ", ".join(run.payers[:_MOST]) + (" …" if len(run.payers) > _MOST else "")
    yield f"asked: {names or 'no payer'}"
    yield from run.messages.splitlines()
    if not run.is_complete:
        yield layout.styled("no answers: correct what is reported above", "red")
        return
    if changed:
        yield from lines_of_changes("since the run before", run.changes, layout)
    yield from _failing(runs, layout)
    counted = runs.counted()
    words = [f"{counted[status]:,} {MARKS[status][1]}" for status in MARKS if counted[status]]
    yield f"{count_of(len(runs.payers), 'payer')}: {', '.join(words) or 'no answer'}"


def _failing(runs: WatchedRuns, layout: PageLayout) -> Iterator[str]:
    failing = [each for each in runs.answers() if each.answer.status in FAILED]
    broken = list(runs.broken())
    for each in failing[:_MOST]:
        asked = each.asked
        where = f"{asked.file}:{asked.line}" if isinstance(asked, CaseRecord) else asked.file
        sign, _, style = MARKS[each.answer.status]
        yield layout.styled(f"{sign} {each.answer.payer}: {each.title} ({where})", style)
        yield from (f"    {text}" for text in each.answer.details)
    yield from (layout.styled(f"✗ {text}", "red") for text in broken[:_MOST])
    if len(failing) > _MOST or len(broken) > _MOST:
        yield f"and {max(0, len(failing) - _MOST) + max(0, len(broken) - _MOST)} more"
