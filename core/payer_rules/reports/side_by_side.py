"""One code at several payers as Markdown and as an HTML page that needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.engine.words import QUESTIONS
from payer_rules.reports.class_rows import CLASS_WORDS
from payer_rules.reports.code_comparison import CodeComparison, ComparedCell, ComparedPayer
from payer_rules.reports.code_labels import CODES, CodeLabels
from payer_rules.reports.comparison_text import (
    LEGEND,
    class_words,
    nobody_pays,
    paid_units_title,
    silent_payers,
)
from payer_rules.reports.decided_lines import LineReason
from payer_rules.reports.html_pages import template
from payer_rules.reports.markdown import table_of
from payer_rules.reports.next_dates import BASIS_LABELS
from payer_rules.reports.payer_answers import CodeAnswer
from payer_rules.reports.rule_items import CONFIDENCE, note_values
from payer_rules.rules import Citation
from payer_rules.summaries import LINE_CLASSES, LineClass

#: Escaped, because Markdown uses the sign for emphasis.
_ESCAPED: Final = str.maketrans({"*": r"\*", "~": r"\~", "|": r"\|"})
_ABOUT: Final = (
    "The first table has each payer's rules for services on {} in short; the others have them in "
    "full, with dates and sources. What the marks mean:"
)


def side_by_side(
    comparison: CodeComparison, labels: CodeLabels, payer_pages: str | None = None
) -> Iterator[str]:
    """Yield the page in Markdown: a table of all payers, then one for each question.

    ``payer_pages`` is the folder with a page for each payer, to which their names then lead.
    """
    code = comparison.code
    yield f"# {labels.title(code)}, payer by payer"
    yield _ABOUT.format(comparison.day)
    yield "\n".join(f"- `{mark}`: {words}" for mark, words in LEGEND.items())
    if comparison.units is not None:
        yield f"{paid_units_title(comparison)}:"
        yield "\n".join(f"- {line}" for line in _by_class(comparison))
    heads = ("payer", *(question.lower() for question in QUESTIONS))
    speaking = [each for each in comparison.compared if each.has_answers]
    yield table_of(heads, (_overview(each, labels, payer_pages) for each in speaking))
    silent = [each.payer.name for each in comparison.compared if not each.has_answers]
    if silent:
        yield f"Without a rule about it: {'; '.join(silent)}."
    for question in QUESTIONS:
        yield f"## {question}"
        cells = [(each, each.cell(question)) for each in comparison.compared]
        rows = [_row(each, answer, labels) for each, cell in cells for answer in cell.answers]
        if rows:
            yield table_of(("payer", "rule", "applies to", "in effect", "source"), rows)
        for words, payers in silent_payers(cells):
            yield f"{words.capitalize()}: {'; '.join(each.name for each in payers)}."
    codes = [*labels.asked()]
    if codes:
        yield f"## {CODES}"
        yield table_of(("code", "meaning"), codes)


def comparison_page(comparison: CodeComparison) -> Iterator[str]:
    """Yield the HTML page, part by part; needs Jinja2."""
    yield from template("side_by_side.html.j2").generate(
        comparison=comparison,
        questions=QUESTIONS,
        legend=LEGEND,
        marks={name: (CLASS_WORDS[name][0], class_words(name)) for name in LINE_CLASSES},
        units=paid_units_title(comparison) if comparison.units is not None else "",
        nobody=nobody_pays(comparison) if comparison.units is not None else "",
        bases=BASIS_LABELS,
        answers=[*_answers(comparison)] if comparison.units is not None else [],
    )


def _answers(comparison: CodeComparison) -> Iterator[tuple[str, LineClass, list[LineReason]]]:
    """Yield the payers with the class of the units and its reasons, those that pay first."""
    for name in reversed(LINE_CLASSES):
        for each in comparison.payers:
            if each.line_class == name and each.decision is not None:
                yield each.payer.name, name, [*map(LineReason.of, each.decision.findings)]


def _by_class(comparison: CodeComparison) -> Iterator[str]:
    """Yield for each class the payers that answer so, the worst first."""
    for name in LINE_CLASSES:
        found = [each.payer.name for each in comparison.payers if each.line_class == name]
        if found:
            yield f"{class_words(name)}: {'; '.join(found)}"
    if nobody := nobody_pays(comparison):
        yield nobody


def _overview(
    compared: ComparedPayer, labels: CodeLabels, payer_pages: str | None
) -> Iterator[str]:
    payer = compared.payer
    yield f"[{payer.name}]({payer_pages}/{payer.id}.md)" if payer_pages else payer.name
    yield from (labels.note(_cell(cell)) for cell in compared.cells)


def _cell(cell: ComparedCell) -> str:
    return str(cell).translate(_ESCAPED)


def _row(compared: ComparedPayer, answer: CodeAnswer, labels: CodeLabels) -> tuple[str, ...]:
    if answer.rule:
        note_values(answer.rule, labels)
    says, of = labels.note(answer.says), labels.note(answer.of)
    sources = "; ".join(map(_cited, answer.citations))
    since = f"{answer.since} (`{answer.rule_id}`)"
    return compared.payer.name, says, of, since, sources


def _cited(citation: Citation) -> str:
    trust = CONFIDENCE[citation.confidence]
    return f"[{citation.row}: {citation.title}]({citation.url}), {trust}, read on {citation.read}"
