"""The rules of the last stages, evaluated on a claim of which an equal one was evaluated.

Limits and minimums look at other days, so that what they answer is no part of what claims with one
key have in common. What they see of the claim is: which lines earlier stages denied, or may have
denied. With that they are evaluated on each claim, and their answer becomes a part of its key.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

import attrs

from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import MissingFact, MissingFacts
from payer_rules.engine.stages import LIMITS
from payer_rules.engine.text_dates import AgedText
from payer_rules.engine.uncertain_lines import UncertainLines
from payer_rules.history import History
from payer_rules.rulebook.compiled_rule import CompiledRule
from payer_rules.rulebook.evaluation import Evaluation, evaluate

EXPECTED: Final = Assumptions.expected()


def is_late(compiled: CompiledRule) -> bool:
    """Return True if the rule is evaluated after those of single days."""
    return compiled.stage.level >= LIMITS


@attrs.frozen(eq=False)
class LateRules:
    """The rules of the last stages, in both answers."""

    first: StageStart
    expected: StageStart

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
        first = self.first.answer(state.with_assumptions(state.history, state.assumptions))
        if first is None:
            return None
        expected = self.expected.answer(state.with_assumptions(history, EXPECTED))
        return None if expected is None else (first, expected)


@attrs.frozen(eq=False)
class StageStart:
    """The results of the stages before the last ones, for the lines of any equal claim.

    ``rules`` are the late rules with the numbers of their lines. The others are as in `ClaimState`.
    """

    rules: Mapping[CompiledRule, tuple[tuple[int, MissingFacts], ...]]
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
        return cls(
            {
                rule: tuple((line.number, missing) for line, missing in lines)
                for rule, lines in met.lines.items()
                if is_late(rule)
            },
            frozenset(state.denied),
            frozenset(state.in_review),
            state.uncertain,
            state.carried,
            frozenset(state.expired),
        )

    def answer(
        self, state: ClaimState
    ) -> tuple[tuple[tuple[Evaluator, MissingFact, int], ...], bool] | None:
        """Return what the late rules miss on a claim; ``None`` if one of them finds something."""
        lines = {line.number: line for line in state.lines}
        state.denied, state.in_review = set(self.denied), set(self.in_review)
        state.uncertain = self.uncertain.copied()
        state.carried, state.expired = dict(self.carried), set(self.expired)
        evaluate(
            state,
            {
                rule: [(lines[number], missing) for number, missing in entries]
                for rule, entries in self.rules.items()
            },
        )
        if state.verdicts or state.conditional:
            return None
        return tuple(state.entries), state.has_unsettled
