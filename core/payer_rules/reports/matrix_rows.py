"""The matrix of the HTML report: a row for each scenario, and its answers by payer.

Most answers are like another one in all that the matrix and its filters need, so these values are
stated once, and a cell has the number of its values in the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from payer_rules.conformance.run_comparison import outcomes_in_words
from payer_rules.conformance.run_record import AnswerRecord, RunRecord, ScenarioRecord

#: The statuses of answers that are compared with an expected one.
_CONFIRMED: Final = ("agrees", "disagrees", "errored")
#: The letter of an outcome in a cell.
_LETTERS: Final = {
    "deny": "D",
    "return": "N",
    "reduce": "R",
    "review": "V",
    "pay": "P",
    "unknown": "?",
    "unread": "?",
}


@attrs.frozen(kw_only=True)
class PageAnswer:
    """The values that equal cells share: letters, outcomes in words, kinds of rules and topics."""

    letters: str
    outcome: str
    words: str
    kinds: tuple[str, ...]
    topics: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PageCell:
    """A cell of the matrix: the column of its payer, and its answer with the number in the list."""

    payer: str
    column: int
    status: str
    answer: PageAnswer
    number: int

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has stated which answer is expected."""
        return self.status in _CONFIRMED


@attrs.frozen(kw_only=True)
class PageRow:
    """A scenario: its number in the record, its cells, and what the filters need."""

    number: int
    scenario: ScenarioRecord
    day: str
    codes: str
    differs: bool
    cells: tuple[PageCell | None, ...]

    @property
    def others(self) -> str:
        """The column and the number of each answer that nobody has confirmed."""
        cells = (cell for cell in self.cells if cell and not cell.is_confirmed)
        return " ".join(f"{cell.column}:{cell.number}" for cell in cells)


class MatrixRows:
    """The rows of a record, and the list of their answers, which grows with the rows."""

    def __init__(self, record: RunRecord) -> None:
        self.answers: dict[PageAnswer, int] = {}
        self._record = record
        self._kinds = {rule.id: rule.kind for rule in record.rules}
        self._by_decision: dict[int, PageAnswer] = {}

    def rows(self) -> Iterator[PageRow]:
        """Yield the rows of scenarios of whose codes a rule of some payer speaks."""
        for number, scenario in enumerate(self._record.scenarios):
            answers = {
                answer.payer: answer
                for answer in scenario.answers
                if answer.status != "not applicable"
            }
            if answers:
                yield self._row(number, scenario, answers)

    def _row(
        self, number: int, scenario: ScenarioRecord, answers: Mapping[str, AnswerRecord]
    ) -> PageRow:
        lines = self._record.shared.claims[scenario.claim]["claim"]["lines"]
        return PageRow(
            number=number,
            scenario=scenario,
            day=min((line["date_from"] for line in lines), default=""),
            codes=" ".join(dict.fromkeys(str(line.get("code", "")) for line in lines)),
            differs=self._differs(answers),
            cells=tuple(
                self._cell(column, answers[payer]) if payer in answers else None
                for column, payer in enumerate(self._record.payers)
            ),
        )

    def _differs(self, answers: Mapping[str, AnswerRecord]) -> bool:
        """Return True if the confirmed answers differ in an outcome, as `filters.differs` does."""
        confirmed = (answer for answer in answers.values() if answer.status == "agrees")
        decisions = map(self._decision, confirmed)
        outcomes = {
            tuple((line["outcome"], line["expected"]) for line in decision.get("lines", ()))
            for decision in decisions
        }
        return len(outcomes) > 1

    def _cell(self, column: int, record: AnswerRecord) -> PageCell:
        answer = self._answer(record)
        return PageCell(
            payer=record.payer,
            column=column,
            status=record.status,
            answer=answer,
            number=self.answers.setdefault(answer, len(self.answers)),
        )

    def _answer(self, record: AnswerRecord) -> PageAnswer:
        if record.decision is None:
            words = record.error or "no answer"
            return PageAnswer(letters="!", outcome="none", words=words, kinds=(), topics=())
        if record.decision not in self._by_decision:
            self._by_decision[record.decision] = self._answer_of(self._decision(record))
        return self._by_decision[record.decision]

    def _answer_of(self, decision: Mapping[str, Any]) -> PageAnswer:
        lines = decision["lines"]
        rules = {rule for line in lines for rule in line.get("judged_by", ())}
        rules |= {finding["rule"] for finding in decision.get("findings", ())}
        topics = {t for line in lines for t, read in line["topics"].items() if read != _UNTOUCHED}
        proved, expected = outcomes_in_words(decision)
        return PageAnswer(
            letters="".join(map(_letter, lines)),
            outcome=str(decision["expected"]),
            words=f"proved {proved}; expected {expected}",
            kinds=tuple(sorted({self._kinds[rule] for rule in rules if rule in self._kinds})),
            topics=tuple(sorted(topics)),
        )

    def _decision(self, answer: AnswerRecord) -> Mapping[str, Any]:
        decisions = self._record.shared.decisions
        return {} if answer.decision is None else decisions[answer.decision]


_UNTOUCHED: Final = "not touched"


def _letter(line: Mapping[str, Any]) -> str:
    """Return the letter of the expected outcome: a capital if it is proved, else a small one."""
    letter = _LETTERS.get(line["expected"], "?")
    return letter if line["basis"] == "proved" else letter.lower()
