"""The expected answer: what to expect of a claim as it stands, and what that rests on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Final, NamedTuple

import attrs

from payer_rules.decisions import (
    Basis,
    Expected,
    Finding,
    LineDecision,
    LineOutcome,
    Presumption,
    Reason,
)
from payer_rules.rulebook.line_topics import LineTopics
from payer_rules.rules import SEVERITY, Topic, TopicStatus, worst

#: A line without a worse finding may still be paid.
MILD: Final = SEVERITY["inform"]
#: The number of presumptions that are kept: most lines of a run rest on the same few.
_CACHE_SIZE: Final = 1 << 14
_STRENGTH: Final[tuple[Basis, ...]] = ("proved", "presumed", "partial", "baseline", "none")


class ExpectedOutcome(NamedTuple):
    """The expected outcome of a line, its basis, and what it rests on."""

    outcome: Expected
    basis: Basis
    rests_on: tuple[Presumption, ...] = ()


@attrs.frozen(eq=False)
class ExpectedAnswer:
    """The findings of both answers, and what the expected outcome of each line rests on.

    ``presumptions`` are the facts that the expected answer presumes, by line. ``unanswered`` are
    the lines on which a rule or a table has no answer even so. ``national`` are the topics of each
    line that only the baseline answers. ``broken_texts`` has by rule the lines that break a text
    that has no answer for their days.
    """

    findings: tuple[Finding, ...]
    presumptions: Mapping[int, tuple[Presumption, ...]] = attrs.field(factory=dict)
    unanswered: frozenset[int] = frozenset()
    national: Mapping[int, frozenset[Topic]] = attrs.field(factory=dict)
    broken_texts: Mapping[str, Set[int]] = attrs.field(factory=dict)

    def about(self, number: int) -> tuple[Hashable, ...]:
        """Return all that the answer on a line without findings depends on, but for its topics."""
        presumed = self.presumptions.get(number, ())
        return presumed, number in self.unanswered, self.national.get(number)

    def of_line(
        self,
        number: int,
        first: LineOutcome,
        own: Sequence[Finding],
        topics: LineTopics,
        *,
        is_faulty: bool,
    ) -> ExpectedOutcome:
        """Return the expected outcome of a line, its basis, and what it rests on.

        ``first`` is the outcome of the first answer. ``own`` are the findings of both answers on
        the line; on one that ``is_faulty`` a plugin has no answer.
        """
        outcome = worst([finding.outcome for finding in own]) if own else "pay"
        if SEVERITY[outcome] > MILD:
            giving = (finding for finding in own if finding.outcome == outcome)
            strongest = min(giving, key=lambda finding: _STRENGTH.index(finding.basis))
            return ExpectedOutcome(outcome, strongest.basis, strongest.rests_on)
        if is_faulty:
            return ExpectedOutcome("unknown", "none")
        if topics.unread and not own and not topics.is_read_in_part:
            return ExpectedOutcome("unread", "none")
        presumed = self.presumptions.get(number, ())
        if not presumed and first == "unknown":
            presumed = tuple(presumption("edition", topic) for topic in topics.carried)
        if topics.unread:
            unread = (presumption("topic", topic) for topic in topics.unread)
            return ExpectedOutcome(outcome, "partial", (*presumed, *unread))
        if first == outcome and not presumed:
            return ExpectedOutcome(outcome, "proved")
        is_whole = presumed and number not in self.unanswered
        return ExpectedOutcome(outcome, "presumed" if is_whole else "partial", presumed)

    def topics_of_line(self, number: int, topics: LineTopics) -> Mapping[Topic, TopicStatus]:
        """Return the topics of a line, with those that only the baseline answers marked as such."""
        national = self.national.get(number)
        if not national:
            return topics.statuses
        return {
            topic: "baseline" if status == "unread" and topic in national else status
            for topic, status in topics.statuses.items()
        }


@lru_cache(_CACHE_SIZE)
def presumption(
    reason: Reason, fact: str, value: str | None = None, rule: str | None = None
) -> Presumption:
    """Return the presumption; lines that rest on the same fact share it."""
    return Presumption(reason=reason, fact=fact, value=value, rule=rule)


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
