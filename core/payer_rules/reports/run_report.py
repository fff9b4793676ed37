"""The report of a run for a biller: counts and money, denials with fixes, facts worth checking.

1. `header` and `class_rows` count claims, lines and charges by class.
2. `sections` lists findings and missing facts, the most expensive first.
3. `footer` explains the words of the report, and says where the rest is.

A report has a limited number of lines. What does not fit is counted, and printed with
``--verbose``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from payer_rules.errors import Problem, Remark
from payer_rules.reports.class_rows import class_rows, payer_rows
from payer_rules.reports.decisions import count_of
from payer_rules.reports.report_sections import Section, sections
from payer_rules.reports.run_words import explained_words
from payer_rules.reports.text_layout import PageLayout, glued, money
from payer_rules.summaries import RunSummary
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
    exit_code: int | None = None
    is_verbose: bool = False
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
    most = MOST_LINES if len(summary.payers) == 1 else MOST_LINES_OF_SEVERAL
    room = None if context.is_verbose else most - len(first) - len(last)
    yield from first
    yield from _fitting(sections(summary, layout), room, layout)
    yield from last


def _header(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the files and the payer, then the number of claims and lines, and their charges."""
    files = context.files
    label = visible(files[0]) if len(files) == 1 else count_of(len(files), "file")
    column = len(label) + 3
    if len(summary.payers) == 1:
        (payer,) = summary.payers
        name = context.names.get(payer, payer)
    else:
        name = count_of(len(summary.payers), "payer")
    total = summary.total
    counts = [count_of(total.claims, "claim"), count_of(total.lines, "line")]
    if summary.uncoded:
        counts.append(f"{summary.uncoded:,} without a procedure code not checked")
    if total.charges:
        counts.append(f"{money(total.charges)} billed")
    yield context.layout.styled(f"{label}   {visible(name)}", "bold")
    yield from context.layout.wrapped(" · ".join(map(glued, counts)), column)


def _fitting(parts: Sequence[Section], room: int | None, layout: PageLayout) -> Iterator[str]:
    """Yield the sections; of each as many entries as there is room for, the first ones first.

    A section needs a blank line, its title, and a line that counts the entries left out.
    """
    left = room
    for number, section in enumerate(parts):
        shown = list(section.entries)
        if left is not None:
            others = sum(_least(other) for other in parts[number + 1 :])
            shown = _first_entries(section, left - others)
        lines = [
            "",
            layout.styled(section.title, "bold"),
            *(line for entry in shown for line in entry),
        ]
        hidden = len(section.entries) - len(shown)
        if hidden:
            lines.append(f"  … and {hidden:,} more (--verbose lists them)")
        if left is not None:
            left -= len(lines)
        yield from lines


def _least(section: Section) -> int:
    """Return the number of lines that a section has with its first entry."""
    return 3 + (len(section.entries[0]) if section.entries else 0)


def _first_entries(section: Section, room: int) -> list[tuple[str, ...]]:
    """Return the entries that fit into the room, at least one."""
    lines = 3
    shown: list[tuple[str, ...]] = []
    for entry in section.entries:
        lines += len(entry)
        if shown and lines > room:
            break
        shown.append(entry)
    return shown


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


def _footer(summary: RunSummary, context: RunContext) -> Iterator[str]:
    """Yield the words of the report, and where the rest is."""
    layout = context.layout
    yield ""
    for text in explained_words(summary):
        yield from (layout.styled(line, "dim") for line in layout.wrapped(text, 0, 13))
    lines = summary.total.lines
    results = f"All {lines:,} lines" if lines > 1 else "The line"
    more = "" if context.is_verbose else "; claim by claim: --verbose"
    text = f"{results}: --report csv:FILE{more}"
    code = "" if context.exit_code is None else f"exit {context.exit_code}"
    yield f"{text}{code:>{max(layout.width - len(text), len(code) + 2)}}".rstrip()
