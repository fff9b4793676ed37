"""What a run came to: how many claims and lines, with which outcomes, for which reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from payer_rules.decisions import Decision, LineOutcome
from payer_rules.rules import SEVERITY

_MILD = SEVERITY["inform"]


@attrs.define
class RunSummary:
    """Counts over decisions, one for each claim and payer; tallies of parts add up.

    ``uncoded`` are lines without a procedure code, which no rule speaks of. ``reasons`` counts the
    findings of each rule that are worse than ``inform``, ``missing`` the entries of each rule and
    class that were not evaluated.
    """

    decisions: int = 0
    lines: int = 0
    uncoded: int = 0
    outcomes: Counter[LineOutcome] = attrs.Factory(Counter)
    reasons: Counter[str] = attrs.Factory(Counter)
    missing: Counter[str] = attrs.Factory(Counter)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> RunSummary:
        """The counts over the decisions."""
        summary = cls()
        for decision in decisions:
            summary.decisions += 1
            summary.lines += len(decision.lines)
            summary.outcomes[decision.outcome] += 1
            for finding in decision.findings:
                if SEVERITY[finding.outcome] > _MILD:
                    summary.reasons[finding.rule] += 1
            for entry in decision.not_evaluated:
                summary.missing[f"{entry.rule or 'no rule'} ({entry.reason})"] += 1
        return summary

    def add(self, other: RunSummary) -> None:
        """Take in the counts of another part of the run."""
        self.decisions += other.decisions
        self.lines += other.lines
        self.uncoded += other.uncoded
        self.outcomes.update(other.outcomes)
        self.reasons.update(other.reasons)
        self.missing.update(other.missing)
