"""Where two answers to one claim differ, line by line, and the reasons of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Expected, Finding, LineDecision
from payer_rules.rules import SEVERITY, Topic
from payer_rules.witnesses.compared_side import ComparedSide
from payer_rules.witnesses.topic_readings import TopicReading, reading_of

Pair: TypeAlias = tuple[ComparedSide, ComparedSide]
#: A rule that is broken, or the topic whose rules are kept; and whether the topic was read.
ReasonKey: TypeAlias = tuple[str, bool]
DifferenceKey: TypeAlias = tuple[ReasonKey, ReasonKey]

_UNREAD: Final = "unread"


@attrs.frozen(kw_only=True)
class AnswerReason:
    """The reason of an answer on a line: the rule that is broken, or what was read of a topic.

    ``topic`` is that of the rule by which the other side pays less, and ``reading`` what this
    side's payer states of it.
    """

    outcome: Expected
    rule: str | None = None
    topic: Topic | None = None
    reading: TopicReading | None = None
    is_read: bool = True

    @property
    def key(self) -> ReasonKey:
        """What makes two reasons the same."""
        return self.rule or f"{self.topic or ''}", self.is_read


@attrs.frozen
class LineDifference:
    """A line that two sides answer differently, and the reason of each.

    It is mixed if both break a rule, and the rules are on different topics.
    """

    line: int
    reasons: tuple[AnswerReason, AnswerReason]
    is_mixed: bool = False

    @property
    def key(self) -> DifferenceKey:
        """What makes two differences the same."""
        return self.reasons[0].key, self.reasons[1].key

    @property
    def is_of_reading(self) -> bool:
        """Whether the sides differ only because the texts of one were not read."""
        return not all(reason.is_read for reason in self.reasons)

    @property
    def mirrored(self) -> LineDifference:
        """The difference, with the sides in the other order."""
        one, other = self.reasons
        return LineDifference(self.line, (other, one), self.is_mixed)


def are_readings_of_one_payer(sides: Pair) -> bool:
    """Return True if both sides are of one payer, and their claims of the same day."""
    one, other = sides
    return one.book.payer.id == other.book.payer.id and one.on == other.on


def line_differences(
    sides: Pair, claims: tuple[Claim, Claim], decisions: tuple[Decision, Decision]
) -> Iterator[LineDifference]:
    """Yield the differences of each line of which the sides expect different outcomes.

    One is yielded for each pair of findings that give the outcomes. Two readings of one payer for
    the same day are compared in all that a decision states.
    """
    if are_readings_of_one_payer(sides):
        yield from differences_in_detail(decisions)
        return
    for one, other in zip(decisions[0].lines, decisions[1].lines, strict=True):
        if "unknown" in (one.expected, other.expected) or one.expected == other.expected:
            continue
        line = DifferingLine(sides, claims, decisions, (one, other))
        if _severity(one) >= _severity(other):
            yield from line.differences()
        else:
            yield from (difference.mirrored for difference in line.turned.differences())


def _severity(line: LineDecision) -> int:
    return SEVERITY.get(line.expected, -1)


@attrs.frozen
class DifferingLine:
    """A line with two answers; the first side pays less for it."""

    sides: Pair
    claims: tuple[Claim, Claim]
    decisions: tuple[Decision, Decision]
    answers: tuple[LineDecision, LineDecision]

    @property
    def turned(self) -> DifferingLine:
        """The line, with the sides in the other order."""
        return DifferingLine(
            (self.sides[1], self.sides[0]),
            (self.claims[1], self.claims[0]),
            (self.decisions[1], self.decisions[0]),
            (self.answers[1], self.answers[0]),
        )

    def differences(self) -> Iterator[LineDifference]:
        """Yield a difference for each pair of findings that give the outcomes."""
        less, more = self.answers
        own: list[Finding | None] = [*_decisive(self.decisions[1], more)]
        for finding in _decisive(self.decisions[0], less):
            topic = self.sides[0].topic_of(finding.rule)
            reason = AnswerReason(
                outcome=less.expected, rule=finding.rule, topic=topic, is_read=_is_own(finding)
            )
            if self._is_of_one_edition(finding.rule):
                continue
            for other in own or [None]:
                is_mixed = other is not None and self.sides[1].topic_of(other.rule) != topic
                milder = self._milder(finding, other)
                yield LineDifference(less.line, (reason, milder), is_mixed)
        if less.expected == "pay":
            paid = AnswerReason(outcome=less.expected)
            unread = AnswerReason(outcome=more.expected, is_read=False)
            yield LineDifference(less.line, (paid, unread))

    def _is_of_one_edition(self, rule_id: str) -> bool:
        """Return True if one edition of the rule answers on the days of both sides."""
        one, other = self.sides
        days = [_line_of(claim, self.answers[0].line).date_from for claim in self.claims]
        rule = one.edition_on(rule_id, days[0])
        return (
            one.book.payer.id == other.book.payer.id
            and rule == other.edition_on(rule_id, days[1])
            and (rule is None or all(day in rule.in_force for day in days))
        )

    def _milder(self, broken: Finding, finding: Finding | None) -> AnswerReason:
        """Return the reason of the side that pays more, with its reading of the other's topic."""
        side, answer = self.sides[1], self.answers[1]
        topic = self.sides[0].topic_of(broken.rule)
        day = _line_of(self.claims[0], answer.line).date_from
        line = _line_of(self.claims[1], answer.line)
        if finding is not None and side.topic_of(finding.rule) == topic:
            is_read = self._is_certain(finding, line)
            return AnswerReason(
                outcome=answer.expected, rule=finding.rule, topic=topic, is_read=is_read
            )
        other = self.sides[0].edition_on(broken.rule, day)
        reading = reading_of(side, self.claims[1], line, answer, topic, other)
        is_known = answer.expected != _UNREAD and (
            finding is None or self._is_certain(finding, line)
        )
        return AnswerReason(
            outcome=answer.expected,
            rule=finding.rule if finding else None,
            topic=topic,
            reading=reading,
            is_read=reading is not None and is_known,
        )

    def _is_certain(self, finding: Finding, line: ServiceLine) -> bool:
        """Return True if the outcome is the rule's own, not for review only by age of its text."""
        rule = self.sides[1].edition_on(finding.rule, line.date_from)
        is_milder = rule is not None and finding.outcome == "review" != rule.outcome
        return _is_own(finding) and not is_milder


