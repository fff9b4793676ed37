"""Alternatives: requirements of which a line must meet one."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback, NeedsHistory
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts
from payer_rules.engine.verdict import Verdict

#: How a line fares by another rule of the group: it meets the rule, it breaks it, facts are
#: missing, or the rule does not apply and is no alternative.
_Way: TypeAlias = Literal["met"] | Verdict[Any] | MissingFacts | None
_MET: Final = "met"


@attrs.frozen(eq=False)
class Alternative:
    """One rule of a group: the codes of its lines, its applicability and its evaluator."""

    codes: Container[str]
    applies: Applicability | None
    evaluator: Evaluator

    def ways(self, state: ClaimState) -> dict[int, _Way]:
        """Return how each line of the claim fares to which the rule applies, or may apply."""
        applied = {line: self._applies(state, line) for line in state.lines}
        met = [(line, NONE_MISSING) for line, applies in applied.items() if applies is not None]
        answers = evaluated(self.evaluator, state, met)
        return {line.number: _way(answers, line.number, applied[line] or ()) for line, _ in met}

    def _applies(self, state: ClaimState, line: ServiceLine) -> MissingFacts | None:
        """Return what is missing to know that the rule applies; ``None`` if it does not."""
        if line.code not in self.codes:
            return None
        applies = self.applies.to(state, line) if self.applies else NONE_MISSING
        return None if isinstance(applies, str) else applies

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines on which the answer on the line can depend."""
        if self.applies is not None:
            yield from self.applies.lookbacks(line.date_from, line.date_to)
        if isinstance(self.evaluator, NeedsHistory):
            yield from self.evaluator.lookbacks(claim, line)


class AlternativesEvaluator(Evaluator):
    """An evaluator of one rule of a group: a line that meets another rule of it meets this one.

    If a line meets none, the finding is that of the first rule by id, and names all of them.
    """

    def __init__(self, own: Evaluator, others: Sequence[Alternative]) -> None:
        self.rule_id = own.rule_id
        self.outcome = own.outcome
        self.detected_in = own.detected_in
        self._own = own
        self._others = others

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines that meet no rule of the group, and those that may meet none."""
        own = evaluated(self._own, state, met)
        if not own.verdicts and not own.entries:
            return
        others = [other.ways(state) for other in self._others]
        for line, _ in met:
            self._record(state, line.number, own, [ways.get(line.number) for ways in others])

    def _record(
        self, state: ClaimState, line: int, own: ClaimState, others: Collection[_Way]
    ) -> None:
        """Record the answer on a line that meets no other rule of the group."""
        if _MET in others:
            return
        verdict = _verdict_on(own, line)
        broken = [way for way in others if isinstance(way, Verdict)]
        missing = tuple(chain(*(way for way in others if isinstance(way, tuple))))
        if verdict is None:
            state.record_missing(self, line, _missing_on(own, line))
            state.uncertain.copy_texts(own.uncertain, {self._own: self}, line)
        elif missing:
            state.record_missing(self, line, missing)
        elif all(self.rule_id < other.rule for other in broken):
            state.record(self, _joined(verdict, broken, state))

    def describe(self, verdict: Verdict[Any], claim: Claim) -> Finding:
        """Return the verdict as a finding that names every alternative."""
        own, *others = verdict.details
        by_rule = {other.evaluator.rule_id: other.evaluator for other in self._others}
        finding = self._own.describe(attrs.evolve(verdict, details=own.details), claim)
        findings = [finding, *(by_rule[other.rule].describe(other, claim) for other in others)]
        if not others:
            return finding
        messages = "; or ".join(each.message for each in findings)
        return attrs.evolve(
            finding,
            message=f"none of {len(findings)} alternatives is met: {messages}",
            evidence=_unique(each.evidence for each in findings),
            citations=_unique(each.citations for each in findings),
            cure=next((each.cure for each in findings if each.cure), None),
        )

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterator[Lookback]:
        """Yield the earlier lines on which the answers of the group on the line can depend."""
        if isinstance(self._own, NeedsHistory):
            yield from self._own.lookbacks(claim, line)
        for other in self._others:
            yield from other.lookbacks(claim, line)

    def cure_lines(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Iterable[ServiceLine]:
        """Return the lines that a cure would add to the claim."""
        return self._own.cure_lines(claim, line, assumptions)

    def claim_days(self, claim: Claim) -> Iterable[int]:
        """Return the days from which on a moved line may keep, or break, a deadline."""
        every = (self._own, *(other.evaluator for other in self._others))
        return chain(*(evaluator.claim_days(claim) for evaluator in every))

    def window_days(self, claim: Claim, day: int) -> Iterable[int]:
        """Return the days from which on a moved line may share other windows with the day."""
        every = (self._own, *(other.evaluator for other in self._others))
        return chain(*(evaluator.window_days(claim, day) for evaluator in every))


def evaluated(
    evaluator: Evaluator, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]
) -> ClaimState:
    """Return a state of the same stage with the answers of the evaluator alone."""
    answers = state.at_same_stage(state.claim)
    answers.in_review, answers.doubted = state.in_review, state.doubted
    evaluator.evaluate(answers, met)
    state.has_unsettled |= answers.has_unsettled
    return answers


def _way(answers: ClaimState, number: int, applies: MissingFacts) -> _Way:
    """Return how the line fares; ``applies`` are the missing facts on which the rule rests."""
    if EDITION in applies:
        return applies
    verdict, missing = _verdict_on(answers, number), _missing_on(answers, number)
    if verdict is not None:
        return None if applies else verdict
    return (*applies, *missing) or _MET


def _verdict_on(answers: ClaimState, number: int) -> Verdict[Any] | None:
    return next((verdict for _, verdict in answers.verdicts if number in verdict.lines), None)


def _missing_on(answers: ClaimState, number: int) -> MissingFacts:
    return tuple(missing for _, missing, line in answers.entries if line == number)


def _joined(
    verdict: Verdict[Any], others: Iterable[Verdict[Any]], state: ClaimState
) -> Verdict[Any]:
    """Return one verdict for all alternatives; for review, if the text of another is."""
    ordered = sorted(others, key=lambda other: other.rule)
    joined = attrs.evolve(verdict, details=(verdict, *ordered))
    texts = (state.carried.get((other.rule, number)) for other in ordered for number in other.lines)
    if any(text is not None and text.is_for_review for text in texts):
        return joined.for_review()
    return joined


def _unique(groups: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(chain(*groups)))
