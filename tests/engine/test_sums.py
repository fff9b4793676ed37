"""Sums of money and points, and conditions on the charge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Claim
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.kinds import Coverage, FrequencyLimit, UnitPoints
from payer_rules.rulebook import RuleBook
from payer_rules.rules import AmountBounds, When, Window

POINTS: Final = UnitPoints((("90834", Decimal("0.7")), ("90853", Decimal("1.25"))))


def limit(most: str, **fields: Any) -> FrequencyLimit:
    """Return a limit of so many points a day."""
    about: dict[str, Any] = {
        "id": "p/limit",
        "codes": frozenset(["90834", "90853"]),
        "limit": Decimal(most),
        "counts": "points",
        "points": POINTS,
        "window": Window("day"),
        "scope": "member",
    }
    return FrequencyLimit(**{**about, **fields}, **CITED)


def decide(rule: Any, asked: Claim, *earlier: Any) -> Any:
    """Return the decision by the rule alone, with a complete history."""
    return RuleBook.build(PAYER, [rule]).decide(asked, History(lines=earlier))


def test_points_are_added_up() -> None:
    """One unit of each code has 1.95 points, and two of one code 1.4."""
    one_of_each = claim(line(1, "90834"), line(2, "90853"))
    assert outcomes(decide(limit("1.95"), one_of_each)) == ["pay", "pay"]
    assert outcomes(decide(limit("1.94"), one_of_each)) == ["pay", "deny"]
    two = claim(line(1, "90834", units=Decimal(2)))
    assert outcomes(decide(limit("1.4"), two)) == ["pay"]
    (finding,) = decide(limit("1.3"), two).proved_findings
    assert finding.message == "1.4 points of 90834 (of 90834, 90853) on 2024-08-15; limit 1.3"


def test_what_was_charged_is_added_up() -> None:
    """Charges count as billed; of an earlier line that was paid in part, that part."""
    rule = limit("150", counts="charged", points=None)
    asked = claim(line(1, "90853", charge=Decimal(60)))
    whole = paid("90853", DAY, charge=Decimal(100), units=Decimal(2))
    assert outcomes(decide(rule, asked, whole)) == ["deny"]
    part = paid("90853", DAY, charge=Decimal(100), units=Decimal(2), paid_units=Decimal(1))
    assert outcomes(decide(rule, asked, part)) == ["pay"]


def test_a_charge_that_is_not_stated_is_named() -> None:
    """Without a charge, of the claim or of an earlier line, the sum is open."""
    rule = limit("150", counts="charged", points=None)
    assert gaps(decide(rule, claim(line(1, "90853")))) == {("p/limit", "claim", "charge")}
    stated = claim(line(1, "90853", charge=Decimal(60)))
    earlier = paid("90853", DAY)
    assert gaps(decide(rule, stated, earlier)) == {("p/limit", "history", "history.charge")}


@pytest.mark.parametrize(
    ("charge", "outcome"), [("74.99", "pay"), ("75", "deny"), (None, "unknown")]
)
def test_a_condition_asks_for_the_charge(charge: str | None, outcome: str) -> None:
    """The least and the greatest amount meet the condition."""
    rule = Coverage(
        id="p/rule",
        codes=frozenset(["90853"]),
        when=When(charge=AmountBounds(at_least=Decimal(75))),
        **CITED,
    )
    amount = None if charge is None else Decimal(charge)
    assert outcomes(decide(rule, claim(line(1, "90853", charge=amount)))) == [outcome]


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        (lambda: limit("1", points=None), "points are counted, and no code has any"),
        (lambda: limit("1", counts="units"), "points are stated and not counted"),
        (lambda: limit("1", codes=frozenset(["90853"])), "90834 has points but is not in codes"),
        (lambda: limit("1", codes=frozenset(["90834", "90853", "90837"])), "90837 has no points"),
        (lambda: UnitPoints.from_data({"90853": 0}), "is not a table of points"),
        (lambda: AmountBounds(), "no bound is stated"),
        (lambda: AmountBounds(at_least=2, at_most=1), "at_least is 2 and at_most is 1"),
    ],
)
def test_what_cannot_be_added_up(construct: Any, message: str) -> None:
    """Points and bounds that say nothing, or too much, are an error."""
    with pytest.raises(InvalidValueError, match=message):
        construct()
