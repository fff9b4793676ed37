"""The evaluation of checks: the plugin's function answers, and its answers are verified."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import localcontext
from itertools import islice
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import DOUBTED, ClaimState
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, MissingFact, MissingFacts
from payer_rules.engine.rule_evaluator import RuleEvaluator
from payer_rules.engine.verdict import Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.check.rule import Check, MissingInformation, Violation
from payer_rules.kinds.check.words import WORDS
from payer_rules.rules import REASONS, Payer
from payer_rules.system.signals import is_interrupt

#: An answer of a function.
Answer: TypeAlias = Violation | MissingInformation
_ODD: Final = "gave something that is no Violation and no MissingInformation"
_STRANGE: Final = "gave an answer about a line that the claim does not have"
_ENDLESS: Final = "gave too many answers"
#: A claim has at most 999 lines, each of which may have several answers.
_MOST: Final = 10_000


class CheckEvaluator(RuleEvaluator[Check, str]):
    """A check with the words of its kind; the details of its verdicts are the plugin's messages."""

    def __init__(self, rule: Check, payer: Payer) -> None:
        super().__init__(rule, WORDS)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the answers of the function on the lines."""
        asked: dict[int, tuple[ServiceLine, MissingFacts]] = {}
        for line, facts in met:
            if EDITION in facts:
                state.record_missing(self, line.number, facts)
            else:
                asked[line.number] = (line, facts)
        if not asked:
            return
        known = state.as_presumed(state.history.lines_other_than(state.claim))
        answers = self._ask(state, tuple(asked), known)
        settled = [line for line in known if not state.doubts(line)]
        if len(settled) < len(known):
            answers = self._undoubted(state, answers, self._ask(state, tuple(asked), settled))
        for answer in answers:
            self._take(state, asked, answer)

    def _undoubted(
        self, state: ClaimState, answers: Iterable[Answer], without: Iterable[Answer]
    ) -> list[Answer]:
        """Return the answers; of violations those that are found without lines in doubt as well.

        For the others the doubt is recorded.
        """
        found = {answer.lines for answer in without if isinstance(answer, Violation)}
        kept: list[Answer] = []
        for answer in answers:
            if isinstance(answer, MissingInformation) or answer.lines in found:
                kept.append(answer)
                continue
            for number in answer.lines:
                state.record_missing(self, number, DOUBTED)
        return kept

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return a lookback on all lines of the member: the function may read any of them."""
        return (Lookback(None, date.min, date.max),)

    def _ask(
        self, state: ClaimState, numbers: tuple[int, ...], known: Iterable[HistoryLine]
    ) -> list[Answer]:
        """Return what the function answers with these earlier lines."""
        history = attrs.evolve(state.history, lines=known)
        process = os.getpid()
        try:
            with localcontext():
                answers = list(islice(self.rule.function(state.claim, history), _MOST + 1))
            message = _problem(answers, state.claim)
        except BaseException as error:
            # NOTE: sys.exit() in a function is an error of the plugin, and not the end of a run.
            if is_interrupt(error):
                raise
            answers, message = [], f"raised {type(error).__name__}"
        if os.getpid() != process:
            # NOTE: a process that the function forked would write the reports of the run once more.
            os._exit(1)
        return [self._faulty(numbers, message)] if message else answers

    def _faulty(self, numbers: tuple[int, ...], problem: str) -> MissingInformation:
        return MissingInformation(
            lines=numbers, reason="fault", missing=f"{self.rule_id} {problem}"
        )

    def _take(
        self,
        state: ClaimState,
        asked: dict[int, tuple[ServiceLine, MissingFacts]],
        answer: Answer,
    ) -> None:
        named = [asked[number] for number in sorted(set(answer.lines) & asked.keys())]
        if isinstance(answer, MissingInformation):
            self._take_missing(state, named, answer)
            return
        for line, facts in named:
            if facts:
                state.record_missing(self, line.number, facts)
        numbers = tuple(line.number for line, missing in named if not missing)
        if numbers:
            verdict = Verdict(self.rule_id, numbers, self.outcome, answer.message)
            state.record(self, verdict)

    def _take_missing(
        self,
        state: ClaimState,
        named: Sequence[tuple[ServiceLine, MissingFacts]],
        answer: MissingInformation,
    ) -> None:
        missing = MissingFact(answer.reason, answer.missing)
        for line, facts in named:
            if answer.reason == "text" and not facts:
                verdict = Verdict(self.rule_id, (line.number,), self.outcome, answer.missing)
                state.record_unclear(self, verdict, (missing,))
            else:
                state.record_missing(self, line.number, (*facts, missing))


def _problem(answers: list[Answer], claim: Claim) -> str | None:
    """Return what is wrong with the answers of a function, if anything is."""
    if len(answers) > _MOST:
        return _ENDLESS
    if not all(map(_is_answer, answers)):
        return _ODD
    numbers = {line.number for line in claim.lines}
    return None if all(numbers.issuperset(each.lines) for each in answers) else _STRANGE


def _is_answer(answer: object) -> bool:
    if isinstance(answer, Violation):
        return _is_about_lines(answer.lines) and isinstance(answer.message, str)
    return (
        isinstance(answer, MissingInformation)
        and answer.reason in REASONS
        and _is_about_lines(answer.lines)
        and isinstance(answer.missing, str)
    )


def _is_about_lines(lines: object) -> bool:
    return isinstance(lines, tuple) and all(isinstance(number, int) for number in lines)
