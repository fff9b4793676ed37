"""The answers of one payer to a biller's questions about one code, in short and in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.engine.words import Question
from payer_rules.kinds import kind_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.reports.code_labels import code_ranges
from payer_rules.reports.conditions import conditions_text
from payer_rules.reports.decisions import count_of
from payer_rules.reports.rule_items import since
from payer_rules.rulebook.code_edits import CodeEdits
from payer_rules.rulebook.live_rules import CURRENT, status_of
from payer_rules.rules import AddOnEdit, Citation, PairEdit, Rule, UnitEdit

#: How an answer holds on a day. ``checked``: its text was read for the day; ``carried``: for an
#: earlier day, and it holds with its own outcome; ``review``: for an earlier or an unknown day, and
#: it is for review; ``expired``: it is too old to judge by.
AnswerReading: TypeAlias = Literal["checked", "carried", "review", "expired"]
#: The mark behind an answer whose text was not read for the day.
READING_MARKS: Final[dict[AnswerReading, str]] = {
    "checked": "",
    "carried": "~",
    "review": " (for review)",
    "expired": " (too old)",
}


@attrs.frozen(kw_only=True)
class CodeAnswer:
    """The answer of one rule to one question: in short, in full, its lines, dates and sources.

    ``is_narrow`` is true if it applies only to some lines. ``rule_id`` is what ``explain`` takes;
    ``rule`` is ``None`` for edits.
    """

    question: Question
    short: str
    says: str
    of: str
    since: str
    is_narrow: bool
    reading: AnswerReading
    rule_id: str
    citations: tuple[Citation, ...]
    rule: Rule | None = None

    def __str__(self) -> str:
        return f"{self.short}{'*' if self.is_narrow else ''}{READING_MARKS[self.reading]}"


def answers_of(
    code: str, payer: str, rules: Sequence[Rule], edits: Iterable[CodeEdits], day: date
) -> Iterator[CodeAnswer]:
    """Yield the answers about the code for services on a day, of rules and then of edits."""
    for rule in rules:
        answers = [*kind_of(rule).words.answers(rule, code)]
        reading = _reading(rule, rules, day) if answers else None
        if reading is not None:
            for question, short in answers:
                yield _of_rule(rule, question, short, reading)
    for each in edits:
        yield _of_edits(each, code, f"{payer}/{each.rule}")


def _reading(rule: Rule, rules: Sequence[Rule], day: date) -> AnswerReading | None:
    """Return how the rule holds on the day; None if the payer does not have it on that day."""
    status = status_of(rule, rules, day)
    if status not in CURRENT:
        return None
    if status == "review" or status == "expired":
        return status
    is_checked = rule.verified_dates is None or day in rule.verified_dates
    return "checked" if is_checked else "carried"


def _of_rule(rule: Rule, question: Question, short: str, reading: AnswerReading) -> CodeAnswer:
    narrowed = conditions_text(rule.when, rule.exceptions)
    return CodeAnswer(
        question=question,
        short=short,
        says=rule.rationale,
        of=f"lines {narrowed}" if narrowed else "all lines",
        since=since(rule),
        is_narrow=bool(narrowed),
        reading=reading,
        rule_id=rule.id,
        citations=rule.citations,
        rule=rule,
    )


def _of_edits(edits: CodeEdits, code: str, rule_id: str) -> CodeAnswer:
    question, short, says = _in_words(edits, code)
    return CodeAnswer(
        question=question,
        short=short,
        says=says,
        of=f"lines in the setting {edits.terms.setting}",
        since=f"table {edits.table}",
        is_narrow=True,
        reading="carried" if edits.is_carried else "checked",
        rule_id=rule_id,
        citations=edits.citations,
    )


def _in_words(edits: CodeEdits, code: str) -> tuple[Question, str, str]:
    """Return the question that edits answer, and the answer in short and in full."""
    is_plain = edits.terms.setting == "practitioner"
    setting = "" if is_plain else f", {edits.terms.setting}"
    units = [row for row in edits.rows if isinstance(row, UnitEdit)]
    if units:
        label = "" if edits.terms.is_own else f" (MUE{setting})"
        return "How many a day", f"{units[0].most} a {_of_what(units[0])}{label}", _units(units[0])
    pairs = [row for row in edits.rows if isinstance(row, PairEdit)]
    if pairs:
        name = f"pairs of {edits.terms.program}" if edits.terms.is_own else f"NCCI pairs{setting}"
        return "With what on the same day", name, " ".join(_pairs(pairs, code))
    add_ons = [row for row in edits.rows if isinstance(row, AddOnEdit)]
    parts = [
        f"only with {codes_text(row.primaries)}"
        if row.code == code and row.primaries
        else "only with a primary code"
        if row.code == code
        else f"carries {row.code}"
        for row in add_ons
    ]
    text = "; ".join(dict.fromkeys(parts))
    return "With what on the same day", text, f"Add-on codes: {text}."


def _units(edit: UnitEdit) -> str:
    units = count_of(edit.most, "unit")
    return f"Of more than {units} on one {_of_what(edit)} all are denied."


def _of_what(edit: UnitEdit) -> str:
    """Return whether units are limited on a line or a day; Medicaid's files do not state it."""
    return "day" if edit.mai in (2, 3) else "line"


def _pairs(pairs: Iterable[PairEdit], code: str) -> Iterator[str]:
    """Yield sentences that name the codes with which the code, or which with it, are not paid."""
    for words, indicator in (("with any modifier", 0), ("without a modifier that says why", 1)):
        found = [pair for pair in pairs if pair.indicator == indicator]
        after = sorted({pair.column2 for pair in found if pair.column1 == code})
        before = sorted({pair.column1 for pair in found if pair.column2 == code})
        if after:
            yield f"With it {code_ranges(after)} are not paid, {words}."
        if before:
            yield f"With {code_ranges(before)} it is not paid, {words}."
