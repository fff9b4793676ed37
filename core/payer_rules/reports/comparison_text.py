"""One code at several payers as text of 80 columns, and as data for JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from payer_rules.engine.words import QUESTIONS, Question
from payer_rules.reports.class_rows import CLASS_WORDS
from payer_rules.reports.code_comparison import (
    SILENCES,
    CodeComparison,
    ComparedCell,
    ComparedPayer,
)
from payer_rules.reports.data import Data, of_decision, plain
from payer_rules.reports.decisions import count_of
from payer_rules.reports.explaining import cited
from payer_rules.reports.next_dates import folded
from payer_rules.reports.payer_answers import CodeAnswer
from payer_rules.rules import Payer
from payer_rules.summaries import LINE_CLASSES, LineClass

_WIDTH: Final = 80
#: The widest column of payers, with its indentation.
_WIDEST: Final = 26
#: So many payers of whom nothing was read are named; more are counted.
_MOST_NAMED: Final = 12
#: What marks and words of cells mean, in the order of the legend.
LEGEND: Final = {
    "*": "only some lines: of a place, a plan or a setting, for example",
    "MUE": "a national limit of units that binds the payer",
    "~": "carried: read for an earlier date, and taken to hold",
    "(for review)": "read for a much earlier or an unknown date; ask the payer",
    "(too old)": "read once, and too old to judge by",
    "none stated": "the payer's text was read, and states no rule",
    "no rule here": "a text on the topic was read, and no rule answers this",
    "unread": "nobody has read the payer's text on it",
}
_UNREAD: Final = "not read, or no limit of a day that we have"


def comparison_lines(comparison: CodeComparison, *, sources: bool = False) -> Iterator[str]:
    """Yield the comparison: for each question a row for each payer, then what the marks mean.

    With ``sources`` each answer has its rule, the lines to which it applies, its dates and sources.
    """
    payers = count_of(len(comparison.payers), "payer")
    yield f"{comparison.code} at {payers}, for services on {comparison.day}"
    if comparison.units is not None:
        yield ""
        yield from _paid_units(comparison)
    for question in QUESTIONS if comparison.compared else ():
        yield ""
        yield question.upper()
        yield from _section(comparison.compared, question, sources=sources)
    used = " ".join(str(cell) for each in comparison.compared for cell in each.cells)
    yield ""
    yield from (f"{mark:<13} {words}" for mark, words in LEGEND.items() if mark in used)
    if not sources:
        yield "Lines, dates and sources of each answer: --sources"
    yield "A rule in full, with examples: payer-rules explain RULE"


def paid_units_title(comparison: CodeComparison) -> str:
    """Return what the payers were asked: ``2 units of 90853 on one line, in an office``."""
    return f"{_asked(comparison)}, in an office, no earlier services"


def _asked(comparison: CodeComparison) -> str:
    """Return the number that the payers were asked about: ``2 lines of 90853 on one day``."""
    units = count_of(comparison.units or 0, "unit")
    if comparison.lines == 1:
        return f"{units} of {comparison.code} on one line"
    of_each = "" if comparison.units == 1 else f", {units} on each"
    return f"{count_of(comparison.lines, 'line')} of {comparison.code} on one day{of_each}"


def nobody_pays(comparison: CodeComparison) -> str:
    """Return that no payer is known to pay the units; nothing if one is."""
    if comparison.compared:
        return ""
    return f"nobody: no payer is known to pay {_asked(comparison)}"


def class_words(name: LineClass) -> str:
    """Return what a class of lines means for a number of units."""
    return _UNREAD if name == "unread" else CLASS_WORDS[name][1]


def _paid_units(comparison: CodeComparison) -> Iterator[str]:
    """Yield the payers by what the engine answers for the units, the worst answer first."""
    yield f"{paid_units_title(comparison)}:"
    for name in LINE_CLASSES:
        found = [each for each in comparison.payers if each.line_class == name]
        if found:
            sign = CLASS_WORDS[name][0]
            ids = ", ".join(each.payer.id for each in found)
            yield from folded(f"{sign} {class_words(name)}: {ids}", "  ")
        if name in ("denied", "reduced"):
            yield from _reasons(found)
    if nobody := nobody_pays(comparison):
        yield from folded(f"{CLASS_WORDS['fine'][0]} {nobody}", "  ")


def _reasons(payers: Iterable[ComparedPayer]) -> Iterator[str]:
    """Yield each reason once, with the rules that give it."""
    rules: dict[str, list[str]] = {}
    for each in payers:
        for finding in each.decision.findings if each.decision else ():
            rules.setdefault(finding.message, []).append(finding.rule)
    for message, ids in rules.items():
        named = ids[0] if len(ids) == 1 else f"{len(ids)} payers, such as {ids[0]}"
        yield from folded(f"{message} ({named})", "      ")


def _section(
    payers: Sequence[ComparedPayer], question: Question, *, sources: bool
) -> Iterator[str]:
    """Yield a row for each payer that answers, then the payers that do not, by reason."""
    heads = [*SILENCES.values(), *(each.payer.id for each in payers)]
    width = min(_WIDEST, max(map(len, heads)) + 4)
    for each in payers:
        cell = each.cell(question)
        if cell.answers:
            yield from _row(each.payer.id, str(cell), width)
        if sources:
            yield from _sources(cell)
    for words, silent in silent_payers((each, each.cell(question)) for each in payers):
        names = ", ".join(payer.id for payer in silent)
        if words == SILENCES["unread"] and len(silent) > _MOST_NAMED:
            which = "all" if len(silent) == len(payers) else "the other"
            names = f"{which} {len(silent)} payers"
        yield from _row(words, names, width)


def silent_payers(
    cells: Iterable[tuple[ComparedPayer, ComparedCell]],
) -> Iterator[tuple[str, list[Payer]]]:
    """Yield why payers have no answer, with the payers."""
    silent: dict[str, list[Payer]] = {words: [] for words in SILENCES.values()}
    for each, cell in cells:
        if not cell.answers:
            silent[str(cell)].append(each.payer)
    yield from ((words, payers) for words, payers in silent.items() if payers)


def _row(name: str, text: str, width: int) -> Iterator[str]:
    head = f"  {name}".ljust(width)
    head = head if head.endswith(" ") else f"{head} "
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * width,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sources(cell: ComparedCell) -> Iterator[str]:
    for answer in cell.answers:
        text = f"{answer.rule_id}: {answer.short}; {answer.of}; {answer.since}"
        yield from folded(text, "      ")
        yield from (line for c in answer.citations for line in folded(cited(c), "        "))


def comparison_data(comparison: CodeComparison) -> dict[str, Data]:
    """Return the comparison as data for JSON, with every rule and source."""
    return {
        "code": comparison.code,
        "on": plain(comparison.day),
        "units": comparison.units,
        "lines": comparison.lines,
        "payers": [_of_payer(each, comparison.units) for each in comparison.payers],
    }


def _of_payer(compared: ComparedPayer, units: int | None) -> Data:
    data: dict[str, Data] = {
        "payer": compared.payer.id,
        "name": compared.payer.name,
        "cells": [_of_cell(cell) for cell in compared.cells],
    }
    if units is not None and compared.decision is not None:
        data["class"] = compared.line_class
        data["decision"] = of_decision(compared.decision)
    return data


def _of_cell(cell: ComparedCell) -> Data:
    return {
        "question": cell.question,
        "answers": [_of_answer(answer) for answer in cell.answers],
        "silence": None if cell.answers else cell.silence,
    }


def _of_answer(answer: CodeAnswer) -> Data:
    return {
        "short": answer.short,
        "says": answer.says,
        "of": answer.of,
        "since": answer.since,
        "reading": answer.reading,
        "rule": answer.rule_id,
        "citations": plain(answer.citations),
    }
