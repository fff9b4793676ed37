"""The rules of the last stages, evaluated on a claim of which an equal one was evaluated.

Limits and minimums look at other days, so that what they answer is no part of what claims with one
key have in common. What they see of the claim is: which lines earlier stages denied, or may have
denied. With that they are evaluated on each claim, and their answer becomes a part of its key. A
limit that has room for its lines, whatever is not known of them, is not evaluated.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.limits.needed_room import NeededRoom, RoomLeft
from payer_rules.engine.missing import MissingFact, MissingFacts
from payer_rules.engine.stages import LIMITS
from payer_rules.engine.text_dates import AgedText
from payer_rules.engine.uncertain_lines import UncertainLines
from payer_rules.history import History
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.evaluation import Evaluation, evaluate

EXPECTED: Final = Assumptions.expected()
#: What rules miss on a claim, and whether they looked at an earlier line that is not settled.
_Answer: TypeAlias = tuple[tuple[tuple[Evaluator, MissingFact, int], ...], bool]
_NOTHING_MISSED: Final[_Answer] = ((), False)


def is_late(compiled: CompiledRule) -> bool:
    """Return True if the rule is evaluated after those of single days."""
    return compiled.stage.level >= LIMITS


@attrs.frozen(eq=False)
class LateRules:
    """The rules of the last stages, in both answers."""

    first: StageStart
    expected: StageStart
    #: Whether both answers have the same rules of the same lines.
    _are_alike: bool = attrs.field(init=False)

    @_are_alike.default
    def _have_same_rules(self) -> bool:
        return self.first.rules == self.expected.rules

    @classmethod
    def of(cls, first: Evaluation, expected: Evaluation | None, history: History) -> LateRules:
        """Return the late rules of an evaluated claim.

        ``history`` are the earlier lines in the expected answer, which may not be evaluated.
        """
        if expected is None:
            state = first.state.with_assumptions(history, EXPECTED)
            expected = Evaluation(state, first.met)
        return cls(StageStart.of(first), StageStart.of(expected))

    def answers(self, state: ClaimState, history: History) -> Hashable | None:
        """Return what the rules answer on an equal claim; ``None`` if one of them finds something.

        ``state`` is that of the claim, in which nothing is evaluated.
        """
        left = RoomLeft(state.claim, state.lines, state.history)
        fitting = self.first.fitting(left)
        first = self.first.answer(
            state, state.history, state.assumptions, self.first.silent(fitting, left)
        )
        if first is None:
            return None
        if not (self._are_alike and history is state.history):
            left = RoomLeft(state.claim, state.lines, history)
            fitting = self.expected.fitting(left)
        # NOTE: no earlier line is missing in the expected answer.
        expected = self.expected.answer(state, history, EXPECTED, fitting)
        return None if expected is None else (first, expected)


@attrs.frozen(eq=False)
class StageStart:
    """The results of the stages before the last ones, for the lines of any equal claim.

    ``rules`` are the late rules with the numbers of their lines, and ``rooms`` what those that are
    limits need for their lines. The others are as in `ClaimState`.
    """

    rules: Mapping[CompiledRule, tuple[tuple[int, MissingFacts], ...]]
    rooms: Mapping[CompiledRule, tuple[NeededRoom, ...]]
    denied: frozenset[int]
    in_review: frozenset[int]
    uncertain: UncertainLines
    carried: Mapping[tuple[str, int], AgedText]
    expired: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, evaluation: Evaluation) -> StageStart:
        """Return the results of the earlier stages, which are evaluated once more for it."""
        known, met = evaluation.state, evaluation.met
        state = known.with_assumptions(known.history, known.assumptions)
        state.carried, state.expired = dict(known.carried), set(known.expired)
        state.entries.update(dict.fromkeys(met.missing))
        evaluate(state, {rule: lines for rule, lines in met.lines.items() if not is_late(rule)})
        state.include_finished()
        late = {rule: lines for rule, lines in met.lines.items() if is_late(rule)}
        rooms = {rule: rule.evaluator.needed_room(lines) for rule, lines in late.items()}
        return cls(
            {
                rule: tuple((line.number, missing) for line, missing in lines)
                for rule, lines in late.items()
            },
            {rule: needed for rule, needed in rooms.items() if needed is not None},
            frozenset(state.denied),
            frozenset(state.in_review),
            state.uncertain,
            state.carried,
            frozenset(state.expired),
        )

    def fitting(self, left: RoomLeft) -> list[CompiledRule]:
        """Return the limits that have room for their lines with all earlier lines known."""
        return [rule for rule, needed in self.rooms.items() if all(map(left.suffices, needed))]

    def silent(self, fitting: Sequence[CompiledRule], left: RoomLeft) -> Sequence[CompiledRule]:
        """Return those of the limits that have room whatever is not known of earlier lines."""
        if left.history.is_complete_for_member:
            return fitting
        return [rule for rule in fitting if all(map(left.is_known, self.rooms[rule]))]

    def answer(
        self,
        of_claim: ClaimState,
        history: History,
        assumptions: Assumptions,
        silent: Sequence[CompiledRule],
    ) -> _Answer | None:
        """Return what the late rules miss on a claim; ``None`` if one of them finds something.

        ``of_claim`` is a state of the claim in which nothing is evaluated; ``silent`` are rules
        that find nothing and miss nothing on it.
        """
        if len(silent) == len(self.rules):
            return _NOTHING_MISSED
        state = of_claim.with_assumptions(history, assumptions)
        lines = {line.number: line for line in state.lines}
        state.denied, state.in_review = set(self.denied), set(self.in_review)
        state.uncertain = self.uncertain.copied()
        state.carried, state.expired = dict(self.carried), set(self.expired)
        rules = dict.fromkeys(self.rules)
        for rule in silent:
            del rules[rule]
        evaluate(
            state,
            {
                rule: [(lines[number], missing) for number, missing in self.rules[rule]]
                for rule in rules
            },
        )
        if state.verdicts or state.conditional:
            return None
        return tuple(state.entries), state.has_unsettled
