"""One code by all payers side by side: what each says of it, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from payer_rules.engine.words import QUESTIONS
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_words import CODES, CodeWords
from payer_rules.reports.markdown import table_of
from payer_rules.reports.payer_answers import PayerAnswer, answers_of
from payer_rules.reports.rule_items import CONFIDENCE, note_values
from payer_rules.rules import Citation, Payer

#: It is set off from the sign of Markdown's own.
_STAR: Final = r"\*"


def side_by_side(
    code: str,
    payers: Mapping[str, Payer],
    collected: Mapping[str, CollectedRules],
    words: CodeWords,
) -> Iterator[str]:
    """The page as Markdown: a table of all payers, then one for each question, with the sources."""
    answers = {name: list(answers_of(code, each)) for name, each in collected.items()}
    yield f"# {words.of('procedure', code).capitalize()} ({code}), payer by payer"
    yield (
        "First what each payer says in short, then question by question in full, with dates and "
        "sources. An empty cell means that no rule here speaks of it: then nothing is known. A "
        "star marks what holds for some claims alone, or no longer, or was read for some days only."
    )
    heads = ("payer", *(question.lower() for question in QUESTIONS))
    yield table_of(heads, (_overview(payers[name], told, words) for name, told in answers.items()))
    for question in QUESTIONS:
        yield f"## {question}"
        asked = {
            name: [a for a in told if a.question == question] for name, told in answers.items()
        }
        rows = [_row(payers[name], each, words) for name, told in asked.items() for each in told]
        if rows:
            yield table_of(("payer", "what it says", "of", "since", "source"), rows)
        silent = [payers[name].name for name, told in asked.items() if not told]
        if silent:
            yield f"No rule known here: {'; '.join(silent)}."
    yield f"## {CODES}"
    yield table_of(("code", "is about"), words.asked())


def _overview(payer: Payer, told: list[PayerAnswer], words: CodeWords) -> Iterator[str]:
    yield f"[{payer.name}](payers/{payer.id}.md)"
    for question in QUESTIONS:
        asked = (each for each in told if each.question == question)
        short = [f"{each.short}{_STAR if each.is_narrow else ''}" for each in asked]
        yield words.note("; ".join(dict.fromkeys(short)))


def _row(payer: Payer, answer: PayerAnswer, words: CodeWords) -> tuple[str, ...]:
    if answer.rule:
        note_values(answer.rule, words)
    says, of = words.note(answer.says), words.note(answer.of)
    return payer.name, says, of, answer.since, "; ".join(map(_cited, answer.citations))


def _cited(citation: Citation) -> str:
    trust = CONFIDENCE[citation.confidence]
    return f"[{citation.row}: {citation.title}]({citation.url}), {trust}, read on {citation.read}"
