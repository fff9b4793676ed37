"""The report of a run for a biller: counts and money, denials with fixes, facts worth checking.

1. `header` and `class_rows` count claims, lines and charges by class.
2. `sections` lists findings and missing facts, the most expensive first.
3. `footer` explains the words of the report, and says where the rest is.

A report has a limited number of lines. What does not fit is counted, and printed with
``--verbose``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Final

import attrs

from payer_rules.errors import Problem, Remark
from payer_rules.reports.class_rows import class_rows, payer_rows
from payer_rules.reports.decisions import count_of
from payer_rules.reports.history_words import HistoryGiven
from payer_rules.reports.report_sections import FEW_CLAIMS, Section, sections
from payer_rules.reports.run_words import explained_words, verdict
from payer_rules.reports.text_layout import PageLayout, dotted, glued, money
from payer_rules.summaries import RunSummary
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.text.escaping import visible

#: The most lines of a report about one payer, and about several.
MOST_LINES: Final = 40
MOST_LINES_OF_SEVERAL: Final = 60


@attrs.frozen(kw_only=True)
class RunContext:
    """The names of files and payers, the problems, the exit code and the layout of a report."""

    files: tuple[str, ...] = ()
    names: Mapping[str, str] = attrs.field(factory=dict)
    problems: Sequence[Problem] = ()
    exit_code: int = 0
    is_verbose: bool = False
    history: HistoryGiven = attrs.Factory(HistoryGiven)
    layout: PageLayout = attrs.Factory(PageLayout)


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
    legend = _legend(summary, layout)
    most = MOST_LINES if len(summary.payers) == 1 else MOST_LINES_OF_SEVERAL
    room = None if context.is_verbose else most - len(first) - len(last) - len(legend)
    parts = _sections(summary, context)
    if room is not None and not _has_room(parts, room):
        room, legend = room + len(legend), []
    body = [*first, *_fitting(parts, room, layout)]
    printed = "\n".join(body)
    yield from body
    yield from (last[0], *(legend and _legend(summary, layout, printed)), *last[1:])


def _sections(summary: RunSummary, context: RunContext) -> list[Section]:
    """Return the sections; a verbose report lists all claims of each finding."""
    most = None if context.is_verbose else FEW_CLAIMS
    return sections(summary, context.layout, given=context.history, most=most)


def _header(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the files and the payer, then the number of claims and lines, and their charges."""
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
    left: float = inf
    if room is not None:
        counts = _shown_entries(parts, room)
        left = room - _lines(parts, counts)
    with_details = _with_details(parts, counts, left)
    for section, count in zip(parts, counts, strict=True):
        yield ""
        if not count:
            texts = count_of(len(section.entries), "older text or table")
            texts = texts.replace("older text or tables", "older texts and tables")
            yield f"{layout.styled(section.title, 'bold')}  {texts} (--verbose lists them)"
            continue
        yield layout.styled(section.title, "bold")
        for entry in section.entries[:count]:
            yield from entry.lines
            if id(entry) in with_details:
                yield from entry.details
        if count < len(section.entries):
            yield f"  … and {len(section.entries) - count:,} more (--verbose lists them)"


def _has_room(parts: Sequence[Section], room: int) -> bool:
    """Return True if there is room for all denials and other findings, and the first facts."""
    counts = _shown_entries(parts, room)
    return all(
        entry.rank > _MOST_URGENT
        for section, count in zip(parts, counts, strict=True)
        for entry in section.entries[count:]
    )


def _shown_entries(parts: Sequence[Section], room: int) -> list[int]:
    """Return the number of entries that each section shows.

    Entries are added in the order of their ranks while there is room: denials, then the first
    facts, then the other findings and facts, then the age of texts. The first denial, and those
    that are always shown, need no room.
    """
    counts = [section.least for section in parts]
    ranked = [
        (entry.rank, at, number)
        for at, section in enumerate(parts)
        for number, entry in enumerate(section.entries)
    ]
    full: set[int] = set()
    for _, at, number in sorted(ranked):
        if number < counts[at] or at in full:
            continue
        more = [
            max(count, number + 1) if place == at else count for place, count in enumerate(counts)
        ]
        if _lines(parts, more) <= room:
            counts = more
        else:
            full.add(at)
    return counts


def _with_details(parts: Sequence[Section], counts: Sequence[int], left: float) -> set[int]:
    """Return the shown entries whose details have room: first how to state facts, then sources."""
    shown = [
        entry
        for section, count in zip(parts, counts, strict=True)
        for entry in section.entries[:count]
        if entry.details
    ]
    chosen: set[int] = set()
    for entry in sorted(shown, key=lambda entry: not entry.has_advice):
        if len(entry.details) <= left:
            left -= len(entry.details)
            chosen.add(id(entry))
    return chosen


def _lines(parts: Sequence[Section], counts: Sequence[int]) -> int:
    """Return the number of lines that sections need to show so many entries without details."""
    total = 0
    for section, count in zip(parts, counts, strict=True):
        if not count:
            total += 2
            continue
        shown = section.entries[:count]
        total += 2 + sum(len(entry.lines) for entry in shown)
        total += count < len(section.entries)
    return total


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
#: The rank of entries that are more urgent than the meaning of the words.
_MOST_URGENT: Final = 2


def _legend(summary: RunSummary, layout: PageLayout, printed: str | None = None) -> list[str]:
    """Return the words of the report with their meaning; only those that are ``printed``."""
    texts = [
        text
        for text in explained_words(summary)
        if printed is None or text.partition(":")[0] in printed
    ]
    return [layout.styled(line, "dim") for text in texts for line in layout.wrapped(text, 0, 13)]


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
