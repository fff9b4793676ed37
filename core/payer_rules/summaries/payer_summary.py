"""The summary of all decisions of one payer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Basis, Decision, DerivedFact, Expected, NotEvaluated
from payer_rules.rules import Topic
from payer_rules.summaries.finding_groups import FindingGroup, FindingKey, count_findings
from payer_rules.summaries.line_classes import LINE_CLASSES, LineClass, class_of_line
from payer_rules.summaries.open_facts import FactGroup, FactKey, count_facts
from payer_rules.summaries.policies import PolicyText
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import MANY_CLAIMS, Tally


@attrs.define
class PayerSummary:
    """The counts of one payer's decisions.

    In ``classes`` a claim counts in the worst class of its lines, and a line in its own. ``bases``
    and ``outcomes`` count the lines of each class by what they rest on, and by expected outcome;
    ``partly`` counts those that break no rule and are partly read, which are part of the class
    ``fine``, and ``unread`` their lines by each topic that was not read, of which those of
    ``read_in_part`` were read in part. ``policies`` are the
    documents of rules whose text is carried to a later day or too old for it, ``contractors`` the
    derived ones. ``expired`` counts the lines that break a text which is too old to judge by.
    """

    payer: str
    total: Tally = attrs.Factory(Tally)
    classes: dict[LineClass, Tally] = attrs.Factory(
        lambda: {name: Tally(most=MANY_CLAIMS) for name in LINE_CLASSES}
    )
    partly: Tally = attrs.Factory(Tally)
    bases: Counter[tuple[LineClass, Basis]] = attrs.Factory(Counter)
    outcomes: Counter[tuple[LineClass, Expected]] = attrs.Factory(Counter)
    unread: Counter[Topic] = attrs.Factory(Counter)
    read_in_part: Counter[Topic] = attrs.Factory(Counter)
    findings: dict[FindingKey, FindingGroup] = attrs.Factory(dict)
    facts: dict[FactKey, FactGroup] = attrs.Factory(dict)
    policies: dict[str, PolicyText] = attrs.Factory(dict)
    contractors: Counter[DerivedFact] = attrs.Factory(Counter)
    expired: Counter[str] = attrs.Factory(Counter)

    def count(
        self,
        claim: Claim,
        decision: Decision,
        policies: Mapping[str, PolicyText] | None = None,
        run: RunClaims = NO_CLAIMS,
    ) -> None:
        """Count one decision on the claim; ``policies`` are the documents of the rules.

        ``run`` has the other claims of the member.
        """
        self.total.count(claim.id, claim.lines)
        self.contractors.update(fact for fact in decision.derived if fact.fact == "contractor")
        classes = self._count_lines(claim, decision)
        if decision.findings:
            count_findings(self.findings, claim, decision, classes, run)
        if any(line.rests_on for line in decision.lines):
            count_facts(self.facts, claim, decision, run)
            self._keep_policies(decision, policies or {})
        for entry in decision.not_evaluated:
            if entry.broken_on:
                self._count_expired(claim, entry, policies or {})

    def _count_expired(
        self, claim: Claim, entry: NotEvaluated, policies: Mapping[str, PolicyText]
    ) -> None:
        """Count the lines that break a text after the last day for which it was read."""
        rule = entry.rule or ""
        policy = policies.get(rule)
        if policy is None or policy.last_day is None:
            return
        last_day = policy.last_day
        lines = [line for line in claim.lines if line.number in entry.broken_on]
        later = sum(line.date_from > last_day for line in lines)
        if later:
            self.expired[rule] += later
            self.policies[rule] = policy

    def _keep_policies(self, decision: Decision, policies: Mapping[str, PolicyText]) -> None:
        """Keep the documents of rules whose text is carried to a later day."""
        for line in decision.lines:
            for presumed in line.rests_on:
                rule = presumed.rule or ""
                if presumed.reason == "edition" and rule in policies:
                    self.policies[rule] = policies[rule]

    def _count_lines(self, claim: Claim, decision: Decision) -> dict[int, LineClass]:
        """Count the claim and its lines by class, and return the class of each line."""
        by_number = {line.number: line for line in claim.lines}
        classes: dict[int, LineClass] = {}
        for line in decision.lines:
            line_class = class_of_line(line, decision)
            classes[line.line] = line_class
            self.classes[line_class].count_lines((by_number[line.line],))
            self.bases[line_class, line.basis] += 1
            self.outcomes[line_class, line.expected] += 1
            if line_class == "fine" and line.basis == "partial":
                self.unread.update(line.unread_topics)
                self.read_in_part.update(line.read_in_part)
                self.partly.count_lines((by_number[line.line],))
        found = set(classes.values())
        worst: LineClass = next((name for name in LINE_CLASSES if name in found), "fine")
        self.classes[worst].count(claim.id, ())
        if worst == "fine" and any(line.basis == "partial" for line in decision.lines):
            self.partly.count(claim.id, ())
        return classes

    def add(self, other: PayerSummary) -> None:
        """Add the counts of another part of the run."""
        self.total.add(other.total)
        for name, tally in other.classes.items():
            self.classes[name].add(tally)
        self.partly.add(other.partly)
        self.bases.update(other.bases)
        self.outcomes.update(other.outcomes)
        self.unread.update(other.unread)
        self.read_in_part.update(other.read_in_part)
        for key, group in other.findings.items():
            self.findings.setdefault(key, FindingGroup()).add(group)
        for fact, facts in other.facts.items():
            self.facts.setdefault(fact, FactGroup()).add(facts)
        self.policies.update(other.policies)
        self.expired.update(other.expired)
        self.contractors.update(other.contractors)
