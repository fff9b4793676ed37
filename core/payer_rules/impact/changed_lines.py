"""The lines of a claim whose answer differs, with both answers, their reasons and sources.

1. `answers_text` is a renderer of a run: what each line of a decision is compared by, as one text.
2. `changed_lines` compares the texts of a claim under the old rules and under the new ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias, TypeVar

import attrs

from payer_rules.decisions import Basis, Decision, Expected, Finding, LineOutcome, Reason
from payer_rules.impact.directions import Direction, Standing, direction_of
from payer_rules.json_forms.plain_data import line_of, plain
from payer_rules.readers import FiledClaim
from payer_rules.reports.decided_lines import DecidedLine, decided_lines
from payer_rules.reports.decision_changes import answer_key
from payer_rules.reports.decisions import listed_sources
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.rules import Outcome
from payer_rules.summaries.line_classes import LineClass, class_of_line
from payer_rules.witnesses import ComparedSide

_T = TypeVar("_T")
#: The old and the new value, as far as there are two.
Sides: TypeAlias = tuple[_T | None, _T | None]


@attrs.frozen(kw_only=True)
class StatedReason:
    """A finding behind an answer: its rule, its denial codes, the message and the sources."""

    rule: str
    outcome: Outcome
    codes: str
    basis: Basis
    message: str
    source: str


@attrs.frozen(kw_only=True)
class OpenRule:
    """A rule without an answer on a line, or a payer's topic, and the fact that is missing."""

    rule: str | None
    reason: Reason
    missing: str


@attrs.frozen(kw_only=True)
class SilentRule:
    """A rule that finds nothing on a line, and has a finding in the other answer.

    ``source`` is empty if there is no such rule on this side.
    """

    rule: str
    source: str


@attrs.frozen(kw_only=True)
class SideAnswer:
    """The answer on a line: both outcomes, the label of reports, and the reasons.

    ``question`` is what was not checked, in a sentence or two.
    """

    outcome: LineOutcome
    expected: Expected
    basis: Basis
    line_class: LineClass = attrs.field(metadata={"json": "class"})
    label: str
    reasons: tuple[StatedReason, ...] = ()
    silent: tuple[SilentRule, ...] = ()
    open_rules: tuple[OpenRule, ...] = ()
    question: str = ""

    @property
    def standing(self) -> Standing:
        """Where the outcomes of the line stand."""
        return self.line_class, self.expected, self.outcome

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SideAnswer:
        """Return the answer that the data of JSON describes."""
        own = {**data, "line_class": data["class"]}
        del own["class"]
        own["reasons"] = tuple(StatedReason(**each) for each in data["reasons"])
        own["silent"] = tuple(SilentRule(**each) for each in data["silent"])
        own["open_rules"] = tuple(OpenRule(**each) for each in data["open_rules"])
        return cls(**own)


@attrs.frozen(kw_only=True)
class BilledLine:
    """A line of a claim as a report names it. Amounts and dates are texts as in JSON."""

    line: int
    code: str
    modifiers: tuple[str, ...] = ()
    date: str
    charge: str | None = None


@attrs.frozen(kw_only=True)
class ChangedLine:
    """A line with another answer: no member, and both answers as far as there are two.

    ``rules`` are those whose finding differs, or that only one answer leaves open if no finding
    does; ``topics`` are theirs, and those of which only one answer says that they were not read.
    """

    claim: str
    payer: str
    billed: BilledLine
    direction: Direction
    rules: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    old: SideAnswer | None
    new: SideAnswer | None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ChangedLine:
        """Return the line that the data of JSON describes."""
        billed = {**data["billed"], "modifiers": tuple(data["billed"]["modifiers"])}
        sides = {side: data[side] and SideAnswer.from_data(data[side]) for side in ("old", "new")}
        names = {key: tuple(data[key]) for key in ("rules", "topics")}
        return cls(**{**data, "billed": BilledLine(**billed), **names, **sides})


def answers_text(filed: FiledClaim, decision: Decision, given: HistoryGiven = NO_HISTORY) -> str:
    """Return what the decision is compared by, line by line, as one text."""
    lines = decided_lines(filed, decision, given.of_claim(filed))
    return line_of([_line_data(line, decision) for line in lines])


