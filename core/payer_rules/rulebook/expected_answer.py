"""The expected answer: what to expect of a claim as it stands, and what that rests on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

import attrs

from payer_rules.decisions import (
    Basis,
    Expected,
    Finding,
    LineDecision,
    NotEvaluated,
    Presumption,
    Reason,
)
from payer_rules.rules import SEVERITY, Topic, TopicStatus, worst

#: A line without a worse finding may still be paid.
MILD: Final = SEVERITY["inform"]
_STRENGTH: Final[tuple[Basis, ...]] = ("proved", "presumed", "partial", "baseline", "none")


@attrs.frozen(eq=False)
class ExpectedAnswer:
    """The findings of both answers, and what the expected outcome of each line rests on.

    ``presumptions`` are the facts that the expected answer presumes, by line. ``unanswered`` are
    the lines on which a rule or a table has no answer even so. ``national`` are the topics of each
    line that only the baseline answers.
    """

    findings: tuple[Finding, ...]
    presumptions: Mapping[int, Sequence[Presumption]] = attrs.field(factory=dict)
    unanswered: frozenset[int] = frozenset()
    national: Mapping[int, frozenset[Topic]] = attrs.field(factory=dict)

    def with_line(
        self,
        first: LineDecision,
        own: Sequence[Finding],
        entries: Iterable[NotEvaluated],
        *,
        is_read: bool,
    ) -> LineDecision:
        """Return the decision on a line with its expected outcome.

        ``first`` is the first answer. ``own`` are the findings of both answers on the line, and
        ``entries`` what the first answer leaves open. ``is_read`` is true if a text of the payer on
        a core topic of the line was read.
        """
        reasons = {entry.reason for entry in entries}
        expected, basis, rests_on = self._of_line(first, own, reasons, is_read=is_read)
        national = self.national.get(first.line)
        topics = _with_baseline(first, national) if national else first.topics
        return attrs.evolve(first, expected=expected, basis=basis, rests_on=rests_on, topics=topics)

    def _of_line(
        self,
        first: LineDecision,
        own: Sequence[Finding],
        reasons: Container[Reason],
        *,
        is_read: bool,
    ) -> tuple[Expected, Basis, tuple[Presumption, ...]]:
        """Return the expected outcome, its basis, and what it rests on."""
        outcome = worst([finding.outcome for finding in own])
        if SEVERITY[outcome] > MILD:
            giving = (finding for finding in own if finding.outcome == outcome)
            strongest = min(giving, key=lambda finding: _STRENGTH.index(finding.basis))
            return outcome, strongest.basis, strongest.rests_on
        if "fault" in reasons:
            return "unknown", "none", ()
        unread = first.unread_topics
        if unread and not own and not is_read:
            return "unread", "none", ()
        presumed = tuple(self.presumptions.get(first.line, ())) or _carried(first)
        if unread:
            topics = (Presumption(reason="topic", fact=topic) for topic in unread)
            return outcome, "partial", (*presumed, *topics)
        if first.outcome == outcome and not presumed:
            return outcome, "proved", ()
        is_whole = presumed and first.line not in self.unanswered
        return outcome, "presumed" if is_whole else "partial", presumed


def _with_baseline(line: LineDecision, national: Container[Topic]) -> Mapping[Topic, TopicStatus]:
    """Return the topics of the line, with those that only the baseline answers marked as such."""
    return {
        topic: "baseline" if status == "unread" and topic in national else status
        for topic, status in line.topics.items()
    }


def _carried(line: LineDecision) -> tuple[Presumption, ...]:
    """Return the statements of topics that still hold, as far as is known."""
    if line.outcome != "unknown":
        return ()
    carried = (topic for topic, status in line.topics.items() if status == "carried")
    return tuple(Presumption(reason="edition", fact=topic) for topic in carried)


def expected_of_claim(lines: Iterable[LineDecision]) -> Expected:
    """Return the worst expected outcome of the lines.

    ``unknown`` and ``unread`` are worse than an outcome after which a line may be paid.
    """
    expected = [line.expected for line in lines]
    known = worst([each for each in expected if each != "unknown" and each != "unread"])
    if SEVERITY[known] > MILD:
        return known
    if "unknown" in expected:
        return "unknown"
    return "unread" if "unread" in expected else known
