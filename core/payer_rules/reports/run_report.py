"""The report of a run for a biller: counts and money, denials with fixes, facts worth checking.

1. `header` and `class_rows` count claims, lines and charges by class.
2. `sections` lists findings and missing facts, the most expensive first.
3. `footer` explains the words of the report, and says where the rest is.

A report has a limited number of lines, which the denials of a few claims alone may exceed. What
does not fit is counted, and printed with ``--verbose``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from payer_rules.conformance.earlier_runs import RunChange
from payer_rules.errors import Problem, Remark
from payer_rules.reports.class_rows import class_rows, payer_rows
from payer_rules.reports.decisions import count_of
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.report_entries import OLDER, Section
from payer_rules.reports.report_room import fitted, has_room
from payer_rules.reports.report_sections import sections
from payer_rules.reports.reported_findings import FEW_CLAIMS
from payer_rules.reports.run_changes import lines_of_changes
from payer_rules.reports.run_words import explained_words, in_short, verdict, words_of
from payer_rules.reports.text_layout import PageLayout, dotted, glued, money
from payer_rules.summaries import RunSummary
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.text.escaping import visible

#: The most lines of a report about one payer, and about several.
MOST_LINES: Final = 40
MOST_LINES_OF_SEVERAL: Final = 60


@attrs.frozen(kw_only=True)
class RunContext:
    """The names of files and payers, the problems, the exit code and the layout of a report.

    ``changes`` are the differences from the earlier report ``since``, if there is one.
    """

    files: tuple[str, ...] = ()
    names: Mapping[str, str] = attrs.field(factory=dict)
    problems: Sequence[Problem] = ()
    exit_code: int = 0
    is_verbose: bool = False
    history: HistoryGiven = attrs.Factory(HistoryGiven)
    layout: PageLayout = attrs.Factory(PageLayout)
    since: str = ""
    changes: Sequence[RunChange] = ()


def run_report(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the lines of the report."""
    layout = context.layout
    first = [*_header(summary, context), ""]
    if len(summary.payers) == 1:
        (payer,) = summary.payers.values()
        first += class_rows(payer, layout)
    else:
        first += payer_rows(summary, layout)
    last = [*_footer(summary, context), *_remarks(context.problems, layout)]
    most = MOST_LINES if len(summary.payers) == 1 else MOST_LINES_OF_SEVERAL
    room = None if context.is_verbose else most - len(first) - len(last)
    body, legend = _body(summary, context, room, first)
    yield from (*first, *body, last[0], *legend, *last[1:])
    if context.since:
        yield ""
        yield from lines_of_changes(
            f"since {context.since}",
            context.changes,
            layout,
            show_all=context.is_verbose,
            option="--verbose",
        )