def _line_data(line: DecidedLine, decision: Decision) -> list[Any]:
    """Return the key of the answer on a line, the line as billed, and the answer."""
    findings = [each for each in decision.findings if line.number in each.lines]
    key = answer_key(line.answer.outcome, line.answer.expected, map(_compared, findings))
    billed = BilledLine(
        line=line.number,
        code=line.code,
        modifiers=line.modifiers,
        date=line.day.isoformat(),
        charge=None if line.charge is None else f"{line.charge:f}",
    )
    return [key, plain(billed), plain(_answer(line, decision))]


def _compared(finding: Finding) -> tuple[str | None, ...]:
    codes = finding.adjustment
    group, carc = (codes.group, codes.carc) if codes else (None, None)
    return finding.rule, finding.outcome, group, carc


def _answer(line: DecidedLine, decision: Decision) -> SideAnswer:
    entries = (each for each in decision.not_evaluated if line.number in each.lines)
    return SideAnswer(
        outcome=line.answer.outcome,
        expected=line.answer.expected,
        basis=line.answer.basis,
        line_class=class_of_line(line.answer, decision),
        label=line.label,
        reasons=tuple(
            StatedReason(
                rule=each.rule,
                outcome=each.outcome,
                codes=each.codes,
                basis=each.basis,
                message=each.message,
                source=each.source,
            )
            for each in line.reasons
        ),
        open_rules=tuple(
            OpenRule(rule=each.rule, reason=each.reason, missing=each.missing) for each in entries
        ),
        question=line.question,
    )


def changed_lines(claim: str, texts: Sides[str], books: Sides[ComparedSide]) -> list[ChangedLine]:
    """Return the lines whose answer differs between two texts; ``None`` is no decision.

    ``books`` are those of the payer, the old one and the new one.
    """
    before, after = map(_by_number, texts)
    return [
        _changed(claim, (before.get(number), after.get(number)), books)
        for number in sorted(before.keys() | after.keys())
        if _key(before.get(number)) != _key(after.get(number))
    ]


def _by_number(text: str | None) -> dict[int, list[Any]]:
    lines: list[list[Any]] = json.loads(text) if text else []
    return {line[1]["line"]: line for line in lines}


def _key(line: list[Any] | None) -> str | None:
    return line[0] if line else None


def _changed(claim: str, lines: Sides[list[Any]], books: Sides[ComparedSide]) -> ChangedLine:
    answers = [SideAnswer.from_data(line[2]) if line else None for line in lines]
    found, opened = _differing(*answers)
    rules = found or {each.rule for each in opened if each.rule}
    of_rules = (side.topic_of(rule) for side in books if side for rule in rules)
    topics: set[str] = {topic for topic in of_rules if topic}
    topics |= {each.missing for each in opened if each.reason == "topic"}
    _, data, _ = lines[1] or lines[0] or []
    billed = BilledLine(**{**data, "modifiers": tuple(data["modifiers"])})
    day = date.fromisoformat(billed.date)
    old, new = (
        answer and attrs.evolve(answer, silent=tuple(_silent(answer, found, side, day)))
        for answer, side in zip(answers, books, strict=True)
    )
    return ChangedLine(
        claim=claim,
        payer=next(side.book.payer.id for side in books if side),
        billed=billed,
        direction=direction_of(old.standing if old else None, new.standing if new else None),
        rules=tuple(sorted(rules)),
        topics=tuple(sorted(topics)),
        old=old,
        new=new,
    )


def _differing(
    old: SideAnswer | None, new: SideAnswer | None
) -> tuple[set[str], frozenset[OpenRule]]:
    """Return the rules whose findings differ; if there are none, the open questions that do."""
    one, other = (
        {(each.rule, each.outcome, each.codes) for each in answer.reasons} if answer else set()
        for answer in (old, new)
    )
    if one != other:
        return {rule for rule, *_ in one ^ other}, frozenset()
    before, after = (frozenset(answer.open_rules if answer else ()) for answer in (old, new))
    return set(), before ^ after


def _silent(
    answer: SideAnswer, rules: Iterable[str], side: ComparedSide | None, day: date
) -> Iterator[SilentRule]:
    """Yield those of the rules that have no finding in the answer, with their sources."""
    for rule in sorted({*rules} - {each.rule for each in answer.reasons}):
        edition = side.edition_on(rule, day) if side else None
        citations = edition.citations if edition else ()
        if side and not edition:
            citations = tuple(side.citations_of_edits(rule))
        yield SilentRule(rule=rule, source=listed_sources(citations))
