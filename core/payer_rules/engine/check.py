"""The judge of checks: it asks the plugin's function, and trusts it with nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.line_rules import Breach, finding
from payer_rules.engine.missing import EDITION, Doubt, Missing
from payer_rules.engine.reach import Reach
from payer_rules.rules import REASONS, Broken, Check, Payer, Unanswered

_ODD: Final = "gave something that is no Broken and no Unanswered"


class CheckJudge:
    """Judges the lines by what the function says of the claim and the history beside it."""

    def __init__(self, rule: Check, payer: Payer) -> None:
        self.rule = rule
        self.rule_id = rule.id
        self.outcome = rule.outcome
        self.stage = rule.stage

    def judge(self, case: Adjudication, met: list[tuple[ServiceLine, Doubt]]) -> None:
        """Record what the function finds on the lines, and what it cannot tell."""
        asked: dict[int, tuple[ServiceLine, Doubt]] = {}
        for line, doubt in met:
            if EDITION in doubt:
                case.doubt(self, line.number, doubt)
            else:
                asked[line.number] = (line, doubt)
        if not asked:
            return
        for answer in self._ask(case, tuple(asked)):
            self._take(case, asked, answer)

    def reaches(self, claim: Claim, line: ServiceLine) -> Iterable[Reach]:
        """All lines of the member: nobody knows what the function reads."""
        return (Reach(None, date.min, date.max),)

    def _ask(self, case: Adjudication, numbers: tuple[int, ...]) -> list[Broken | Unanswered]:
        history = attrs.evolve(case.history, lines=case.settled(case.history.beside(case.claim)))
        try:
            answers = list(self.rule.function(case.claim, history))
        except Exception as error:
            return [self._faulty(numbers, f"raised {type(error).__name__}")]
        if all(map(_is_answer, answers)):
            return answers
        return [self._faulty(numbers, _ODD)]

    def _faulty(self, numbers: tuple[int, ...], told: str) -> Unanswered:
        return Unanswered(lines=numbers, reason="fault", missing=f"{self.rule_id} {told}")

    def _take(
        self,
        case: Adjudication,
        asked: dict[int, tuple[ServiceLine, Doubt]],
        answer: Broken | Unanswered,
    ) -> None:
        named = [asked[number] for number in sorted(set(answer.lines) & asked.keys())]
        if isinstance(answer, Unanswered):
            missing = Missing(answer.reason, answer.missing)
            for line, doubt in named:
                case.doubt(self, line.number, (*doubt, missing))
            return
        for line, doubt in named:
            if doubt:
                case.doubt(self, line.number, doubt)
        sure = [line for line, doubt in named if not doubt]
        if sure:
            case.find(self, finding(case, self.rule, sure, Breach(message=answer.message)))


def _is_answer(answer: object) -> bool:
    if isinstance(answer, Unanswered):
        return answer.reason in REASONS
    return isinstance(answer, Broken)
