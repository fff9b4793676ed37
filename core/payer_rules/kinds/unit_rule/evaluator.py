"""The evaluators of units from quantities: of each line, or of all lines of a day."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.day_pools import DayPool
from payer_rules.engine.days import missing_day
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.lookback import Lookback
from payer_rules.engine.missing import (
    EDITION,
    NONE_MISSING,
    MissingFacts,
    field,
    of_history,
    of_record,
)
from payer_rules.engine.rule_evaluator import LineRuleEvaluator, RuleEvaluator
from payer_rules.engine.session_minutes import minutes_of_line
from payer_rules.engine.verdict import Answer, Verdict
from payer_rules.history import HistoryLine
from payer_rules.kinds.unit_rule.rule import UnitRule
from payer_rules.kinds.unit_rule.supported_units import PooledLine, SupportedUnits, units_cut
from payer_rules.kinds.unit_rule.words import WORDS
from payer_rules.rules import Payer


def quantity_of(rule: UnitRule, line: ServiceLine) -> Decimal | MissingFacts:
    """Return what was measured of the line, or what is missing to know it."""
    if rule.measured == "minutes":
        minutes = minutes_of_line(line)
        return _missing(line, "minutes") if minutes is None else Decimal(minutes)
    if rule.measured == "miles":
        return _missing(line, "miles") if line.miles is None else line.miles
    drug = line.drug
    if drug is None or drug == "none" or drug.quantity is None or drug.unit != rule.drug_unit:
        return _missing(line, "drug.quantity")
    return drug.quantity


def _missing(line: ServiceLine, name: str) -> MissingFacts:
    if isinstance(line, HistoryLine):
        return of_history(name)
    return of_record(name) if name == "minutes" else field(name)


def unsupported(
    rule: UnitRule, line: ServiceLine, supported: SupportedUnits
) -> Verdict[SupportedUnits]:
    """Return the verdict on a line: what is supported is paid, if anything is."""
    is_whole = rule.outcome == "reduce" and supported.supported <= 0
    return Verdict(rule.id, (line.number,), "deny" if is_whole else rule.outcome, supported)


def evaluate_line(rule: UnitRule, state: ClaimState, line: ServiceLine) -> Answer[SupportedUnits]:
    """Return the units of the line, if its quantity does not support them."""
    quantity = quantity_of(rule, line)
    if isinstance(quantity, tuple):
        return quantity
    # NOTE: the quantity of several days is rounded on each of them.
    if line.days > 1:
        return missing_day(line)
    units = _units(rule, quantity)
    if line.units <= units:
        return NONE_MISSING
    return unsupported(
        rule, line, SupportedUnits(quantity=quantity, supported=units, billed=line.units)
    )


def _units(rule: UnitRule, quantity: Decimal) -> Decimal:
    is_enough = rule.line_minimum is None or quantity >= rule.line_minimum
    return rule.steps.supported(quantity) if is_enough else Decimal(0)


class OwnUnitsEvaluator(LineRuleEvaluator[UnitRule, SupportedUnits]):
    """The evaluator of the units of each line by itself."""

    def __init__(self, rule: UnitRule) -> None:
        super().__init__(rule, WORDS, evaluate_line)

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return no lookback: no other line is read."""
        return ()


class PooledUnitsEvaluator(RuleEvaluator[UnitRule, SupportedUnits]):
    """The evaluator of the units of a day, whose lines are added."""

    def __init__(self, rule: UnitRule, payer: Payer) -> None:
        super().__init__(rule, WORDS)
        self._pool = DayPool(rule, rule.scope, payer)

    def evaluate(self, state: ClaimState, met: list[tuple[ServiceLine, MissingFacts]]) -> None:
        """Record the lines with more units than the pool of their day supports."""
        for line, missing in met:
            if EDITION in missing:
                state.record_missing(self, line.number, missing)
            elif line.number not in state.denied:
                self.record_answer(state, line, missing, self._answer(state, line, met))

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Return the codes that are pooled, on the days of the line."""
        return (self._pool.lookback(line),)

    def _answer(
        self, state: ClaimState, line: ServiceLine, met: list[tuple[ServiceLine, MissingFacts]]
    ) -> Answer[SupportedUnits]:
        rule, quantity = self.rule, quantity_of(self.rule, line)
        if isinstance(quantity, tuple):
            return quantity
        is_short = rule.line_minimum is not None and quantity < rule.line_minimum
        if is_short:
            none = SupportedUnits(quantity=quantity, supported=Decimal(0), billed=line.units)
            return unsupported(rule, line, none)
        # NOTE: for any other lines, the whole steps of a line support its units.
        if line.days == 1 and line.units <= quantity // rule.steps.step:
            return NONE_MISSING
        missing = missing_day(line)
        pool: list[PooledLine] = []
        for other, doubt in self._pool.lines(state, line, met):
            measured = quantity_of(rule, other)
            if doubt or isinstance(measured, tuple):
                missing = (*missing, *doubt, *(measured if isinstance(measured, tuple) else ()))
            elif rule.line_minimum is None or measured >= rule.line_minimum:
                is_earlier = isinstance(other, HistoryLine)
                pool.append(PooledLine(other.number, other.units, measured, is_earlier))
        missing = (*missing, *self._pool.missing_lines(state, line))
        return missing or self._verdict(line, pool)

    def _verdict(self, line: ServiceLine, pool: list[PooledLine]) -> Answer[SupportedUnits]:
        total = sum((pooled.quantity for pooled in pool), Decimal(0))
        cut = units_cut(pool, self.rule.steps.supported(total), self.rule.steps.step)
        if line.number not in cut:
            return NONE_MISSING
        return unsupported(
            self.rule,
            line,
            SupportedUnits(
                quantity=total,
                supported=line.units - cut[line.number],
                billed=line.units,
                is_pooled=len(pool) > 1,
            ),
        )


def evaluator(rule: UnitRule, payer: Payer) -> Evaluator:
    """Return the evaluator of the rule: of each line, or of the lines of a day."""
    if rule.pool == "line":
        return OwnUnitsEvaluator(rule)
    return PooledUnitsEvaluator(rule, payer)
