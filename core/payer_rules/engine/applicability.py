"""Whether a rule applies to a line; compiled once for each rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.condition_days import rule_days
from payer_rules.engine.conditions import Conditions
from payer_rules.engine.days import is_within
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import EDITION, NONE_MISSING, MissingFacts, field
from payer_rules.engine.reads import Reads
from payer_rules.engine.text_dates import SUPERSEDED, AgedText, TextDates
from payer_rules.engine.truth import Truth
from payer_rules.history import HistoryLine
from payer_rules.rules import ALWAYS, ANYTIME, DateRange, Payer, Rule, When

#: The line is out of scope; the conditions do not hold; or the rule applies unless the missing
#: facts decide otherwise.
Applies: TypeAlias = Literal["out of scope", "not applicable"] | MissingFacts

OUT_OF_SCOPE: Final = "out of scope"
NOT_APPLICABLE: Final = "not applicable"
_NOT_RECEIVED: Final = field("received")


def is_unconditional(rule: Rule) -> bool:
    """Return True if the rule applies to every line with one of its codes."""
    is_narrowed = rule.when != ANYTIME or rule.exceptions
    return not is_narrowed and rule.in_force == ALWAYS and rule.verified in (None, ALWAYS)


def _dates_read(rule: Rule) -> DateRange | tuple[()] | None:
    """Return the dates for which the rule's text was read; ``None`` if these are all dates."""
    if rule.verified == "unknown":
        return ()
    return None if rule.verified == ALWAYS else rule.verified_dates


class Applicability:
    """The dates and conditions of a rule of a payer. ``others`` are its other editions."""

    __slots__ = (
        "_by_receipt",
        "_conditions",
        "_elsewhere",
        "_in_force",
        "_others",
        "_rule_id",
        "_text",
        "_verified",
    )

    def __init__(self, rule: Rule, payer: Payer, others: Sequence[Rule] = ()) -> None:
        self._others = [_bounds(each.verified_dates) for each in others if each.verified_dates]
        self._text = TextDates(rule, others)
        self._rule_id = rule.id
        self._in_force = None if rule.in_force == ALWAYS else rule.in_force
        verified = _dates_read(rule)
        self._verified = None if verified is None else _bounds(verified)
        self._by_receipt = rule.in_force_by == "received"
        self._conditions = None
        if rule.when != ANYTIME or rule.exceptions:
            window = rule.counting_window
            self._conditions = Conditions(rule.when, payer, window, rule.exceptions)
        self._elsewhere = _conditions_elsewhere(rule, payer)

    def lookbacks(self, first: date, last: date) -> Iterable[Lookback]:
        """Return the earlier lines that can decide whether the rule applies to a line."""
        return self._conditions.lookbacks(first, last) if self._conditions else ()

    def _is_in_force(self, dates: DateRange, state: ClaimState, line: ServiceLine) -> Truth:
        if not self._by_receipt:
            return is_within(line, dates.first, dates.last)
        received = state.claim.received
        return _NOT_RECEIVED if received is None else received in dates

    def may_be_in_force(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return False if the rule is in force on no day that the line may be judged by."""
        # NOTE: another claim that is alike may be received on another day.
        if self._in_force is None or self._by_receipt:
            return True
        return self._is_in_force(self._in_force, state, line) is not False

    @property
    def needs_history(self) -> bool:
        """Return True if earlier lines can decide whether the rule applies."""
        return self._conditions is not None and self._conditions.needs_history

    @property
    def reads(self) -> Reads:
        """What decides whether the rule applies, but for the days of the line."""
        received = Reads(claim={"received"} if self._by_receipt else ())
        return received if self._conditions is None else received | self._conditions.reads

    def change_days(self) -> Iterator[date]:
        """Yield the days on which it may change whether the rule applies, by its dates alone."""
        yield from rule_days(self._text.rule)
        for other in self._text.others:
            yield from rule_days(other)

    def holds(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return True if all conditions hold, on whatever dates the text was read."""
        return self._conditions is None or self._conditions.weigh(state, line) is True

    def holds_elsewhere(self, state: ClaimState, line: ServiceLine) -> bool:
        """Return True if all conditions hold but those on modality, modifiers and place.

        The line is one that the conditions exclude.
        """
        return self._elsewhere is None or self._elsewhere.weigh(state, line) is True

    def to(self, state: ClaimState, line: ServiceLine) -> Applies:
        """Return whether the rule applies to the line: by its dates, then by its conditions."""
        missing: MissingFacts = NONE_MISSING
        if self._in_force is not None:
            force = self._is_in_force(self._in_force, state, line)
            if force is False:
                return OUT_OF_SCOPE
            missing = NONE_MISSING if force is True else force
        truth = True if self._conditions is None else self._conditions.weigh(state, line)
        if truth == "out of scope":
            return OUT_OF_SCOPE
        # NOTE: outside the dates for which the text was read, it is not known what the rule asks.
        # A line that the conditions exclude is not affected by that.
        if truth is False:
            return NOT_APPLICABLE
        if self._verified is not None and not _is_read(line, self._verified):
            if self._others and any(_is_read(line, verified) for verified in self._others):
                return OUT_OF_SCOPE
            carried = self._carried(state, line)
            if isinstance(carried, AgedText):
                state.carried[self._rule_id, line.number] = carried
            elif carried == SUPERSEDED:
                return OUT_OF_SCOPE
            elif carried is None:
                is_earlier = isinstance(line, HistoryLine)
                # NOTE: the number of an earlier line is not that of a line of the claim.
                if truth is True and state.assumptions.is_expected and not is_earlier:
                    state.expired.add((self._rule_id, line.number))
                # NOTE: an earlier line can still count in a window that a later line opens.
                unclear = truth if is_earlier and truth is not True else NONE_MISSING
                return (*missing, EDITION, *unclear)
        return missing if truth is True else (*missing, *truth)

    def _carried(
        self, state: ClaimState, line: ServiceLine
    ) -> AgedText | Literal["superseded"] | None:
        """Return how the text is applied to a line for whose days it was not read."""
        if not state.assumptions.carries_texts or isinstance(line, HistoryLine):
            return None
        return self._text.carried_to(line)


def _bounds(dates: DateRange | tuple[()]) -> tuple[date, date]:
    """Return the first and the last day; of no dates a first day after the last."""
    if not isinstance(dates, DateRange):
        return date.max, date.min
    return dates.first or date.min, dates.last or date.max


def _is_read(line: ServiceLine, verified: tuple[date, date]) -> bool:
    """Return True if the text was read for all days of the line."""
    return verified[0] <= line.date_from and line.date_to <= verified[1]


def _conditions_elsewhere(rule: Rule, payer: Payer) -> Conditions | None:
    """Return the conditions without those on modality, modifiers and place.

    An exception that states one of these does not hold on a line that differs in it.
    """
    others = _elsewhere(rule.when)
    exceptions = [exception for exception in rule.exceptions if _elsewhere(exception) == exception]
    if others == ANYTIME and not exceptions:
        return None
    return Conditions(others, payer, rule.counting_window, exceptions)


def _elsewhere(when: When) -> When:
    """Return the conditions of one table without those on modality, modifiers and place."""
    return attrs.evolve(when, modality=None, modifier=None, place_of_service=None)
