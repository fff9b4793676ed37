"""One code by all payers, compared question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from payer_rules.engine.words import QUESTIONS
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_labels import CODES, CodeLabels
from payer_rules.reports.markdown import table_of
from payer_rules.reports.payer_answers import CodeAnswer, answers_of
from payer_rules.reports.rule_items import CONFIDENCE, note_values
from payer_rules.rules import Citation, Payer

#: Escaped, because Markdown uses the sign for emphasis.
_STAR: Final = r"\*"


def side_by_side(
    code: str,
    payers: Mapping[str, Payer],
    collected: Mapping[str, CollectedRules],
    labels: CodeLabels,
) -> Iterator[str]:
    """Yield the page in Markdown: a table of all payers, then one for each question."""
    answers = {name: list(answers_of(code, each)) for name, each in collected.items()}
    yield f"# {labels.of('procedure', code).capitalize()} ({code}), payer by payer"
    yield (
        "The first table has each payer's rules in short, the others have them in full, with dates "
        "and sources. An empty cell means that there is no rule here, and the answer is not known. "
        "A star marks rules that apply only to some claims or some dates."
    )
    heads = ("payer", *(question.lower() for question in QUESTIONS))
    yield table_of(
        heads, (_overview(payers[name], found, labels) for name, found in answers.items())
    )
    for question in QUESTIONS:
        yield f"## {question}"
        asked = {
            name: [a for a in found if a.question == question] for name, found in answers.items()
        }
        rows = [_row(payers[name], each, labels) for name, found in asked.items() for each in found]
        if rows:
            yield table_of(("payer", "rule", "applies to", "in effect", "source"), rows)
        without = [payers[name].name for name, found in asked.items() if not found]
        if without:
            yield f"No rule here: {'; '.join(without)}."
    yield f"## {CODES}"
    yield table_of(("code", "meaning"), labels.asked())


def _overview(payer: Payer, answers: list[CodeAnswer], labels: CodeLabels) -> Iterator[str]:
    yield f"[{payer.name}](payers/{payer.id}.md)"
    for question in QUESTIONS:
        asked = (each for each in answers if each.question == question)
        short = [f"{each.short}{_STAR if each.is_narrow else ''}" for each in asked]
        yield labels.note("; ".join(dict.fromkeys(short)))


def _row(payer: Payer, answer: CodeAnswer, labels: CodeLabels) -> tuple[str, ...]:
    if answer.rule:
        note_values(answer.rule, labels)
    says, of = labels.note(answer.says), labels.note(answer.of)
    return payer.name, says, of, answer.since, "; ".join(map(_cited, answer.citations))


def _cited(citation: Citation) -> str:
    trust = CONFIDENCE[citation.confidence]
    return f"[{citation.row}: {citation.title}]({citation.url}), {trust}, read on {citation.read}"
