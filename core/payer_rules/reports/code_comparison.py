"""One code at several payers: what each answers to a biller's questions on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.decisions import Decision
from payer_rules.engine.words import QUESTIONS, Question
from payer_rules.history import History
from payer_rules.planning.asked_service import AskedService
from payer_rules.reports.payer_answers import CodeAnswer, answers_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import READING_STATUSES, UNREAD, Payer, ReadingStatus, Topic
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, class_of_line

#: Why a payer has no answer. ``none stated``: its text was read, and says that there is no rule;
#: ``no rule``: another text on the topic was read; ``expired``: only texts that are too old.
Silence: TypeAlias = Literal["none stated", "no rule", "expired", "unread"]
SILENCES: Final[dict[Silence, str]] = {
    "none stated": "none stated",
    "no rule": "no rule here",
    "expired": "too old",
    "unread": "unread",
}
#: The topics that a payer's texts on a question are about.
_TOPICS: Final[dict[Question, tuple[Topic, ...]]] = {
    "How many a day": ("frequency",),
    "How many in a longer time": ("frequency",),
    "With what on the same day": ("combination",),
    "Which modifier": ("modifier",),
    "How many in the group": ("session",),
    "How long": ("session",),
    "Who": ("provider",),
    "Where": ("place",),
    "With which authorization": ("authorization",),
    "What else": ("diagnosis", "coverage", "filing"),
}
_SILENCE_OF: Final[dict[ReadingStatus, Silence]] = {
    "checked": "no rule",
    "none stated": "none stated",
    "carried": "no rule",
    "expired": "expired",
    "unread": "unread",
}
_OFFICE: Final = "11"
#: The most lines of a day that payers are asked about.
MOST_COMPARED_LINES: Final = 99


@attrs.frozen(kw_only=True)
class ComparedCell:
    """The answers of a payer to a question about the code, or why it has none."""

    question: Question
    answers: tuple[CodeAnswer, ...]
    silence: Silence

    def __str__(self) -> str:
        answers = dict.fromkeys(map(str, self.answers))
        return "; ".join(answers) or SILENCES[self.silence]


@attrs.frozen(kw_only=True)
class ComparedPayer:
    """A payer with a cell for each question, and its decision on so many units, if asked."""

    payer: Payer
    cells: tuple[ComparedCell, ...]
    decision: Decision | None = None

    def cell(self, question: Question) -> ComparedCell:
        """Return the cell of the question."""
        return self.cells[QUESTIONS.index(question)]

    @property
    def has_answers(self) -> bool:
        """Whether a rule of the payer answers a question."""
        return any(cell.answers for cell in self.cells)

    @property
    def line_class(self) -> LineClass:
        """The class of the worst line; not read without a decision, or without a text on units."""
        decision = self.decision
        if decision is None:
            return "unread"
        found = min(
            (class_of_line(line, decision) for line in decision.lines), key=LINE_CLASSES.index
        )
        is_unread = any(line.topics.get("frequency") in UNREAD for line in decision.lines)
        return "unread" if found == "fine" and is_unread else found


@attrs.frozen(kw_only=True)
class CodeComparison:
    """A code at several payers on a day.

    With ``units``, whether each pays so many on one line, or on each of so many ``lines``.
    """

    code: str
    day: date
    payers: tuple[ComparedPayer, ...]
    units: int | None = None
    lines: int = 1

    @property
    def compared(self) -> tuple[ComparedPayer, ...]:
        """The payers of the table: all, or those that pay the units."""
        if self.units is None:
            return self.payers
        return tuple(payer for payer in self.payers if payer.line_class == "fine")


def compare_code(
    code: str,
    books: Iterable[RuleBook],
    day: date,
    units: int | None = None,
    lines: int | None = None,
) -> CodeComparison:
    """Return what the payers of the books answer about the code for services on the day.

    With ``units`` or ``lines``, each decides a claim with so many units on each of so many lines,
    of which either is 1 if it is not named.
    """
    units, lines = units or (1 if lines else None), lines or 1
    compared = (_compared(code, book, day, units, lines) for book in books)
    return CodeComparison(code=code, day=day, units=units, lines=lines, payers=tuple(compared))


def _compared(code: str, book: RuleBook, day: date, units: int | None, lines: int) -> ComparedPayer:
    edits = book.edits_of(code, day)
    answers = [*answers_of(code, book.payer.id, book.rules, edits, day)]
    statuses = book.own_statuses(code, day)
    return ComparedPayer(
        payer=book.payer,
        cells=tuple(_cell(question, answers, statuses) for question in QUESTIONS),
        decision=None if units is None else _decision(book, code, day, units, lines),
    )


def _cell(
    question: Question, answers: Iterable[CodeAnswer], statuses: Mapping[Topic, ReadingStatus]
) -> ComparedCell:
    found = (statuses[topic] for topic in _TOPICS[question])
    return ComparedCell(
        question=question,
        answers=tuple(answer for answer in answers if answer.question == question),
        silence=_SILENCE_OF[max(found, key=READING_STATUSES.index)],
    )


def _decision(book: RuleBook, code: str, day: date, units: int, lines: int) -> Decision:
    """Return the decision on lines in an office, for a member without earlier services."""
    asked = AskedService(
        code=code, day=day, place_of_service=_OFFICE, units=Decimal(units), lines=lines
    )
    return book.decide(asked.claim(None), History())
