"""The decisions on equal claims: they differ in names, ids, days and words alone.

1. A claim gets its key (`claim_keys`), and the decision that is kept for it.
2. The findings of that decision are found again on the claim (`kept_findings`).
3. A claim without a decision is evaluated. The decision is kept when a key comes for the second
   time: most keys of a file in which all claims differ come once. So do most combinations of codes,
   so a claim of several lines gets a key when its codes come for the second time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Final, NamedTuple

import attrs

from payer_rules.decisions import Decision, Finding
from payer_rules.engine.claim_state import ClaimState
from payer_rules.history import History
from payer_rules.rulebook.applicable_rules import NOTHING_FOUND
from payer_rules.rulebook.claim_keys import ClaimFacts, ClaimKey, ClaimKeys
from payer_rules.rulebook.evaluation import Evaluation
from payer_rules.rulebook.kept_decisions import KeptDecision
from payer_rules.rulebook.kept_findings import KeptFinding, Warnings, kept_findings
from payer_rules.rulebook.late_rules import EXPECTED, LateRules
from payer_rules.rulebook.line_rules import LineRules
from payer_rules.rulebook.open_entries import Gaps, open_risks, risks_of
from payer_rules.rulebook.shared_caches import SharedCache
from payer_rules.rulebook.tested_cures import CureTests, in_order
from payer_rules.unchecked import copier

_copy: Final = copier(Decision)
#: Facts of a line that are in its rules: claims of which they differ have different keys.
_in_every_key: Final = attrgetter("number", "code", "modifiers", "place_of_service")


@attrs.frozen(eq=False)
class EvaluatedClaim:
    """The decision on a claim that was evaluated, with the evaluations of both answers.

    ``gaps`` are the lines on which each rule misses each fact in the first answer, and
    ``warnings`` the verdicts of the baseline.
    """

    decision: Decision
    first: Evaluation
    expected: Evaluation | None
    gaps: Gaps
    warnings: Warnings


class AskedClaim(NamedTuple):
    """A claim that is to be decided, in a state in which nothing is evaluated yet.

    ``history`` are the earlier lines in the expected answer. ``cures`` tests cures, if they are to
    be tested. ``rules`` are those of its lines. ``place`` is the place of its decision among those
    that are kept, if it is known.
    """

    state: ClaimState
    history: History
    cures: CureTests | None
    rules: Mapping[int, LineRules] = NOTHING_FOUND
    key: ClaimKey | None = None
    place: Hashable | None = None

    def findings(self, kept: Iterable[KeptFinding]) -> tuple[Finding, ...] | None:
        """Return the findings on the claim, in order; ``None`` if it does not have one of them."""
        findings: list[Finding] = []
        for each in kept:
            state = self._state_of(each)
            finding = each.on(state)
            if finding is None:
                return None
            is_tested = each.is_cured or each.baseline is not None
            if finding.cure is not None and self.cures is not None and not is_tested:
                finding = self.cures.of_equal(finding, state)
            findings.append(finding)
        return in_order(findings)

    def is_cured(self, finding: Finding, kept: KeptFinding) -> bool:
        """Return True if the finding, which is kept, has a cure that helps on all equal claims.

        No fact of the claim besides those in its key decides it.
        """
        return self.cures is not None and self.cures.are_certain(finding, self._state_of(kept))

    def _state_of(self, kept: KeptFinding) -> ClaimState:
        """Return the state of the claim in the answer that has the finding."""
        if kept.is_expected:
            return self.state.with_assumptions(self.history, EXPECTED)
        return self.state


@attrs.frozen(eq=False)
class EqualClaims:
    """The decisions that one rule book has given, by the keys of their claims."""

    keys: ClaimKeys
    #: By the facts of a key, with the answers of late rules if it has any; and by these and the
    #: day, if a decision names it. A decision is ``None`` if a finding cannot be found again.
    _kept: SharedCache[Hashable, KeptDecision | None] = attrs.field(factory=SharedCache, init=False)
    #: The late rules of claims by the facts of their keys.
    _late: SharedCache[ClaimFacts, LateRules] = attrs.field(factory=SharedCache, init=False)
    #: The hashes of keys that came once, and of what all keys of several lines have.
    _seen: SharedCache[int, None] = attrs.field(factory=SharedCache, init=False)

    def asked(
        self, state: ClaimState, expected: History | None, history: History, cures: CureTests | None
    ) -> AskedClaim:
        """Return the claim of a state in which nothing is evaluated, with its place.

        A claim of several lines whose codes come together for the first time has none. ``expected``
        is the history of the expected answer, if it differs from ``history``.
        """
        known = expected or history
        if len(state.lines) > 1 and self._is_new(tuple(map(_in_every_key, state.lines))):
            return AskedClaim(state, known, cures)
        rules, key = self.keys.of(state, expected)
        place: Hashable | None = key and key.facts
        if key and key.has_late:
            late = self._late.get(key.facts)
            answers = late.answers(state, known) if late else None
            place = None if answers is None else (key.facts, answers)
        return AskedClaim(state, known, cures, rules, key, place)

    def decision(self, asked: AskedClaim) -> Decision | None:
        """Return the decision on a claim; ``None`` if it is to be evaluated."""
        kept = None if asked.place is None else self._kept.get(asked.place)
        if kept is not None and asked.key and kept.names_days and kept.day != asked.key.day:
            kept = self._of_day(kept, asked.place, asked.key.day)
        if kept is None:
            return None
        changes: dict[str, object] = {"claim": asked.state.claim.id}
        if kept.findings:
            findings = asked.findings(kept.findings)
            if findings is None:
                return None
            changes["findings"] = findings
        if kept.risks:
            changes["at_risk"] = risks_of(kept.risks, asked.state.claim)
        return _copy(kept.decision, changes)

    def keep(self, asked: AskedClaim, evaluated: EvaluatedClaim) -> None:
        """Keep the decision on a claim with a key, if the key came before."""
        key, place = asked.key, asked.place
        if key is None:
            return
        if key.has_late and key.facts not in self._late:
            if self._is_new(key.facts):
                return
            late = LateRules.of(evaluated.first, evaluated.expected, asked.history)
            self._late.put(key.facts, late)
            answers = late.answers(asked.state, asked.history)
            place = None if answers is None else (key.facts, answers)
        if place is None:
            return
        if place in self._kept:
            other = self._kept.get(place)
            if other is not None and other.names_days and (place, key.day) not in self._kept:
                self._kept.put((place, key.day), _kept(asked, key.day, evaluated))
        elif not self._is_new(place):
            self._kept.put(place, _kept(asked, key.day, evaluated))

    def _is_new(self, place: Hashable) -> bool:
        """Return True if the place comes for the first time, and record that it came."""
        seen = hash(place)
        if seen in self._seen:
            return False
        self._seen.put(seen, None)
        return True

    def _of_day(self, other: KeptDecision, place: Hashable, day: date) -> KeptDecision | None:
        """Return what is kept for the day, or can be said of it from another day."""
        kept = self._kept.get((place, day))
        if kept is None and (place, day) not in self._kept:
            kept = other.on_day(day)
            if kept is not None:
                self._kept.put((place, day), kept)
        return kept


def _kept(asked: AskedClaim, day: date, evaluated: EvaluatedClaim) -> KeptDecision | None:
    """Return the decision to keep; ``None`` if its findings are not found on the claim again.

    ``day`` is the first day of the claim.
    """
    decision, expected = evaluated.decision, evaluated.expected
    first = evaluated.first.state
    kept = kept_findings(decision, first, expected.state if expected else None, evaluated.warnings)
    if kept is None:
        return None
    open_rules = {rule for rule, _ in evaluated.gaps}
    presumed = {each.evaluator.rule_id for each in kept if each.is_expected and not each.baseline}
    if not presumed <= open_rules:
        # NOTE: what is presumed of the line itself is not what the finding rests on.
        return None
    if asked.findings(kept) != decision.findings:
        return None
    kept = tuple(
        attrs.evolve(each, is_cured=asked.is_cured(finding, each))
        for finding, each in zip(decision.findings, kept, strict=True)
    )
    days = frozenset((line.date_from - day).days for line in asked.state.lines)
    return KeptDecision(decision, kept, open_risks(first), day, days)
