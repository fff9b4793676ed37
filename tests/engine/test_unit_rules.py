"""Units from minutes, miles and doses: CMS's table and examples, and a count that shares no code."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import BILLER, CITED, DAY, PAYER, claim, line, outcomes

from payer_rules.claim_parts import Drug
from payer_rules.claims import Claim, Provider
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import UnitRule, UnitSteps
from payer_rules.rulebook import RuleBook

OTHER = Provider(npi="1234567802")
EIGHT = UnitSteps(step=Decimal(15), at_least=Decimal(8))
CODES = ("97110", "97112", "97116", "97140", "97035")


def unit_rule(steps: UnitSteps = EIGHT, **fields: Any) -> UnitRule:
    """A rule that timed codes have the units of their minutes."""
    about: dict[str, Any] = {
        "measured": "minutes", "pool": "day", "scope": "rendering", "detected_in": "claim",
        **CITED, **fields,
    }  # fmt: skip
    return UnitRule(id="p/units", codes=frozenset(CODES), steps=steps, **about)


def decide(rule: UnitRule, billed: Claim, history: History | None = None) -> Decision:
    """Return the decision by the rule alone."""
    return RuleBook.build(PAYER, [rule]).decide(billed, history or History())


def paid_units(decision: Decision, billed: Claim) -> dict[int, Decimal]:
    """Return the units of each line that are paid."""
    units = {item.number: item.units for item in billed.lines}
    for finding in decision.proved_findings:
        for number in finding.lines:
            part = finding.pays if finding.outcome == "reduce" else Decimal(0)
            units[number] = round(units[number] * (part or Decimal(0)), 4)
    return units


#: Medicare Claims Processing Manual, chapter 5, section 20.2: units by minutes of a day.
CMS_TABLE = (
    (1, 8, 22),
    (2, 23, 37),
    (3, 38, 52),
    (4, 53, 67),
    (5, 68, 82),
    (6, 83, 97),
    (7, 98, 112),
    (8, 113, 127),
)


@pytest.mark.parametrize(("units", "first", "last"), CMS_TABLE)
def test_the_table_of_cms_is_the_eight_minute_rule(units: int, first: int, last: int) -> None:
    """Every number of minutes supports the units of CMS's table, and not one more."""
    assert EIGHT.supported(Decimal(first - 1)) == units - 1
    for minutes in range(first, last + 1):
        assert EIGHT.supported(Decimal(minutes)) == units
        for billed, outcome in ((units, "pay"), (units + 1, "reduce")):
            item = line(1, "97110", minutes=minutes, units=Decimal(billed))
            assert outcomes(decide(unit_rule(), claim(item))) == [outcome]


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        ({"97112": 24, "97110": 23}, {"97112": 2, "97110": 1}),
        ({"97110": 33, "97140": 7}, {"97110": 2, "97140": 1}),
        ({"97110": 18, "97140": 13, "97116": 10, "97035": 8}, {"97110": 1, "97140": 1, "97116": 1, "97035": 0}),
    ],
)  # fmt: skip
def test_the_examples_of_cms_have_the_units_of_the_manual(
    minutes: dict[str, int], units: dict[str, int]
) -> None:
    """The units of each code are those of the examples of section 20.2; one more is not paid."""
    billed = claim(
        *(
            line(number, code, minutes=minutes[code], units=Decimal(max(1, units[code])))
            for number, code in enumerate(minutes, 1)
        )
    )
    paid = paid_units(decide(unit_rule(), billed), billed)
    assert [paid[item.number] for item in billed.lines] == [units[code] for code in minutes]


@pytest.mark.parametrize(
    ("steps", "table"),
    [
        ({"step": 12, "round": "nearest"}, {"5": 0, "6": 1, "17": 1, "18": 2}),
        ({"step": 12, "round": "up"}, {"1": 1, "12": 1, "13": 2, "24": 2}),
        ({"step": 12, "round": "down"}, {"11": 0, "12": 1, "23": 1, "24": 2}),
        ({"first": 10, "step": 20, "at_least": 6}, {"5": 0, "6": 1, "15": 1, "16": 2, "30": 2, "36": 3}),
        ({"first": 30, "first_at_least": 16, "step": 15, "round": "down"}, {"15": 0, "16": 1, "44": 1, "45": 2}),
        (
            {"step": 1, "round": "up", "part": Decimal("0.1"), "whole_from": 100},
            {"9.96": 10, "9.91": 10, "9.9": "9.9", "0.01": "0.1", "100": 100, "100.2": 101},
        ),
    ],
)  # fmt: skip
def test_steps_and_roundings(steps: dict[str, Any], table: dict[str, Any]) -> None:
    """Whole steps, two step sizes, thresholds, roundings and parts support these units."""
    found = {quantity: UnitSteps(**steps).supported(Decimal(quantity)) for quantity in table}
    assert found == {quantity: Decimal(units) for quantity, units in table.items()}


def supported_by_hand(minutes: int) -> int:
    """Return the units of the minutes, minute by minute: a unit begins with its eighth minute."""
    return sum(1 for minute in range(1, minutes + 1) if minute % 15 == 8)


def paid_by_hand(lines: list[tuple[int, int]]) -> int:
    """Return how many units of the lines are paid at most: those that the minutes support."""
    return min(sum(units for _, units in lines), supported_by_hand(sum(m for m, _ in lines)))


pools = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 4), st.sampled_from([BILLER, OTHER])),
    min_size=1,
    max_size=4,
)


def _earlier(number: int, minutes: int, units: int) -> HistoryLine:
    return HistoryLine(
        claim="H1", member="M", number=number, code="97110", date_from=DAY, minutes=minutes,
        units=Decimal(units), status="paid", billing_provider=BILLER, rendering_provider=BILLER,
    )  # fmt: skip


