"""Findings of decisions that are kept, found again on other claims with the same key.

The words of a finding name days, lines and claims, so they are not kept.

- A rule that takes the line by itself is evaluated on the line once more.
- Of another rule the verdict is kept, which is data: on other days it is that of these days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.decisions import Basis, Decision, Finding, Presumption
from payer_rules.engine.add_ons import AddOnDetails
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.engine.mue import UnitDetails
from payer_rules.engine.pairs import PairDetails
from payer_rules.engine.rule_evaluator import LineRuleEvaluator
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.rulebook.baseline import Baseline
from payer_rules.unchecked import copier

_copy: Final = copier(Finding)


@attrs.frozen(eq=False, kw_only=True)
class KeptFinding:
    """A finding without its words: the rule that gave it, and its verdict.

    ``is_expected`` is true if the expected answer alone has the finding. With ``is_dated`` the
    verdict is that of the day, and the rule is not evaluated again. A warning has the ``baseline``
    that gave it, and the lines that are ``denied``. ``is_cured`` is true if its cure helps on all
    claims with the key.
    """

    evaluator: Evaluator
    verdict: Verdict[Any]
    is_expected: bool
    is_dated: bool
    basis: Basis
    rests_on: tuple[Presumption, ...]
    baseline: Baseline | None = None
    denied: frozenset[int] = frozenset()
    is_cured: bool = False

    def moved(self, by: timedelta) -> KeptFinding | None:
        """Return the finding on a claim of other days; ``None`` if its verdict is not known."""
        if not self.is_dated:
            return self
        verdict = moved_verdict(self.verdict, by)
        return None if verdict is None else attrs.evolve(self, verdict=verdict)

    def on(self, state: ClaimState) -> Finding | None:
        """Return the finding on a claim; ``None`` if it differs.

        Its cure is not tested, unless it is a warning of the baseline.

        ``state`` is that of the claim in the answer that has the finding; nothing is evaluated yet.
        """
        if self.baseline is not None:
            state.denied = set(self.denied)
            return self.baseline.warning(self.evaluator, self.verdict, state)
        verdict = self.verdict if self.is_dated else self._verdict_on(state)
        if verdict is None:
            return None
        finding = finding_of(self.evaluator, verdict, state)
        if (finding.basis, finding.rests_on) == (self.basis, self.rests_on):
            return finding
        return _copy(finding, {"basis": self.basis, "rests_on": self.rests_on})

    def _verdict_on(self, state: ClaimState) -> Verdict[Any] | None:
        """Return the verdict of the rule on the line by itself, with the outcome that is kept."""
        alone = state.of_lines(self.verdict.lines)
        self.evaluator.evaluate(alone, [(line, NONE_MISSING) for line in alone.lines])
        if len(alone.verdicts) != 1 or alone.verdicts[0][1].lines != self.verdict.lines:
            return None
        verdict, kept = alone.verdicts[0][1], self.verdict
        if (verdict.outcome, verdict.own_outcome) == (kept.outcome, kept.own_outcome):
            return verdict
        return attrs.evolve(verdict, outcome=kept.outcome, own_outcome=kept.own_outcome)


def kept_findings(
    decision: Decision, first: ClaimState, expected: ClaimState | None, warnings: Warnings
) -> tuple[KeptFinding, ...] | None:
    """Return the findings without their words; ``None`` if the verdict of one is not known.

    ``first`` and ``expected`` are the evaluated states of both answers, and ``warnings`` are the
    verdicts of the baseline.
    """
    kept: list[KeptFinding] = []
    for finding in decision.findings:
        is_expected = finding.basis != "proved"
        state = expected if is_expected else first
        warned = _verdicts(finding, warnings.verdicts)
        given = warned or _verdicts(finding, state.verdicts if state else ())
        if len(given) > 1:
            given = _in_these_words(finding, given, first.claim)
        if len(given) != 1 or state is None:
            return None
        ((evaluator, verdict),) = given
        is_alone = len(first.lines) == 1 or isinstance(evaluator, LineRuleEvaluator)
        kept.append(
            KeptFinding(
                evaluator=evaluator,
                verdict=verdict,
                is_expected=is_expected,
                is_dated=bool(warned) or not is_alone,
                basis=finding.basis,
                rests_on=finding.rests_on,
                baseline=warnings.baseline if warned else None,
                denied=frozenset(state.denied) if warned else frozenset(),
            )
        )
    return tuple(kept)


@attrs.frozen
class Warnings:
    """The verdicts of a baseline on a claim."""

    baseline: Baseline | None = None
    verdicts: tuple[tuple[Evaluator, Verdict[Any]], ...] = ()


def moved_verdict(verdict: Verdict[Any], by: timedelta) -> Verdict[Any] | None:
    """Return the verdict on a claim that is moved by so many days; ``None`` if it is not known.

    Known are those about lines of the claim alone whose details have no other days.
    """
    details = verdict.details
    if isinstance(details, PairDetails):
        others = _moved_lines(details.others, by)
        details = others and attrs.evolve(details, others=others)
    elif isinstance(details, AddOnDetails):
        denied = _moved_lines(details.denied, by)
        details = None if denied is None else attrs.evolve(details, denied=denied)
    elif isinstance(details, UnitDetails):
        details = None if details.paid else attrs.evolve(details, day=details.day + by)
    elif isinstance(details, LineReference):
        moved = _moved_lines((details,), by)
        details = moved and moved[0]
    else:
        details = None
    return details and attrs.evolve(verdict, details=details)


def _moved_lines(lines: Iterable[LineReference], by: timedelta) -> tuple[LineReference, ...] | None:
    """Return the lines on other days; ``None`` if one is of an earlier claim."""
    lines = tuple(lines)
    if any(line.claim is not None for line in lines):
        return None
    return tuple(line._replace(date_from=line.date_from + by) for line in lines)


def finding_of(evaluator: Evaluator, verdict: Verdict[Any], state: ClaimState) -> Finding:
    """Return the verdict as a finding, in the words of its rule."""
    finding = evaluator.describe(verdict, state.claim)
    # NOTE: a line that is for review is not known to be paid in part.
    is_softened = verdict.own_outcome is not None and finding.pays is not None
    return attrs.evolve(finding, pays=None) if is_softened else finding


def _in_these_words(
    finding: Finding, given: Iterable[tuple[Evaluator, Verdict[Any]]], claim: Claim
) -> list[tuple[Evaluator, Verdict[Any]]]:
    """Return those of the verdicts on one line whose message is that of the finding."""
    return [
        (evaluator, verdict)
        for evaluator, verdict in given
        if evaluator.describe(verdict, claim).message == finding.message
    ]


def _verdicts(
    finding: Finding, recorded: Iterable[tuple[Evaluator, Verdict[Any]]]
) -> list[tuple[Evaluator, Verdict[Any]]]:
    """Return the verdicts of which the finding may be the words."""
    return [
        (evaluator, verdict)
        for evaluator, verdict in recorded
        if (verdict.rule, verdict.lines) == (finding.rule, finding.lines)
    ]
