"""Sums of money and points, and conditions on the charge."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any, Final

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
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


def dollars(limit_of: str, counts: Any, **fields: Any) -> FrequencyLimit:
    """Return a limit of so many dollars a day."""
    return limit(limit_of, counts=counts, points=None, **fields)


def test_what_was_paid_is_added_up_from_the_history() -> None:
    """When the limit is used up, nothing more is paid, whatever the line's amount would be."""
    asked = claim(line(1, "90853", charge=Decimal(60)), line(2, "90853"))
    before = [paid("90853", DAY, name=name, paid=Decimal(50)) for name in ("H1", "H2")]
    for excess, outcome in (("deny-lines", "deny"), ("reduce", "reduce")):
        rule = dollars("100", "paid", excess=excess, outcome=outcome)
        decision = decide(rule, asked, *before)
        assert outcomes(decision) == ["deny", "deny"]
        assert decision.findings[0].message == (
            "100 dollars paid of 90853 (of 90834, 90853) on 2024-08-15; limit 100"
        )
        open_ = decide(rule, asked, before[0])
        assert gaps(open_) == {("p/limit", "claim", "paid")}
        assert [item.expected for item in open_.lines] == ["pay", "pay"]
    denied = paid("90853", DAY, name="H3", paid=Decimal(50), status="denied")
    assert gaps(decide(dollars("100", "paid"), asked, before[0], denied))


def test_a_line_that_cannot_exceed_the_limit_is_paid() -> None:
    """The payer pays at most what it allows: if that fits, nothing is open."""
    asked = claim(line(1, "90853", allowed=Decimal(40)), line(2, "90853", allowed=Decimal(10)))
    earlier = paid("90853", DAY, paid=Decimal(50))
    assert outcomes(decide(dollars("100", "paid"), asked, earlier)) == ["pay", "pay"]
    decision = decide(dollars("99", "paid"), asked, earlier)
    assert outcomes(decision) == ["pay", "unknown"]
    assert gaps(decision) == {("p/limit", "claim", "paid")}


def test_allowed_amounts_are_exact_if_they_are_stated() -> None:
    """With the allowed amounts of all lines the sum is known, and the part that fits."""
    asked = claim(line(1, "90853", allowed=Decimal(40)))
    earlier = paid("90853", DAY, allowed=Decimal(50))
    assert outcomes(decide(dollars("90", "allowed"), asked, earlier)) == ["pay"]
    assert outcomes(decide(dollars("89", "allowed"), asked, earlier)) == ["deny"]
    reduced = dollars("70", "allowed", excess="reduce", outcome="reduce")
    assert [f.pays for f in decide(reduced, asked, earlier).proved_findings] == [Decimal("0.5")]
    unstated = decide(dollars("90", "allowed"), claim(line(1, "90853")), earlier)
    assert gaps(unstated) == {("p/limit", "claim", "allowed")}


@pytest.mark.parametrize("counts", ["allowed", "paid"])
def test_an_amount_of_an_earlier_line_that_is_not_known_is_named(counts: str) -> None:
    """Earlier lines without the amount may have used up the limit."""
    asked = claim(line(1, "90853", allowed=Decimal(40)))
    decision = decide(dollars("90", counts), asked, paid("90853", DAY))
    assert ("p/limit", "history", f"history.{counts}") in gaps(decision)
    assert outcomes(decision) == ["unknown"]


amounts = st.sampled_from([None, *map(Decimal, (10, 20, 30))])


@settings(max_examples=examples(200))
@given(
    own=st.lists(amounts, min_size=1, max_size=3),
    before=st.lists(st.integers(0, 6), max_size=3),
    most=st.sampled_from([0, 30, 60]),
)
def test_paid_dollars_are_decided_as_every_amount_decides(
    own: list[Decimal | None], before: list[int], most: int
) -> None:
    """A line is denied, or fits, only if it does for all amounts that the payer may pay."""
    rule = dollars(str(most), "paid")
    asked = claim(*(line(n, "90853", allowed=amount) for n, amount in enumerate(own, 1)))
    earlier = [
        paid("90853", DAY, name=f"H{n}", paid=Decimal(10 * part)) for n, part in enumerate(before)
    ]
    steps = [Decimal("0.01"), *(Decimal(5 * n) for n in range(1, 15))]
    ways = [[step for step in steps if amount is None or step <= amount] for amount in own]
    answers = [fitting(Decimal(10 * sum(before)), way, Decimal(most)) for way in product(*ways)]
    decided = outcomes(decide(rule, asked, *earlier))
    for at, outcome in enumerate(decided):
        found = {answer[at] for answer in answers}
        assert outcome == ("unknown" if len(found) > 1 else "pay" if found.pop() else "deny")


def fitting(used: Decimal, amounts_of_lines: tuple[Decimal, ...], most: Decimal) -> list[bool]:
    """Return whether each line fits with those before it that fit."""
    fits = []
    for amount in amounts_of_lines:
        fits.append(used + amount <= most)
        used += amount if fits[-1] else 0
    return fits


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