def _body(
    summary: RunSummary, context: RunContext, room: int | None, first: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return the sections, and the legend of their words, in a room of so many lines.

    The legend is in short words if findings or the first facts need the room. ``first`` are the
    lines before the sections.
    """
    layout, parts = context.layout, _sections(summary, context)
    full = _legend(summary, layout)
    if room is None or has_room(parts, room - len(full)):
        body = [*_fitting(parts, None if room is None else room - len(full), layout)]
        return body, _legend(summary, layout, [*first, *body])
    for lines in range(len(full) + 1):
        body = [*_fitting(parts, room - lines, layout)]
        legend = _short_legend(summary, layout, [*first, *body])
        if len(legend) <= lines:
            break
    return body, legend


def _sections(summary: RunSummary, context: RunContext) -> list[Section]:
    """Return the sections; a verbose report lists all claims of each finding."""
    most = None if context.is_verbose else FEW_CLAIMS
    return sections(summary, context.layout, given=context.history, most=most)


def _header(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the files and the payer, the claims, lines and charges, and the history."""
    files = context.files
    label = visible(files[0]) if len(files) == 1 else count_of(len(files), "file")
    column = len(label) + 3
    if len(summary.payers) == 1:
        (payer,) = summary.payers
        name = context.names.get(payer, payer) + _contractor(summary.payers[payer])
    else:
        name = count_of(len(summary.payers), "payer")
    total = summary.total
    counts = [count_of(total.claims, "claim"), count_of(total.lines, "line")]
    if summary.uncoded:
        counts.append(f"{summary.uncoded:,} without a procedure code not checked")
    if total.charges:
        counts.append(f"{money(total.charges)} billed")
    yield context.layout.styled(f"{label}   {visible(name)}", "bold")
    yield from context.layout.wrapped(dotted(map(glued, counts)), column)
    if history := context.history.coverage(summary, names_members=context.is_verbose):
        yield from context.layout.wrapped(history, 2, 2)
    if gap := context.history.gap(summary.last_day):
        yield from context.layout.wrapped(gap, 2, 2)


def _contractor(summary: PayerSummary) -> str:
    """Return the contractor in parentheses if it was derived for all claims, and is one."""
    words = {fact.value for fact in summary.contractors}
    if len(words) != 1 or summary.contractors.total() != summary.total.claims:
        return ""
    sources = sorted({fact.source for fact in summary.contractors})
    more = " and others" if len(sources) > 1 else ""
    return f" ({words.pop().replace('-', ' ').upper()}, from {sources[0]}{more})"


def _fitting(parts: Sequence[Section], room: int | None, layout: PageLayout) -> Iterator[str]:
    """Yield the sections with as many entries as there is room for, the first ones first."""
    counts = [len(section.entries) for section in parts]
    chosen = {id(entry) for section in parts for entry in section.entries}
    if room is not None:
        counts, chosen = fitted(parts, room)
    for section, count in zip(parts, counts, strict=True):
        yield ""
        if not count:
            width = layout.width - len(section.title) - 2
            text = next((text for text in _in_one_line(section) if len(text) <= width), _LISTED)
            yield f"{layout.styled(section.title, 'bold')}  {text}"
            continue
        yield layout.styled(section.title, "bold")
        for entry in section.entries[:count]:
            is_whole = id(entry) in chosen or not entry.details
            yield from entry.with_details if is_whole else entry.without_details
        if count < len(section.entries):
            yield f"  … and {len(section.entries) - count:,} more {_LISTED}"


_LISTED: Final = "(--verbose lists them)"


def _in_one_line(section: Section) -> Iterator[str]:
    """Yield the number of entries, the first with the command that gets newer tables, if any."""
    texts = count_of(len(section.entries), section.noun)
    texts = texts.replace("older text or tables", "older texts and tables")
    advice = [entry.details[0] for entry in section.entries if entry.has_advice and entry.details]
    if advice and section.noun == OLDER:
        command = advice[0].strip().removeprefix("→ ")
        yield f"{texts} (--verbose): {command}"
        yield f"{len(section.entries):,} older (--verbose): {command}"
        yield f"{texts}: --verbose lists them, and how to renew them"
    yield f"{texts} {_LISTED}"


def _remarks(problems: Sequence[Problem], layout: PageLayout) -> Iterator[str]:
    """Yield the remarks about the files; a few of many."""
    remarks = [problem for problem in problems if isinstance(problem, Remark)]
    if remarks:
        yield ""
        yield "remarks about the files (no claim, line or fact was lost):"
        for remark in remarks[:_MOST_REMARKS]:
            yield from layout.wrapped(str(remark), 2, 2)
        if len(remarks) > _MOST_REMARKS:
            yield f"  … and {len(remarks) - _MOST_REMARKS:,} more"


_MOST_REMARKS: Final = 3


def _legend(
    summary: RunSummary, layout: PageLayout, above: Sequence[str] | None = None
) -> list[str]:
    """Return the words of the report with their meaning; only those of the lines ``above``."""
    texts = [
        text
        for text in explained_words(summary)
        if above is None or text.partition(":")[0] in "\n".join(above)
    ]
    return [layout.styled(line, "dim") for text in texts for line in layout.wrapped(text, 0, 13)]


def _short_legend(summary: RunSummary, layout: PageLayout, above: Sequence[str]) -> list[str]:
    """Return the words of the lines ``above`` with their meaning, several on a line."""
    printed = "\n".join(above)
    words = [word for word in words_of(summary) if word in printed]
    return [layout.styled(line, "dim") for line in layout.wrapped(in_short(words), 0, 2)]


def _footer(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield what to do with the claims before they are sent, and where the rest is."""
    layout = context.layout
    yield ""
    yield from (line for text in verdict(summary) for line in layout.wrapped(text))
    lines = summary.total.lines
    results = f"All {lines:,} lines" if lines > 1 else "The line"
    more = "" if context.is_verbose else "; claim by claim: --verbose"
    text = f"{results}: --report csv:FILE{more}"
    code = f"exit {context.exit_code:d}"
    yield f"{text}{code:>{max(layout.width - len(text), len(code) + 2)}}".rstrip()