@settings(max_examples=examples(300))
@given(pools, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 2)), max_size=2))
def test_what_is_paid_of_a_day_is_what_its_minutes_support(
    pool: list[tuple[int, int, Provider]], earlier: list[tuple[int, int]]
) -> None:
    """All units of a provider that are paid are those that the minutes support, if that many."""
    billed = claim(
        *(
            line(n, CODES[n % 5], minutes=m, units=Decimal(u), rendering_provider=who)
            for n, (m, u, who) in enumerate(pool, 1)
        )
    )
    history = History(lines=[_earlier(n, m, u) for n, (m, u) in enumerate(earlier, 1)])
    paid = paid_units(decide(unit_rule(), billed, history), billed)
    for provider in (BILLER, OTHER):
        own = [(m, u) for m, u, who in pool if who == provider]
        before = earlier if provider == BILLER else []
        total = sum(paid[n] for n, (_, _, who) in enumerate(pool, 1) if who == provider)
        units_before = sum(units for _, units in before)
        # NOTE: what an earlier claim was paid too much is not taken from whole steps of this one.
        if all(units <= minutes // 15 for minutes, units in before):
            assert total == paid_by_hand([*own, *before]) - units_before
        assert total + units_before >= paid_by_hand([*own, *before])
    for n, (minutes, units, _) in enumerate(pool, 1):
        assert paid[n] >= min(units, minutes // 15)


@settings(max_examples=examples(60))
@given(pools, st.data())
def test_unknown_minutes_leave_open_what_they_can_change(
    pool: list[tuple[int, int, Provider]], data: st.DataObject
) -> None:
    """A line is paid or cut only if it is so whatever the minutes that are not known."""
    unknown = {n for n in range(1, len(pool) + 1) if data.draw(st.booleans())}
    known = {n: m for n, (m, _, _) in enumerate(pool, 1)}

    def of(minutes: dict[int, int]) -> Claim:
        return claim(
            *(
                line(n, CODES[n % 5], minutes=minutes.get(n), units=Decimal(u))
                for n, (_, u, _) in enumerate(pool, 1)
            )
        )

    decided = decide(unit_rule(), of({n: m for n, m in known.items() if n not in unknown}))
    answers: dict[int, set[str]] = {}
    for values in product((0, 8, 23), repeat=len(unknown)):
        minutes = {**known, **dict(zip(sorted(unknown), values, strict=True))}
        for item in decide(unit_rule(), of(minutes)).lines:
            answers.setdefault(item.line, set()).add(item.outcome)
    for item in decided.lines:
        assert item.outcome == "unknown" or {item.outcome} == answers[item.line]
        assert item.outcome == "unknown" or item.line not in unknown


def test_a_line_below_the_least_supports_no_unit() -> None:
    """A line with less than its least has no unit and adds nothing to the pool."""
    billed = claim(line(1, "97110", minutes=7), line(2, "97140", minutes=22, units=Decimal(2)))
    assert outcomes(decide(unit_rule(), billed)) == ["pay", "reduce"]
    least = unit_rule(line_minimum=Decimal(8))
    assert outcomes(decide(least, billed)) == ["deny", "reduce"]


def test_miles_and_doses() -> None:
    """A transport has the units of its miles, a drug those of its quantity in the unit stated."""
    steps = UnitSteps(step=Decimal(1), round="up", part=Decimal("0.1"))
    miles = unit_rule(steps, measured="miles", pool="line")
    for units, outcome in (("9.9", "pay"), ("10", "reduce")):
        item = line(1, "97110", miles=Decimal("9.85"), units=Decimal(units))
        assert outcomes(decide(miles, claim(item))) == [outcome]
    steps = UnitSteps(step=Decimal(5), round="up")
    dose = unit_rule(steps, measured="dose", drug_unit="ME", pool="line")
    drug = Drug(number="00002771501", quantity=Decimal(11), unit="ME")
    for units, outcome in (("3", "pay"), ("4", "reduce")):
        item = line(1, "97110", drug=drug, units=Decimal(units))
        assert outcomes(decide(dose, claim(item))) == [outcome]
    other = claim(line(1, "97110", drug=attrs.evolve(drug, unit="ML")))
    assert {gap.missing for gap in decide(dose, other).not_evaluated} == {"drug.quantity"}


def test_a_line_of_several_days_is_open() -> None:
    """Minutes of several days are rounded on each of them, and it is not known how."""
    item = line(1, "97110", minutes=60, units=Decimal(4), date_to=DAY + timedelta(days=1))
    for pool in ("day", "line"):
        assert outcomes(decide(unit_rule(pool=pool), claim(item))) == ["unknown"]


@pytest.mark.parametrize(
    "fields",
    [
        {"step": 15},
        {"step": 15, "at_least": 8, "round": "up"},
        {"step": 15, "at_least": 16},
        {"step": 1, "round": "up", "whole_from": 100},
        {"step": 1, "round": "up", "part": 1},
    ],
)
def test_steps_that_cannot_be_meant_are_refused(fields: dict[str, Any]) -> None:
    """Steps state one rounding, a rest that is less than a step, and parts below one."""
    with pytest.raises(InvalidValueError):
        UnitSteps(**fields)


def test_a_dose_names_its_unit() -> None:
    """The quantity of a drug is compared in one unit only, and a pool has equal steps."""
    with pytest.raises(InvalidValueError, match="drug_unit"):
        unit_rule(measured="dose")
    with pytest.raises(InvalidValueError, match="pooled"):
        unit_rule(UnitSteps(step=Decimal(15), round="up", first=Decimal(30)))
