"""What limits leave for a line, compared with decisions on lines of so many units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest
from examples import examples
from hypothesis import event, given, settings
from hypothesis import strategies as st
from limit_shapes import situations
from shapes import PAYER

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.engine.limits.units_left import UnitsLeft
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit
from payer_rules.kinds.frequency_limit.parts import Measure
from payer_rules.registry import load
from payer_rules.rulebook import RuleBook

Situation = tuple[FrequencyLimit, Claim, list[HistoryLine]]


def left_of(rule: FrequencyLimit, claim: Claim, history: History) -> UnitsLeft | None:
    """Return what the limit leaves for the first line of the claim."""
    found = RuleBook.build(PAYER, [rule]).next_payable(claim, history).left
    return found[0] if found else None


def alone(claim: Claim, **changes: object) -> Claim:
    """Return the claim with its first line only, changed, on its first day."""
    line = min(claim.lines, key=lambda item: item.number)
    line = attrs.evolve(line, date_to=line.date_from, **changes)  # type: ignore[arg-type]
    return attrs.evolve(claim, lines=[line])


def complete(claim: Claim, lines: list[HistoryLine]) -> History:
    """Return the history, complete for the clinician as well."""
    return History(lines=lines, covers_rendering=claim.rendering_provider(claim.lines[0]).npi)


def counting(rule: FrequencyLimit, counts: Measure) -> FrequencyLimit:
    """Return the limit with the measure; a line that does not fit in full is denied."""
    return attrs.evolve(rule, counts=counts, excess="deny-lines", outcome="deny", points=None)


def of_single_days(situation: Situation) -> Situation:
    """Return the situation with earlier lines of one day each."""
    rule, claim, lines = situation
    return rule, claim, [attrs.evolve(line, date_to=line.date_from) for line in lines]


def exceeds(rule: FrequencyLimit, claim: Claim, history: History) -> bool:
    """Return True if the limit has a finding on the claim."""
    return bool(RuleBook.build(PAYER, [rule]).decide(claim, history).findings)


@settings(max_examples=examples(200))
@given(situations())
def test_so_many_units_are_paid_and_one_more_is_not(situation: Situation) -> None:
    """With a complete history the two ends are one number, and a decision confirms it."""
    rule, claim, lines = of_single_days(situation)
    rule = counting(rule, "units")
    claim = alone(claim)
    history = complete(claim, lines)
    left = left_of(rule, claim, history)
    if left is None:
        return
    event(f"{rule.window.shape}, {left.at_most} left")
    assert left.at_least == left.at_most
    if left.at_most:
        assert not exceeds(rule, alone(claim, units=left.at_most), history)
    assert exceeds(rule, alone(claim, units=left.at_most + 1), history)


@settings(max_examples=examples(200))
@given(situations(), st.sampled_from(["services", "days"]))
def test_one_more_service_or_visit_is_paid_if_one_is_left(
    situation: Situation, counts: Measure
) -> None:
    """A line of its own session is paid just if something is left for it."""
    rule, claim, lines = of_single_days(situation)
    rule = counting(rule, counts)
    claim = alone(claim)
    history = complete(claim, lines)
    left = left_of(rule, claim, history)
    is_new_day = all(line.date_from != claim.lines[0].date_from for line in lines)
    if left is not None and (rule.counts == "services" or is_new_day):
        assert exceeds(rule, claim, history) == (left.at_most < 1)


@settings(max_examples=examples(200))
@given(situations(), st.data())
def test_a_partial_history_gives_an_interval_that_holds_the_number(
    situation: Situation, data: st.DataObject
) -> None:
    """Whatever the unknown lines are, what is left is between the two ends."""
    rule, claim, lines = situation
    claim = alone(claim)
    whole = left_of(rule, claim, complete(claim, lines))
    kept = [line for line in lines if data.draw(st.booleans())]
    partial = left_of(rule, claim, History.unknown(tuple(kept)))
    # NOTE: only a course may leave it open whether the limit counts the line at all.
    assert whole is None or partial is not None
    assert rule.window.course or (whole is None) == (partial is None)
    if whole is not None and partial is not None:
        assert partial.at_least <= whole.at_least
        assert whole.at_least <= whole.at_most
        assert whole.at_most <= partial.at_most <= Decimal(rule.limit)


@pytest.mark.parametrize("units", [0, 1, 2])
@pytest.mark.parametrize("code", ["90853", "96131", "90837"])
def test_what_an_mue_leaves_is_what_a_decision_pays(code: str, units: int) -> None:
    """So many units of the day are within the MUE, and one more is not."""
    rulebook = load(payers=["medicare"]).rulebook("medicare")
    provider = Provider(npi="1234567893")
    day = date(2024, 8, 15)
    line = ServiceLine(code=code, date_from=day, place_of_service="11")
    claim = Claim(
        id="C",
        member=Member(id="M"),
        billing_provider=provider,
        setting="practitioner",
        lines=[line],
    )
    earlier = attrs.evolve(claim, id="H")
    paid = attrs.evolve(line, units=Decimal(units or 1))
    history = History(lines=[HistoryLine.of(earlier, paid, status="paid")] if units else [])
    left = next(
        item for item in rulebook.next_payable(claim, history).left if item.rule == "medicare/mue"
    )
    assert left.at_least == left.at_most

    def is_over(number: Decimal) -> bool:
        billed = attrs.evolve(claim, lines=[attrs.evolve(line, units=number)])
        findings = rulebook.decide(billed, history).findings
        return any(finding.rule == "medicare/mue" for finding in findings)

    assert not (left.at_most and is_over(left.at_most))
    assert is_over(left.at_most + 1)
