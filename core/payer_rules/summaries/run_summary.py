"""The summary of a run: one summary for each payer, and counts over all decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Basis, Decision, LineOutcome
from payer_rules.rules import SEVERITY
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.summaries.policies import PolicyText
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.tally import Tally

_MILD = SEVERITY["inform"]


@attrs.define
class RunSummary:
    """The counts over decisions, one for each claim and payer; summaries can be added.

    ``total`` counts each claim once, for however many payers. ``uncoded`` is the number of lines
    without a procedure code, to which no rule applies.
    ``outcomes`` counts proved outcomes of claims, ``reasons`` the findings of each rule that are
    more severe than ``inform``, and ``bases`` the same findings by what they rest on.
    """

    total: Tally = attrs.Factory(Tally)
    decisions: int = 0
    lines: int = 0
    uncoded: int = 0
    outcomes: Counter[LineOutcome] = attrs.Factory(Counter)
    reasons: Counter[str] = attrs.Factory(Counter)
    missing: Counter[str] = attrs.Factory(Counter)
    bases: Counter[Basis] = attrs.Factory(Counter)
    payers: dict[str, PayerSummary] = attrs.Factory(dict)

    @classmethod
    def of(cls, decisions: Iterable[tuple[Claim, Decision]]) -> RunSummary:
        """Return the counts over the decisions on different claims."""
        summary = cls()
        for claim, decision in decisions:
            summary.total.count(claim.id, claim.lines)
            summary.count(claim, decision)
        return summary

    def count(
        self,
        claim: Claim,
        decision: Decision,
        policies: Mapping[str, PolicyText] | None = None,
        run: RunClaims = NO_CLAIMS,
    ) -> None:
        """Count one decision; ``policies`` are the documents of the payer's rules.

        ``run`` has the other claims of the member.
        """
        self.decisions += 1
        self.lines += len(decision.lines)
        self.outcomes[decision.outcome] += 1
        for finding in decision.findings:
            if SEVERITY[finding.outcome] > _MILD:
                self.reasons[finding.rule] += 1
                self.bases[finding.basis] += 1
        for entry in decision.not_evaluated:
            self.missing[f"{entry.rule or 'no rule'} ({entry.reason})"] += 1
        self._payer(decision.payer).count(claim, decision, policies or {}, run)

    def add(self, other: RunSummary) -> None:
        """Add the counts of another part of the run."""
        self.total.add(other.total)
        self.decisions += other.decisions
        self.lines += other.lines
        self.uncoded += other.uncoded
        self.outcomes.update(other.outcomes)
        self.reasons.update(other.reasons)
        self.missing.update(other.missing)
        self.bases.update(other.bases)
        for payer, summary in other.payers.items():
            self._payer(payer).add(summary)

    @property
    def has_unread(self) -> bool:
        """True if the payer's texts on a line were not read, or could not be evaluated."""
        return any(payer.classes["unread"].lines for payer in self.payers.values())

    @property
    def has_partial(self) -> bool:
        """True if a line breaks no rule, and a topic that it touches was not read."""
        return any(payer.bases["fine", "partial"] for payer in self.payers.values())

    def _payer(self, payer: str) -> PayerSummary:
        if payer not in self.payers:
            self.payers[payer] = PayerSummary(payer)
        return self.payers[payer]
