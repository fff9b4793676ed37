"""Decisions: the outcome of each line, the findings behind it, and what could not be decided."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.rules import (
    REASONS,
    UNREAD,
    Adjustment,
    Citation,
    Detection,
    Outcome,
    Reason,
    Topic,
    TopicStatus,
)

__all__ = [
    "REASONS",
    "Basis",
    "Cure",
    "Decision",
    "DerivedFact",
    "Evidence",
    "Expected",
    "Finding",
    "Fingerprint",
    "LineDecision",
    "LineOutcome",
    "NotEvaluated",
    "Presumption",
    "Reason",
    "Risk",
]

LineOutcome: TypeAlias = Outcome | Literal["unknown"]
#: ``unread``: none of the payer's texts on the topics of the line was read, and nothing was found.
Expected: TypeAlias = LineOutcome | Literal["unread"]
#: What an expected outcome rests on, the strongest first.
Basis: TypeAlias = Literal["proved", "presumed", "partial", "baseline", "none"]


# NOTE: every line of a run rests on the same few, so their hashes are kept.
@attrs.frozen(kw_only=True, cache_hash=True)
class Presumption:
    """A missing fact that an expected outcome takes for granted.

    ``value`` is ``None`` if only the silence of a rule was presumed; ``rule`` is ``None`` for a
    topic.
    """

    reason: Reason = attrs.field(metadata={"json": "class"})
    fact: str
    value: str | None = None
    rule: str | None = None


@attrs.frozen(order=True)
class DerivedFact:
    """A fact of a claim that nobody stated: its field, its value, and what it was derived from."""

    fact: str
    value: str
    source: str

    def __str__(self) -> str:
        return f"{self.value} derived from {self.source}"


@attrs.frozen(kw_only=True)
class Evidence:
    """A fact that a finding rests on: a line of the claim or the history, a table row, a value."""

    kind: Literal["line", "history", "row", "value"]
    line: int | None = None
    claim: str | None = None
    table: str | None = None
    row: str | None = None
    name: str | None = None
    value: str | None = None


@attrs.frozen(kw_only=True)
class Cure:
    """A change that removes a finding, and the condition under which it may be made.

    ``claim`` is the changed claim: evaluated again, it no longer has the finding. It is ``None`` in
    a decision that was read from JSON, which does not contain it.
    """

    change: str
    condition: str
    claim: Claim | None = attrs.field(default=None, eq=False, repr=False, metadata={"json": None})

    def __str__(self) -> str:
        return f"{self.change}, {self.condition}"


@attrs.frozen(kw_only=True)
class Finding:
    """A broken rule; the outcome applies to the lines with the numbers in ``lines``.

    ``pays`` is the part that is still paid if the outcome is ``reduce``, ``bill_instead`` the code
    to bill in place of those of the lines. ``rests_on`` is empty if the ``basis`` is ``proved``.
    """

    rule: str
    lines: tuple[int, ...]
    outcome: Outcome
    detected_in: Detection = "claim"
    adjustment: Adjustment | None = None
    message: str
    pays: Decimal | None = None
    bill_instead: str | None = None
    evidence: tuple[Evidence, ...] = ()
    citations: tuple[Citation, ...] = ()
    cure: Cure | None = None
    basis: Basis = "proved"
    rests_on: tuple[Presumption, ...] = ()


@attrs.frozen(kw_only=True)
class Risk:
    """A line that is paid only if another line is not, whichever the missing facts turn out to be.

    ``line`` has the ``outcome`` if the line ``if_paid`` is paid.
    """

    rule: str
    line: int
    if_paid: int
    outcome: Outcome
    adjustment: Adjustment | None = None
    message: str
    citations: tuple[Citation, ...] = ()


@attrs.frozen(kw_only=True)
class NotEvaluated:
    """A rule without an answer for the lines, because ``missing`` is not known.

    The rule is ``None`` if no rule of the payer covers the lines, or a plugin's rules are
    incomplete.
    """

    rule: str | None = None
    lines: tuple[int, ...]
    reason: Reason
    missing: str
    #: The year of a policy that was last read for days before the claim; reports print it.
    policy_year: int | None = attrs.field(default=None, eq=False, repr=False)
    #: The topic of the rule, if earlier lines are missing; reports print what they could do.
    rule_topic: Topic | None = attrs.field(default=None, eq=False, repr=False)
    #: The title of a policy that was read for other days.
    document: str | None = attrs.field(default=None, eq=False, repr=False)
    #: The lines that break the policy as it was read.
    broken_on: tuple[int, ...] = attrs.field(default=(), eq=False, repr=False)


@attrs.frozen(kw_only=True)
class LineDecision:
    """The two answers on one line: what is proved, and what to expect.

    ``outcome`` holds whatever the missing facts are. ``expected`` is the outcome under the
    presumptions in ``rests_on``. ``topics`` states for each topic of the payer's policies whether
    it was read; ``read_in_part`` are those of the unread ones of which a part was read.
    ``judged_by`` are the rules that gave an answer.
    """

    line: int
    outcome: LineOutcome
    expected: Expected = attrs.field(
        default=attrs.Factory(lambda self: self.outcome, takes_self=True)
    )
    basis: Basis = "proved"
    complete: bool
    topics: Mapping[Topic, TopicStatus] = attrs.field(factory=dict, hash=False)
    read_in_part: tuple[Topic, ...] = ()
    rests_on: tuple[Presumption, ...] = ()
    judged_by: tuple[str, ...]

    @property
    def unread_topics(self) -> tuple[Topic, ...]:
        """The topics of the line that the payer's own texts do not answer."""
        return tuple(topic for topic, status in self.topics.items() if status in UNREAD)


@attrs.frozen(kw_only=True)
class Fingerprint:
    """Everything that a decision depends on, so that it can be repeated.

    ``waivers`` are rules that a practice has settled with the payer, and ``house_facts`` what it
    states of all its claims.
    """

    rulebook: str
    engine: str
    tables: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    known_on: str | None = None
    without: tuple[str, ...] = ()
    assume: tuple[Reason, ...] = ()
    waivers: tuple[str, ...] = ()
    house_facts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Decision:
    """The answer of one payer's rules to one claim; lines, findings and entries are sorted.

    ``findings`` are those of both answers. ``not_evaluated`` is what the proved answer misses.
    ``derived`` are facts that the claim does not state and that follow from its form or its
    practice.
    """

    claim: str
    payer: str
    outcome: LineOutcome
    expected: Expected = attrs.field(
        default=attrs.Factory(lambda self: self.outcome, takes_self=True)
    )
    lines: tuple[LineDecision, ...]
    findings: tuple[Finding, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    assumed: tuple[NotEvaluated, ...] = ()
    at_risk: tuple[Risk, ...] = ()
    notes: tuple[str, ...] = ()
    derived: tuple[DerivedFact, ...] = ()
    fingerprint: Fingerprint

    @property
    def proved_findings(self) -> tuple[Finding, ...]:
        """The findings of the first answer: proved, or presumed by assumed classes alone.

        What the second answer finds in addition shows in the expected outcomes of its lines.
        """
        return tuple(finding for finding in self.findings if self._is_first(finding))

    def _is_first(self, finding: Finding) -> bool:
        assumed = self.fingerprint.assume
        if finding.basis == "presumed" and assumed:
            return all(fact.reason in assumed for fact in finding.rests_on)
        return finding.basis == "proved"
