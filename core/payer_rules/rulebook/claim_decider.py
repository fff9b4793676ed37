"""The decision on a claim.

1. The claim is evaluated as it is known, then under the assumptions of the rule book.
2. If that leaves anything open, the claim is evaluated again for the expected answer.
3. Both answers become the decision (`conclusion`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Decision, Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.history import History
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.baseline import Baseline
from payer_rules.rulebook.claim_keys import ClaimKeys
from payer_rules.rulebook.conclusion import Conclusion, findings_of
from payer_rules.rulebook.equal_claims import AskedClaim, EqualClaims, EvaluatedClaim
from payer_rules.rulebook.evaluation import Evaluation, evaluate_again, evaluate_claim
from payer_rules.rulebook.expected_answer import ExpectedAnswer
from payer_rules.rulebook.kept_findings import Warnings
from payer_rules.rulebook.line_rules import LineRules
from payer_rules.rulebook.line_topics import ClaimTopics
from payer_rules.rulebook.open_entries import Gaps, broken_texts, gaps_of
from payer_rules.rulebook.presuming import Presuming
from payer_rules.rulebook.tested_cures import CureTests, in_order
from payer_rules.rulebook.topics import TopicLedger
from payer_rules.rulebook.waived_rules import WaivedRules
from payer_rules.unchecked import copier
from payer_rules.vocabularies.claim_frequencies import VOID

_EXPECTED: Final = Assumptions.expected()
_copy: Final = copier(Finding)


@attrs.frozen(eq=False, kw_only=True)
class ClaimDecider:
    """The compiled rules of one payer, and the assumptions under which claims are decided.

    ``assumptions`` are those of the first answer; ``baseline`` are the edits that warn where the
    payer's own texts are silent; ``waived`` are rules that are left out, for the notes about them.
    """

    rules: ApplicableRules
    assumptions: Assumptions
    baseline: Baseline | None
    waived: WaivedRules
    conclusion: Conclusion
    _as_known: Assumptions = attrs.field(init=False)
    _ledger: TopicLedger = attrs.field(init=False)
    _equal: EqualClaims | None = attrs.field(init=False)
    _cures: CureTests = attrs.field(init=False)

    @_as_known.default
    def _without_values(self) -> Assumptions:
        return self.assumptions.as_known()

    @_ledger.default
    def _of_topics(self) -> TopicLedger:
        return TopicLedger(self.rules.payer, self.rules, self.waived.by_code)

    @_equal.default
    def _of_equal_claims(self) -> EqualClaims | None:
        # NOTE: assumptions, waivers and incomplete rules are rare, and change what a line misses.
        if self.assumptions.presumed or self.waived.codes or self.conclusion.incomplete:
            return None
        baseline = self.baseline.edit_tables if self.baseline else None
        tables = self.rules.edit_tables
        ledger = self._ledger
        return EqualClaims(
            ClaimKeys(self.rules, tables, baseline, ledger.change_days, ledger.conditions_on)
        )

    @property
    def keys(self) -> ClaimKeys | None:
        """The keys by which claims have equal answers; ``None`` if each is evaluated."""
        return self._equal.keys if self._equal else None

    @_cures.default
    def _that_are_tested(self) -> CureTests:
        return CureTests(self.rules, self.keys)

    def decide(
        self, claim: Claim, history: History, expected_history: History | None, *, test_cures: bool
    ) -> Decision:
        """Return the decision on the claim.

        ``expected_history`` are the earlier lines as the expected answer knows them, if they differ
        from those in ``history``.
        """
        if claim.frequency_code == VOID:
            return self.conclusion.decide_void(claim)
        state = ClaimState(claim, history, self._as_known)
        cures = self._cures if test_cures else None
        if self._equal:
            asked = self._equal.asked(state, expected_history, history, cures)
            decision = self._equal.decision(asked)
            if decision is not None:
                return decision
        else:
            asked = AskedClaim(state, expected_history or history, cures)
        evaluated = self._evaluated(
            state, asked.rules, history, expected_history, test_cures=test_cures
        )
        if self._equal:
            self._equal.keep(asked, evaluated)
        decision = evaluated.decision
        notes = tuple(self.waived.notes(claim))
        return attrs.evolve(decision, notes=(*decision.notes, *notes)) if notes else decision

    def _evaluated(
        self,
        state: ClaimState,
        of_lines: Mapping[int, LineRules],
        history: History,
        expected_history: History | None,
        *,
        test_cures: bool,
    ) -> EvaluatedClaim:
        """Return the decision on the claim of the state, with the evaluation behind it."""
        known = evaluate_claim(self.rules, state, of_lines)
        gaps = gaps_of(known.state)
        first, rests_on = self._assumed(known, gaps, history)
        findings = self._findings(
            findings_of(first.state), first.state, self.assumptions, test_cures=test_cures
        )
        topics = self._ledger.of_claim(first.state, first.met)
        expected_answer, expected, warnings = None, None, Warnings()
        is_open = known.state.is_open or first.state.is_open
        if is_open or expected_history is not None or (self.baseline and topics.has_unread):
            expected_answer, expected, warnings = self._expected_answer(
                known, gaps, findings, topics, expected_history or history, test_cures=test_cures
            )
        first_gaps = gaps if first is known else gaps_of(first.state)
        decision = self.conclusion.decide(
            first, findings, first_gaps, rests_on, expected_answer, topics
        )
        return EvaluatedClaim(decision, first, expected, first_gaps, warnings)

    def _assumed(self, known: Evaluation, gaps: Gaps, history: History) -> tuple[Evaluation, Gaps]:
        """Return the evaluation under the assumptions of the first answer.

        The missing facts for which a value is assumed are returned as well.
        """
        if not self.assumptions.has_values:
            return known, {}
        rests_on = {
            (rule, missing): lines
            for (rule, missing), lines in gaps.items()
            if self.assumptions.gives_value_to(missing)
        }
        if rests_on or known.state.has_unsettled or self.assumptions.add_to(history):
            known = evaluate_again(self.rules, known, history, self.assumptions)
        return known, rests_on

    def _expected_answer(
        self,
        known: Evaluation,
        gaps: Gaps,
        findings: tuple[Finding, ...],
        topics: ClaimTopics,
        history: History,
        *,
        test_cures: bool,
    ) -> tuple[ExpectedAnswer, Evaluation, Warnings]:
        """Return what to expect of the claim, the evaluation, and the warnings.

        ``gaps`` is what the claim as it is known leaves open; ``findings`` are those of the first
        answer.
        """
        evaluated = evaluate_again(self.rules, known, history, _EXPECTED)
        state = evaluated.state
        found = findings_of(state, known=findings)
        presumed = self._findings(found, state, _EXPECTED, test_cures=test_cures)
        presuming = Presuming(
            state=state, tables=self.rules.edit_tables, proved=gaps, expected=gaps_of(state)
        )
        answer = presuming.expected_answer(findings, presumed, self.assumptions.presumed)
        if state.expired:
            answer = attrs.evolve(answer, broken_texts=broken_texts(state))
        if self.baseline is None:
            return answer, evaluated, Warnings()
        baseline = self.baseline.answer(state, answer.findings, topics)
        findings = (*answer.findings, *baseline.findings)
        answer = attrs.evolve(answer, findings=findings, national=baseline.topics)
        return answer, evaluated, Warnings(self.baseline, baseline.verdicts)

    def _findings(
        self,
        findings: Iterable[Finding],
        evaluated: ClaimState,
        assumptions: Assumptions,
        *,
        test_cures: bool,
    ) -> tuple[Finding, ...]:
        """Return the findings in order, without cures that do not help."""
        if not test_cures:
            return in_order(findings)
        return self._cures.of(findings, evaluated, assumptions)
