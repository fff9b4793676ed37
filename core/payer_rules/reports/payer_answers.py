"""The answers of one payer to a biller's questions about one code, in short and in full."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.engine.words import Question
from payer_rules.kinds import (
    kind_of,
)
from payer_rules.registry import CollectedRules
from payer_rules.reports.code_labels import code_ranges
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.decisions import count_of
from payer_rules.reports.rule_items import since, span_in_words
from payer_rules.rules import Citation, EditTable, Rule, UnitEdit


@attrs.frozen(kw_only=True)
class CodeAnswer:
    """The answer of one rule to one question: in short, in full, its lines, dates and sources.

    ``is_narrow`` is true if it applies only to some lines or dates.
    """

    question: Question
    short: str
    says: str
    of: str
    since: str
    is_narrow: bool
    citations: tuple[Citation, ...]
    rule: Rule | None = None


def answers_of(code: str, collected: CollectedRules) -> Iterator[CodeAnswer]:
    """Yield the answers of the payer's rules and edit tables about the code."""
    for rule in collected.rules:
        for question, short in kind_of(rule).words.answers(rule, code):
            yield _of_rule(rule, question, short)
    for table in collected.tables:
        yield from _of_units(table, code)
        yield from _of_pairs(table, code)


def _of_rule(rule: Rule, question: Question, short: str) -> CodeAnswer:
    narrowed = conditions_text(rule.when, rule.exceptions)
    return CodeAnswer(
        question=question,
        short=short,
        says=rule.rationale,
        of=f"lines {narrowed}" if narrowed else "all lines",
        since=since(rule),
        is_narrow=bool(narrowed or rule.in_force.last or rule.verified),
        citations=rule.citations,
        rule=rule,
    )


def _of_units(table: EditTable, code: str) -> Iterator[CodeAnswer]:
    for edit in table.units:
        if edit.code == code:
            yield CodeAnswer(
                question="How often",
                short=f"{edit.most} a {_of_what(edit)}",
                says=f"Of more than {count_of(edit.most, 'unit')} on one {_of_what(edit)} "
                "all are denied.",
                of=f"lines in the setting {table.setting}",
                since=f"services {span_in_words(edit.verified)}",
                is_narrow=True,
                citations=table.unit_citations[:1],
            )


def _of_what(edit: UnitEdit) -> str:
    """Return whether units are limited on a line or a day; Medicaid's files do not state it."""
    return "day" if edit.mai in (2, 3) else "line"


def _of_pairs(table: EditTable, code: str) -> Iterator[CodeAnswer]:
    sentences = []
    days = span_in_words(table.verified)
    for words, indicator in (("with any modifier", 0), ("without a modifier that says why", 1)):
        found = [pair for pair in table.pairs if pair.indicator == indicator]
        after = frozenset(pair.column2 for pair in found if pair.column1 == code)
        before = frozenset(pair.column1 for pair in found if pair.column2 == code)
        sentences += (
            [f"With it {code_ranges(sorted(after))} are not paid, {words}."] if after else []
        )
        sentences += (
            [f"With {code_ranges(sorted(before))} it is not paid, {words}."] if before else []
        )
    if sentences:
        yield CodeAnswer(
            question="With what on the same day",
            short=f"pairs of {table.program}" if table.is_own else "NCCI pairs",
            says=" ".join(sentences),
            of=f"lines in the setting {table.setting}",
            since=f"services {days}; pairs that a newer text confirms, longer",
            is_narrow=True,
            citations=table.pair_citations[:1],
        )
