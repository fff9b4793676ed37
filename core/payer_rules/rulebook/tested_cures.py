"""The cures of findings, tested: the cured claim is evaluated, and must not have the finding."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

import attrs

from payer_rules.decisions import Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import on_same_days
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.claim_keys import ClaimKeys
from payer_rules.rulebook.evaluation import evaluate
from payer_rules.rulebook.reached_lines import ReachedLines
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.unchecked import copier

_copy: Final = copier(Finding)


@attrs.frozen(eq=False)
class CureTests:
    """The rules by which cured claims are evaluated.

    ``keys`` are those of claims; without any, the cures of equal claims are tested again.
    """

    rules: ApplicableRules
    keys: ClaimKeys | None
    #: Whether the cure of a finding helps, by its rule and lines, whether the expected answer has
    #: it, and the key of the cured claim.
    _kept: SharedCache[Hashable, bool] = attrs.field(factory=SharedCache, init=False)
    _reached: ReachedLines = attrs.field(init=False)

    @_reached.default
    def _by_these_rules(self) -> ReachedLines:
        return ReachedLines(self.rules)

    def of(
        self, findings: Iterable[Finding], evaluated: ClaimState, assumptions: Assumptions
    ) -> tuple[Finding, ...]:
        """Return the findings on an evaluated claim in order, without cures that do not help."""
        return in_order(
            _copy(finding, {"cure": None})
            if finding.cure and not self._helps(finding, evaluated, assumptions)
            else finding
            for finding in findings
        )

    def of_equal(self, finding: Finding, state: ClaimState) -> Finding:
        """Return a finding that is kept, without its cure if that does not help.

        ``state`` is that of a claim in which nothing is evaluated. Cured claims with equal keys
        have equal answers.
        """
        place = self._place(finding, state)
        helps = None if place is None else self._kept.get(place)
        if helps is None:
            helps = self._helps(finding, state, state.assumptions)
            if place is not None:
                self._kept.put(place, helps)
        return finding if helps else _copy(finding, {"cure": None})

    def _place(self, finding: Finding, state: ClaimState) -> Hashable | None:
        """Return the place of what is kept about a cure; ``None`` if the claim has no such key."""
        if self.keys is None or finding.cure is None or finding.cure.claim is None:
            return None
        cured = state.of_cure(finding.cure.claim, state.assumptions)
        key = self.keys.of(cured, None).key
        # NOTE: a rule that looks at other days may answer otherwise on a claim with the same key.
        if key is None or key.has_late:
            return None
        return (finding.rule, finding.lines, state.assumptions.is_expected, key)

    def are_certain(self, finding: Finding, state: ClaimState) -> bool:
        """Return True if an edit table alone shows that the cure of the finding helps."""
        if finding.cure is None or finding.cure.claim is None:
            return False
        return self._clears(finding, state.of_cure(finding.cure.claim, state.assumptions))

    def _clears(self, finding: Finding, cured: ClaimState) -> bool:
        return self.rules.clears(cured, finding.rule, finding.lines)

    def _helps(self, finding: Finding, evaluated: ClaimState, assumptions: Assumptions) -> bool:
        """Return True if the finding names a cure, and the cured claim no longer has the finding.

        Lines on which its answer does not depend are not evaluated.
        """
        if finding.cure is None or finding.cure.claim is None:
            return False
        state = evaluated.of_cure(finding.cure.claim, assumptions)
        if self._clears(finding, state):
            return True
        if len(on_same_days(state.lines, finding.lines)) < len(state.lines):
            state.lines = self._reached.of(state, finding.rule, finding.lines)
        evaluate(state, self.rules.meet_for(state, finding.rule, finding.lines))
        verdicts = (verdict for _, verdict in state.verdicts if verdict.rule == finding.rule)
        return {line for verdict in verdicts for line in verdict.lines}.isdisjoint(finding.lines)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order of rule, lines and message."""
    return tuple(sorted(findings, key=lambda f: (f.rule, f.lines, f.message)))
