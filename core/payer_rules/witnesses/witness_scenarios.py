"""Witnesses as scenario files, with the answers of both sides for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.case_text import coverage_text
from payer_rules.conformance.expectations import ExpectedFinding, expected_findings
from payer_rules.conformance.fixtures import SCENARIO
from payer_rules.decisions import Decision
from payer_rules.errors import InputError
from payer_rules.history import History
from payer_rules.rules import Citation
from payer_rules.toml_files.document import TomlDocument, parse, read
from payer_rules.witnesses.compared_side import ComparedSide
from payer_rules.witnesses.line_differences import AnswerReason
from payer_rules.witnesses.witness_search import Comparison, Witness
from payer_rules.writers.claim_text import claim_lines, table_lines, written

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


@attrs.frozen
class ScenarioFile:
    """A scenario file: its title, and the lines after it.

    ``number`` is above 1 if other files have the same title.
    """

    title: str
    body: tuple[str, ...]
    number: int = 1

    @property
    def numbered_title(self) -> str:
        """The title, with the number if there are others with it."""
        return self.title if self.number == 1 else f"{self.title} {self.number}"

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{_NOT_IN_NAMES.sub('-', self.numbered_title.lower()).strip('-')}{SCENARIO}"

    @property
    def text(self) -> str:
        """The text of the file."""
        return "\n".join([f"name = {written(self.numbered_title)}", *self.body]) + "\n"

    @property
    def next(self) -> ScenarioFile:
        """The same scenario under the next name."""
        return attrs.evolve(self, number=self.number + 1)

    def has_claim_of(self, path: Path) -> bool:
        """Return True if the file is a scenario with the same claim and history."""
        try:
            other = read(path)
        except InputError:
            return False
        return _known(parse(self.text.encode(), self.name)) == _known(other)


def _known(scenario: TomlDocument) -> tuple[Any, ...]:
    return tuple(scenario.data.get(key) for key in ("claim", "history", "history_covers"))


@attrs.frozen
class _Answer:
    """The claim of one side, its answer, and the row of the source that it rests on."""

    side: ComparedSide
    claim: Claim
    history: History | None
    decision: Decision
    source: str

    @property
    def payer(self) -> str:
        return self.side.book.payer.id


def scenario_files(comparison: Comparison) -> Iterator[ScenarioFile]:
    """Yield a scenario for each witness; two if the sides answer for different days.

    Of two readings of one payer for the same day, the answer of the second is expected.
    """
    names: set[str] = set()
    for witness in comparison.witnesses:
        for answers in _scenarios(witness, comparison.sides):
            body = tuple(_lines(_why(witness, comparison.sides), answers))
            file = ScenarioFile(_title(witness, answers), body)
            while file.name in names:
                file = file.next
            names.add(file.name)
            yield file


def _scenarios(
    witness: Witness, sides: tuple[ComparedSide, ComparedSide]
) -> Iterator[tuple[_Answer, ...]]:
    one, other = (
        _Answer(
            side,
            *side.placed(witness.claim, witness.history),
            decision,
            _row(side, reason, decision),
        )
        for side, reason, decision in zip(
            sides, witness.difference.reasons, witness.decisions, strict=True
        )
    )
    if one.claim != other.claim:
        yield from ((one,), (other,))
    else:
        yield (other,) if one.payer == other.payer else (one, other)


def _row(side: ComparedSide, reason: AnswerReason, decision: Decision) -> str:
    """Return the row of the source of the rule that is broken, or of a rule that is kept."""
    found = [f.citations for f in decision.findings if f.rule == reason.rule and f.citations]
    cited: list[Iterable[Citation]] = [*found]
    if reason.reading:
        cited += [] if reason.reading.statement is None else [reason.reading.statement.none]
        for name in reason.reading.rules:
            cited += [rule.citations for rule in side.editions(name)]
            cited.append(side.citations_of_edits(name))
    if reason.rule:
        cited += [rule.citations for rule in side.editions(reason.rule)]
    return next((citation.row for group in cited for citation in group), "none")


def _title(witness: Witness, answers: tuple[_Answer, ...]) -> str:
    """Return what makes the scenario distinct: payers, code, date, topic and rules."""
    payers = " and ".join(dict.fromkeys(answer.payer for answer in answers))
    lines = answers[0].claim.lines
    line = next(line for line in lines if line.number == witness.difference.line)
    reasons = witness.difference.reasons
    topic = next((f"{reason.topic}, " for reason in reasons if reason.topic), "")
    rules = " and ".join(dict.fromkeys(reason.rule for reason in reasons if reason.rule))
    return f"{payers}: {line.code} on {line.date_from}, {topic}{rules}"


def _why(witness: Witness, sides: tuple[ComparedSide, ComparedSide]) -> str:
    number = witness.difference.line
    answers = (
        f"{side.name}: {reason.outcome}"
        for side, reason in zip(sides, witness.difference.reasons, strict=True)
    )
    return f"line {number} is answered differently; {'; '.join(answers)}"


def _lines(why: str, answers: tuple[_Answer, ...]) -> Iterator[str]:
    first = answers[0]
    yield f"why = {written(why)}"
    if first.history is not None:
        yield from _history_lines(first.history)
    yield from claim_lines(first.claim)
    for answer in answers:
        yield from (
            "",
            f"[expect.{answer.payer}]",
            "# Compare with the source, then remove the next line.",
        )
        yield "unreviewed = true"
        yield f"expected = {written(tuple(line.expected for line in answer.decision.lines))}"
        yield from _finding_lines(expected_findings(answer.decision))
        yield f"source = {written(answer.source)}"


def _history_lines(history: History) -> Iterator[str]:
    if covers := coverage_text(history):
        yield f"history_covers = {covers}"
    if not history.lines:
        yield "history = []"
        return
    yield "history = ["
    yield from (f"    {{ {', '.join(table_lines(line))} }}," for line in history.lines)
    yield "]"


def _finding_lines(findings: tuple[ExpectedFinding, ...]) -> Iterator[str]:
    if not findings:
        yield "findings = []"
        return
    yield "findings = ["
    yield from (f"    {written(finding)}," for finding in findings)
    yield "]"
