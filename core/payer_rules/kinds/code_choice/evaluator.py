"""The evaluators of code choices: of each line, or of all lines of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

from payer_rules.claims import Claim, ServiceLine, Session
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.day_pools import DayPool, LinesInDoubt
from payer_rules.engine.days import missing_day
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import (
    EDITION,
    NONE_MISSING,
    MissingFacts,
    of_history,
    of_record,
)
from payer_rules.engine.rule_evaluator import LineRuleEvaluator, RuleEvaluator
from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.engine.verdict import Answer, LineReference, Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.code_choice.chosen_code import ChosenCode, NumberRange
from payer_rules.kinds.code_choice.rule import CodeChoice
from payer_rules.kinds.code_choice.words import WORDS
from payer_rules.rules import Payer, listed_codes

_NOTHING = Decimal(0)
_ONE = Decimal(1)
#: What is known of a number, and what is missing to know it.
_Number: TypeAlias = tuple[NumberRange, MissingFacts]


def number_of(rule: CodeChoice, line: ServiceLine) -> _Number:
    """Return the number of the line by which its code is chosen."""
    if rule.by == "units":
        return _of_one_day(line, line.units)
    if rule.by == "minutes":
        minutes = minutes_of_line(line)
        if minutes is not None:
            return _of_one_day(line, Decimal(minutes))
        is_earlier = isinstance(line, HistoryLine)
        return NumberRange(_NOTHING, None), (of_history if is_earlier else of_record)("minutes")
    return _participants(line.session if isinstance(line.session, Session) else Session())


def _of_one_day(line: ServiceLine, number: Decimal) -> _Number:
    """Return the number of one day of the line: any part of it, if there are several days."""
    return NumberRange(number if line.days == 1 else _NOTHING, number), missing_day(line)


def _participants(session: Session) -> _Number:
    """Return the size of the group; one that is not known is from 1 to the most that is known."""
    size, most = session.group_size, session.group_size_at_most
    if size is not None:
        return NumberRange(Decimal(size), Decimal(size)), NONE_MISSING
    known = NumberRange(_ONE, None if most is None else Decimal(most))
    return known, of_record("session.group_size")


def _answer(
    rule: CodeChoice, line: ServiceLine, number: _Number, pool: tuple[LineReference, ...] = ()
) -> Answer[ChosenCode]:
    known, missing = number
    answers = known.answers(rule, line.code)
    if answers == {line.code}:
        return NONE_MISSING
    if len(answers) > 1:
        return missing
    (code,) = answers
    chosen = ChosenCode(
        number=known.least, code=code, is_least=known.least != known.most, pool=pool
    )
    return Verdict(rule.id, (line.number,), rule.outcome, chosen)


def evaluate_line(rule: CodeChoice, state: ClaimState, line: ServiceLine) -> Answer[ChosenCode]:
    """Return the code to bill in place of the line's own."""
    return _answer(rule, line, number_of(rule, line))


class OwnCodeEvaluator(LineRuleEvaluator[CodeChoice, ChosenCode]):
    """The evaluator of the code of each line by itself."""

    def __init__(self, rule: CodeChoice) -> None:
        super().__init__(rule, WORDS, evaluate_line)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return no lookback: no other line is read."""
        return ()


class PooledCodeEvaluator(RuleEvaluator[CodeChoice, ChosenCode]):
    """The evaluator of the one code of all lines of a day."""

    def __init__(self, rule: CodeChoice, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._pool = DayPool(rule, rule.scope, payer)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines of each pool that have another code than that of the pool."""
        found: dict[ChosenCode, list[int]] = {}
        for line, missing in met:
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
            elif line.number not in state.denied:
                answer = self._answer(state, line, met)
                if isinstance(answer, Verdict) and not missing:
                    found.setdefault(answer.details, []).append(line.number)
                else:
                    self.record_answer(state, line, missing, answer)
        for chosen, numbers in found.items():
            lines = tuple(sorted(numbers))
            state.record(self, Verdict(self.rule.id, lines, self.rule.outcome, chosen))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the codes that are pooled, on the days of the line."""
        return (self._pool.lookback(line),)

    def _answer(
        self, state: ClaimState, line: ServiceLine, met: LinesInDoubt
    ) -> Answer[ChosenCode]:
        if missing := missing_day(line):
            return missing
        lines = sorted(self._pool.lines(state, line, met), key=lambda pair: _order(pair[0]))
        references = tuple(LineReference.of(other) for other, doubt in lines if not doubt)
        counted = self._codes(lines) if self.rule.by == "codes" else self._sum(lines)
        known, missing = counted
        if more := self._pool.missing_lines(state, line):
            most = Decimal(len(listed_codes(self.rule.codes))) if self.rule.by == "codes" else None
            known, missing = NumberRange(known.least, most), (*missing, *more)
        return _answer(self.rule, line, (known, missing), references)

    def _codes(self, lines: Sequence[tuple[ServiceLine, MissingFacts]]) -> _Number:
        """Return how many different codes the lines have."""
        sure = {other.code for other, doubt in lines if not doubt}
        doubts = [doubt for other, doubt in lines if doubt and other.code not in sure]
        possible = {other.code for other, doubt in lines}
        missing = tuple(fact for doubt in doubts for fact in doubt)
        return NumberRange(Decimal(len(sure)), Decimal(len(possible))), missing

    def _sum(self, lines: Sequence[tuple[ServiceLine, MissingFacts]]) -> _Number:
        """Return the sum of the numbers of the lines."""
        least, most, missing = _NOTHING, _NOTHING, NONE_MISSING
        has_end = True
        for other, doubt in lines:
            known, unknown = number_of(self.rule, other)
            least += _NOTHING if doubt else known.least
            has_end = has_end and known.most is not None
            most += known.most or _NOTHING
            missing = (*missing, *doubt, *unknown)
        return NumberRange(least, most if has_end else None), missing


def _order(line: ServiceLine) -> tuple[str, int]:
    return (line.claim if isinstance(line, HistoryLine) else "", line.number)


def evaluator(rule: CodeChoice, payer: Payer) -> Evaluator:
    """Return the evaluator of the rule: of each line, or of the lines of a day."""
    if rule.pool == "line":
        return OwnCodeEvaluator(rule)
    return PooledCodeEvaluator(rule, payer)
