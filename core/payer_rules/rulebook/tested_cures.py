"""The cures of findings, tested: the cured claim is evaluated, and must not have the finding."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.rulebook.applicable_rules import ApplicableRules
from payer_rules.rulebook.claim_keys import ClaimKeys
from payer_rules.rulebook.evaluation import evaluate
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.unchecked import copier

_copy: Final = copier(Finding)


@attrs.frozen(eq=False)
class CureTests:
    """The rules by which cured claims are evaluated.

    ``keys`` are those of claims; without any, all lines of a cured claim are evaluated.
    """

    rules: ApplicableRules
    keys: ClaimKeys | None
    #: Whether a cure helps, by the key of the cured claim, and the rule and lines of the finding.
    _known: SharedCache[Hashable, bool] = attrs.field(factory=SharedCache, init=False)

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

    def _helps(self, finding: Finding, evaluated: ClaimState, assumptions: Assumptions) -> bool:
        """Return True if the finding names a cure, and the cured claim no longer has it."""
        if finding.cure is None or finding.cure.claim is None:
            return False
        state = evaluated.of_cure(finding.cure.claim, assumptions)
        return self.rules.clears(state, finding.rule, finding.lines) or self._is_gone(
            finding, state
        )

    def of_equal(self, finding: Finding, asked: ClaimState, assumptions: Assumptions) -> Finding:
        """Return the finding without a cure that does not help, as on any claim with its key.

        ``asked`` is the state of the claim, in which nothing is evaluated.
        """
        if finding.cure is None or finding.cure.claim is None:
            return _copy(finding, {"cure": None}) if finding.cure else finding
        state = asked.of_cure(finding.cure.claim, assumptions)
        if self.rules.clears(state, finding.rule, finding.lines):
            return finding
        key = self.keys.of(state, None).key if self.keys else None
        if key is None or key.has_late:
            helps = self._is_gone(finding, state)
        else:
            place = (key.facts, finding.rule, finding.lines, assumptions)
            known = self._known.get(place)
            helps = (
                self._known.put(place, self._is_gone(finding, state)) if known is None else known
            )
        return finding if helps else _copy(finding, {"cure": None})

    def _is_gone(self, finding: Finding, state: ClaimState) -> bool:
        """Return True if the cured claim of the state does not have the finding.

        If the lines on its days depend on no others, the others are not evaluated.
        """
        of_days = _on_same_days(state.lines, finding)
        if self.keys and len(of_days) < len(state.lines) and self.keys.are_of_day(state, of_days):
            state.lines = of_days
        evaluate(state, self.rules.meet_for(state, finding.rule, finding.lines))
        verdicts = (verdict for _, verdict in state.verdicts if verdict.rule == finding.rule)
        return {line for verdict in verdicts for line in verdict.lines}.isdisjoint(finding.lines)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order of rule, lines and message."""
    return tuple(sorted(findings, key=lambda f: (f.rule, f.lines, f.message)))


def _on_same_days(lines: tuple[ServiceLine, ...], finding: Finding) -> tuple[ServiceLine, ...]:
    """Return the lines on the days of the finding: all of them, if one has several days."""
    if any(line.date_from != line.date_to for line in lines):
        return lines
    days = {line.date_from for line in lines if line.number in finding.lines}
    return tuple([line for line in lines if line.date_from in days])
