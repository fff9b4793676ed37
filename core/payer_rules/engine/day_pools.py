"""The lines of a rule's codes that are of one day and one provider, of the claim and before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from payer_rules.claims import ServiceLine
from payer_rules.engine.applicability import Applicability
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import missing_shared_day, same_day
from payer_rules.engine.lookback import Lookback, lookback_on_days
from payer_rules.engine.missing import HISTORY, NONE_MISSING, MissingFacts
from payer_rules.engine.providers import resolve, shares
from payer_rules.history import HistoryLine
from payer_rules.rules import CodedRule, LineScope, Payer, codes_to_look_up

#: Lines, each with what is missing to know that it counts.
LinesInDoubt: TypeAlias = Iterable[tuple[ServiceLine, MissingFacts]]


class DayPool:
    """The lines of a rule that are taken together: those of a day and of one provider."""

    __slots__ = ("_applies", "_codes", "_scope")

    def __init__(self, rule: CodedRule, scope: LineScope, payer: Payer) -> None:
        self._codes = rule.codes
        self._scope = resolve(scope, payer)
        self._applies = Applicability(rule, payer)

    def lines(
        self, state: ClaimState, line: ServiceLine, met: LinesInDoubt
    ) -> Iterator[tuple[ServiceLine, MissingFacts]]:
        """Yield the lines of the pool, the line among them, with what is missing to be sure.

        ``met`` are the lines of the claim to which the rule applies.
        """
        for other, missing in (*met, *self._earlier(state, line)):
            same = shares(self._scope, state.claim, line, other)
            if other is line:
                yield line, NONE_MISSING
            elif same is not None and same_day(line, other):
                if isinstance(other, HistoryLine):
                    counts, doubt = state.status(other)
                else:
                    counts = other.number not in state.denied
                    doubt = state.payable_unless(other.number)
                if counts:
                    days = missing_shared_day(line, other)
                    yield other, (*missing, *same, *doubt, *days)

    def missing_lines(self, state: ClaimState, line: ServiceLine) -> MissingFacts:
        """Return what is missing to know that there are no further lines of the day."""
        npi = state.claim.billing_provider.npi
        if state.history.is_complete(line.date_from, self._scope, npi):
            return NONE_MISSING
        return (HISTORY,)

    def lookback(self, line: ServiceLine) -> Lookback:
        """Return the codes that are pooled, on the days of the line."""
        return lookback_on_days(codes_to_look_up(self._codes), line)

    def _earlier(
        self, state: ClaimState, line: ServiceLine
    ) -> Iterator[tuple[ServiceLine, MissingFacts]]:
        for earlier in state.before(line.date_from, line.date_to, self._codes):
            applies = self._applies.to(state, earlier)
            if not isinstance(applies, str):
                yield earlier, applies