def _line_of(claim: Claim, number: int) -> ServiceLine:
    return next(line for line in claim.lines if line.number == number)


def _decisive(decision: Decision, line: LineDecision) -> list[Finding]:
    """Return the findings that give the expected outcome of the line."""
    return [
        finding
        for finding in decision.findings
        if line.line in finding.lines and finding.outcome == line.expected
    ]


def _is_own(finding: Finding) -> bool:
    """Return True if the finding is by the payer's own text, or a table that binds the payer."""
    return finding.basis in ("proved", "presumed")


def differences_in_detail(
    decisions: tuple[Decision, Decision],
) -> Iterator[LineDifference]:
    """Yield the lines of which anything differs: an outcome, a finding, a code, an open question.

    The reason of both sides is the first rule of which something differs.
    """
    for one, other in zip(decisions[0].lines, decisions[1].lines, strict=True):
        first, second = _details(decisions[0], one), _details(decisions[1], other)
        if first == second:
            continue
        changed = (rule for rule in first.keys() | second if first.get(rule) != second.get(rule))
        rules = sorted(changed, key=lambda rule: (not rule, rule))
        yield LineDifference(
            one.line,
            (
                AnswerReason(outcome=one.expected, rule=rules[0] or None),
                AnswerReason(outcome=other.expected, rule=rules[0] or None),
            ),
        )


def _details(decision: Decision, line: LineDecision) -> dict[str, set[object]]:
    """Return what the decision states of the line, by rule; of no rule the basis and outcomes."""
    details: dict[str, set[object]] = {}
    for finding in decision.findings:
        if line.line in finding.lines:
            stated = (finding.outcome, finding.adjustment, finding.pays, finding.basis)
            details.setdefault(finding.rule, set()).add(stated)
    for entry in decision.not_evaluated:
        if line.line in entry.lines:
            details.setdefault(entry.rule or "", set()).add(entry.missing)
    details.setdefault("", set()).add((line.outcome, line.expected, line.basis))
    return details
