"""Decisions on claims in Markdown: the counts of each payer, and a row for each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payer_rules.reports.class_rows import CLASS_WORDS, counts_text
from payer_rules.reports.decided_lines import DecidedLine
from payer_rules.reports.markdown import cell_of, row_of, table_of
from payer_rules.reports.run_report import RunContext
from payer_rules.summaries import RunSummary
from payer_rules.summaries.payer_summary import PayerSummary

_HEADS = ("claim", "payer", "line", "code", "date", "charge", "answer", "why", "fix", "source")


def rows_of_lines(lines: Iterable[DecidedLine]) -> str:
    """Return the rows of the lines of one decision."""
    return "".join(f"{row_of(map(cell_of, _cells(line)))}\n" for line in lines)


def _cells(line: DecidedLine) -> Iterator[str]:
    yield from (line.claim, line.payer, str(line.number))
    yield from ("-".join((line.code, *line.modifiers)), line.day.isoformat())
    yield "" if line.charge is None else f"{line.charge:f}"
    yield line.label
    reasons = line.reasons
    yield "; ".join(f"{each.label}: {each.message}" for each in reasons) or line.question
    yield "; ".join(each.fix for each in reasons if each.fix)
    yield "; ".join(f"{each.rule} ({each.source})" for each in reasons)


def markdown_of_check(
    rows: Iterable[str], summary: RunSummary, context: RunContext
) -> Iterator[str]:
    """Yield the whole report; ``rows`` are those of all decisions."""
    yield "# Claims checked\n\n"
    heads = ("payer", *(words for _, words, _ in CLASS_WORDS.values()))
    yield f"{table_of(heads, map(_counts, summary.payers.values()))}\n\n## Lines\n\n"
    yield f"{table_of(_HEADS, ())}\n"
    yield from rows
    if context.since:
        yield from _listed(
            f"Different since {cell_of(context.since)}", context.changes or ["nothing"]
        )
    if context.problems:
        yield from _listed("Problems and remarks", context.problems)


def _listed(title: str, texts: Iterable[object]) -> Iterator[str]:
    yield f"\n## {title}\n\n"
    yield from (f"- {cell_of(str(text))}\n" for text in texts)


def _counts(payer: PayerSummary) -> Iterator[str]:
    """Yield the payer, and the claims, lines and charges of each class."""
    yield cell_of(payer.payer)
    reported = payer.reported()
    yield from (counts_text(reported[name]) for name in CLASS_WORDS)
