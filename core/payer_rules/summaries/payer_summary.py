"""The summary of all decisions of one payer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Basis, Decision, DerivedFact, Expected, NotEvaluated
from payer_rules.rules import Topic
from payer_rules.summaries.alike_decisions import DecidedClaim, claims_of
from payer_rules.summaries.finding_groups import FindingGroup, FindingKey, count_findings
from payer_rules.summaries.line_classes import (
    LINE_CLASSES,
    LineClass,
    ReportedClass,
    class_of_line,
    reported_class,
)
from payer_rules.summaries.open_facts import FactGroup, FactKey, count_facts, missing_facts
from payer_rules.summaries.policies import NO_POLICIES, PolicyText
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import MANY_CLAIMS, Tally, lines_with_number
from payer_rules.values.identity_cache import counted_lists


@attrs.define
class PayerSummary:
    """The counts of one payer's decisions.

    In ``classes`` a claim counts in the worst class of its lines, and a line in its own. ``bases``
    and ``outcomes`` count the lines of each class by what they rest on, and by expected outcome;
    ``partly`` counts those that break no rule and are partly read, which are part of the class
    ``fine``, and ``unread`` their lines by each topic that was not read, of which those of
    ``read_in_part`` were read in part. ``outdated`` counts those of which every topic was read, and
    the text or table of a rule does not cover the day. ``waiting`` counts the lines of the class
    ``unread`` whose rules miss a fact, and ``missing`` the same by each fact. ``policies`` are the
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
    outdated: int = 0
    waiting: int = 0
    missing: Counter[str] = attrs.Factory(Counter)
    findings: dict[FindingKey, FindingGroup] = attrs.Factory(dict)
    facts: dict[FactKey, FactGroup] = attrs.Factory(dict)
    policies: dict[str, PolicyText] = attrs.Factory(dict)
    contractors: Counter[DerivedFact] = attrs.Factory(Counter)
    expired: Counter[str] = attrs.Factory(Counter)

    def count(
        self,
        decided: Sequence[DecidedClaim],
        policies: Mapping[str, PolicyText] = NO_POLICIES,
        run: RunClaims = NO_CLAIMS,
    ) -> None:
        """Count decisions whose lines have the same answers (`alike`).

        ``policies`` are the documents of the rules. ``run`` has the other claims of the members.
        """
        claims, (_, first) = claims_of(decided), decided[0]
        self.total.count_claims(claims)
        for facts, times in counted_lists(each.derived for _, each in decided):
            for fact in facts:
                if fact.fact == "contractor":
                    self.contractors[fact] += times
        classes = self._count_lines(claims, first)
        if any(line.rests_on or line.expected == "unread" for line in first.lines):
            count_facts(self.facts, claims, first, run)
            self._keep_policies(first, policies)
        # NOTE: decisions with findings, or with a text that is broken, come one by one.
        if len(decided) > 1:
            return
        count_findings(self.findings, claims[0], first, classes, run)
        for entry in first.not_evaluated:
            if entry.broken_on:
                self._count_expired(claims[0], entry, policies)

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

    def _count_lines(self, claims: Sequence[Claim], decision: Decision) -> dict[int, LineClass]:
        """Count the claims and their lines by class, and return the class of each line."""
        number = len(claims)
        classes: dict[int, LineClass] = {}
        for line in decision.lines:
            line_class = class_of_line(line, decision)
            classes[line.line] = line_class
            counted = lines_with_number(claims, line.line)
            self.classes[line_class].count_lines(counted)
            self.bases[line_class, line.basis] += number
            self.outcomes[line_class, line.expected] += number
            if missing := missing_facts(line, decision):
                self.waiting += number
                for fact in missing:
                    self.missing[fact] += number
            if reported_class(line, decision) == "partly":
                if not line.unread_topics:
                    self.outdated += number
                for topic in line.unread_topics:
                    self.unread[topic] += number
                for topic in line.read_in_part:
                    self.read_in_part[topic] += number
                self.partly.count_lines(counted)
        found = set(classes.values())
        worst: LineClass = next((name for name in LINE_CLASSES if name in found), "fine")
        self.classes[worst].count_ids(claims)
        if worst == "fine" and any(line.basis == "partial" for line in decision.lines):
            self.partly.count_ids(claims)
        return classes

    def reported(self) -> dict[ReportedClass, Tally]:
        """Return the counts of each class of a report, where partly read lines have their own."""
        found: dict[ReportedClass, Tally] = {name: self.classes[name] for name in LINE_CLASSES}
        fine = self.classes["fine"].without(self.partly)
        return {**found, "partly": self.partly, "fine": fine}

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
        self.outdated += other.outdated
        self.waiting += other.waiting
        self.missing.update(other.missing)
        for key, group in other.findings.items():
            self.findings.setdefault(key, FindingGroup()).add(group)
        for fact, facts in other.facts.items():
            self.facts.setdefault(fact, FactGroup()).add(facts)
        self.policies.update(other.policies)
        self.expired.update(other.expired)
        self.contractors.update(other.contractors)
