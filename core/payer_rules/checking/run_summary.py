"""The summary of a run: counts of decisions, lines, outcomes, findings and open questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from payer_rules.decisions import Decision, LineOutcome
from payer_rules.rules import SEVERITY

_MILD = SEVERITY["inform"]


@attrs.define
class RunSummary:
    """The counts over decisions, one for each claim and payer; summaries can be added.

    ``uncoded`` is the number of lines without a procedure code, to which no rule applies.
    ``reasons`` counts the findings of each rule that are more severe than ``inform``; ``missing``
    counts the entries of each rule and class that were not evaluated.
    """

    decisions: int = 0
    lines: int = 0
    uncoded: int = 0
    outcomes: Counter[LineOutcome] = attrs.Factory(Counter)
    reasons: Counter[str] = attrs.Factory(Counter)
    missing: Counter[str] = attrs.Factory(Counter)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> RunSummary:
        """Return the counts over the decisions."""
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
        """Add the counts of another part of the run."""
        self.decisions += other.decisions
        self.lines += other.lines
        self.uncoded += other.uncoded
        self.outcomes.update(other.outcomes)
        self.reasons.update(other.reasons)
        self.missing.update(other.missing)
