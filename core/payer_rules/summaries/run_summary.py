"""The summary of a run: one summary for each payer, and counts over all decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Basis, Decision, LineOutcome, NotEvaluated
from payer_rules.rules import SEVERITY
from payer_rules.summaries.alike_decisions import DecidedClaim
from payer_rules.summaries.payer_summary import PayerSummary
from payer_rules.summaries.policies import NO_POLICIES, PolicyText
from payer_rules.summaries.run_claims import NO_CLAIMS, RunClaims
from payer_rules.summaries.run_members import RunMembers
from payer_rules.summaries.tally import Tally
from payer_rules.values.identity_cache import IdentityCache, counted_lists

_MILD = SEVERITY["inform"]
#: The words by which open questions are counted: most questions of a run are the same few.
_QUESTIONS: Final = IdentityCache[NotEvaluated, str](
    lambda entry: f"{entry.rule or 'no rule'} ({entry.reason})"
)


@attrs.define
class RunSummary:
    """The counts over decisions, one for each claim and payer; summaries can be added.

    ``total`` counts each claim once, for however many payers, and ``last_day`` is the last day of
    their lines. ``uncoded`` is the number of lines without a procedure code, to which no rule
    applies.
    ``outcomes`` counts proved outcomes of claims, ``reasons`` the findings of each rule that are
    more severe than ``inform``, and ``bases`` the same findings by what they rest on.
    ``codes`` counts the lines of the codes that a comparison of two sides was asked for.
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
    members: RunMembers = attrs.Factory(RunMembers)
    last_day: date | None = None
    codes: Counter[str] = attrs.Factory(Counter)

    @classmethod
    def of(cls, decisions: Iterable[tuple[Claim, Decision]]) -> RunSummary:
        """Return the counts over the decisions on different claims."""
        summary = cls()
        for claim, decision in decisions:
            summary.count_claim(claim.id, claim.lines)
            summary.count(claim, decision)
        return summary

    def count_claim(self, claim: str, lines: Iterable[ServiceLine]) -> None:
        """Count a claim, whichever payers decide it, and those of its lines."""
        lines = tuple(lines)
        self.total.count(claim, lines)
        self._extend_to(max((line.date_to for line in lines), default=None))

    def _extend_to(self, day: date | None) -> None:
        """Move the last day of the run to the day if that is later."""
        if day is not None and (self.last_day is None or day > self.last_day):
            self.last_day = day

    def count(
        self,
        claim: Claim,
        decision: Decision,
        policies: Mapping[str, PolicyText] = NO_POLICIES,
        run: RunClaims = NO_CLAIMS,
    ) -> None:
        """Count the decision on a claim."""
        self.count_alike([(claim, decision)], policies, run)

    def count_alike(
        self,
        decided: Sequence[DecidedClaim],
        policies: Mapping[str, PolicyText] = NO_POLICIES,
        run: RunClaims = NO_CLAIMS,
    ) -> None:
        """Count decisions whose lines have the same answers (`alike`).

        ``policies`` are the documents of the payer's rules. ``run`` has the other claims of the
        members.
        """
        number, (_, first) = len(decided), decided[0]
        self.decisions += number
        self.lines += number * len(first.lines)
        self.outcomes[first.outcome] += number
        for finding in first.findings:
            if SEVERITY[finding.outcome] > _MILD:
                self.reasons[finding.rule] += number
                self.bases[finding.basis] += number
        for entries, times in counted_lists(each.not_evaluated for _, each in decided):
            for question in _QUESTIONS.all(entries):
                self.missing[question] += times
        self._payer(first.payer).count(decided, policies, run)

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
        self.members.add(other.members)
        self.codes.update(other.codes)
        self._extend_to(other.last_day)
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
