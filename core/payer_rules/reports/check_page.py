"""The claims of a run as one HTML page that needs no network.

The rows of the lines are made with each decision; the page around them, with the counts and the
chart of reasons, when the run has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib.metadata import version
from typing import Final

from payer_rules.errors import Remark
from payer_rules.reports.bar_charts import Bar, BarChart, BarPart, longest
from payer_rules.reports.class_rows import CLASS_WORDS, counts_text
from payer_rules.reports.decided_lines import DecidedLine
from payer_rules.reports.decisions import count_of
from payer_rules.reports.html_pages import template
from payer_rules.reports.outcome_words import denial_codes
from payer_rules.reports.report_entries import Section
from payer_rules.reports.report_sections import sections
from payer_rules.reports.reported_findings import ReportedFinding, reported_findings
from payer_rules.reports.run_report import RunContext
from payer_rules.reports.run_words import EXPLAINED, verdict, words_of
from payer_rules.reports.text_layout import PageLayout, money
from payer_rules.summaries import LineClass, RunSummary
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.text.escaping import visible

#: The classes whose reasons are in the chart, with the styles of their bars.
_STYLES: Final[dict[LineClass, str]] = {"denied": "deny", "reduced": "baseline"}
#: The sections of the text report that are not shown by line.
_LISTED: Final = {"WORTH CHECKING": "Worth checking", "AS OF": "Age of texts and tables"}
#: A width in which no line of a section is wrapped.
_UNWRAPPED: Final = PageLayout(width=1 << 20)


def rows_of_page(lines: Iterable[DecidedLine]) -> str:
    """Return the rows of the lines of one decision; needs Jinja2."""
    return f"{template('check_lines.html.j2').render(lines=lines, classes=CLASS_WORDS)}\n"


def page_of_check(rows: Iterable[str], summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the page, part by part; ``rows`` are those of all decisions."""
    problems = context.problems
    words = [word for word in words_of(summary) if word in EXPLAINED]
    yield from template("check.html.j2").generate(
        rows=rows,
        summary=summary,
        files=context.files,
        names=context.names,
        payers=sorted(summary.payers.values(), key=_rank),
        counts=list(_counts(summary)),
        verdict=" ".join(verdict(summary)),
        classes=CLASS_WORDS,
        chart=_chart(summary),
        sections=list(_sections(summary, context)),
        words={word: EXPLAINED[word] for word in words},
        since=context.since,
        changes=context.changes,
        problems=[problem for problem in problems if not isinstance(problem, Remark)],
        remarks=[problem for problem in problems if isinstance(problem, Remark)],
        engine=version("payer-rules"),
        counts_text=counts_text,
    )


def _rank(payer: PayerSummary) -> tuple[Decimal, int, str]:
    denied = payer.classes["denied"]
    return -denied.charges, -denied.lines, payer.payer


def _counts(summary: RunSummary) -> Iterator[str]:
    """Yield the number of claims and lines, and what they bill."""
    yield count_of(summary.total.claims, "claim")
    yield count_of(summary.total.lines, "line")
    if summary.total.charges:
        yield f"{money(summary.total.charges)} billed"
    if summary.uncoded:
        yield f"{summary.uncoded:,} lines without a procedure code not checked"


def _chart(summary: RunSummary) -> BarChart:
    """Return the reasons of lines that will or may be denied, those of most dollars first.

    Where files state no charges, the bars are numbers of lines.
    """
    found = [(name, finding) for name in _STYLES for finding in reported_findings(summary, name)]
    has_charges = any(finding.tally.charges for _, finding in found)
    bars = [_bar(name, finding, has_charges=has_charges) for name, finding in found]
    by_what = "dollars" if has_charges else "lines"
    return BarChart(
        name="reasons",
        title=f"Reasons by {by_what}",
        about="What the lines with each reason bill. A line with two reasons is in both.",
        head="Reason",
        unit=by_what.capitalize(),
        legend={_STYLES[name]: CLASS_WORDS[name][1] for name in dict(found)},
        bars=tuple(sorted(bars, key=lambda bar: -bar.amount)),
        full=longest(bars),
    )


def _bar(line_class: LineClass, finding: ReportedFinding, *, has_charges: bool) -> Bar:
    """Return the bar of a reason: as long as its charges, or as the number of its lines."""
    tally = finding.tally
    codes = denial_codes(finding.key.adjustment)
    headline = visible(finding.with_codes(finding.group.headline))
    lines = count_of(tally.lines, "line")
    amount = tally.charges if has_charges else tally.lines
    text = f"{money(tally.charges)}, {lines}" if has_charges else lines
    return Bar(
        label=f"{codes}: {headline}" if codes else headline,
        parts=(BarPart(amount=amount, style=_STYLES[line_class]),),
        text=text,
        details=f"{text}, {CLASS_WORDS[line_class][1]}",
    )


def _sections(
    summary: RunSummary, context: RunContext
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield the sections about missing facts and ages, each with the texts of its entries."""
    found = sections(summary, _UNWRAPPED, given=context.history)
    for section in found:
        if section.title in _LISTED:
            yield _LISTED[section.title], list(_entries(section))


def _entries(section: Section) -> Iterator[tuple[str, ...]]:
    for entry in section.entries:
        yield tuple(line.strip() for line in entry.with_details)
