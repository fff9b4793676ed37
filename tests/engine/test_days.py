"""Lines of several days in rules of every kind: the day of the service is not known."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Authorization, InpatientStay, Member, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import (
    AddOnCode,
    AuthorizationRequirement,
    Coverage,
    DuplicateService,
    SameDayCombination,
    SessionRequirement,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Age, Bounds, DateRange, EarlierLine, OtherLine, Rule, When

GROUP, INDIVIDUAL = frozenset(["90853"]), frozenset(["90834"])
OPEN_CLAIM, OPEN_HISTORY = {("p/rule", "claim", "date")}, {("p/rule", "history", "history.date")}


def on(number: int, code: str, first: int, last: int, **fields: Any) -> ServiceLine:
    """Return a line from one day to another, counted from the day of the tests."""
    days = (DAY + timedelta(days=first), DAY + timedelta(days=last))
    return line(number, code, days[0], date_to=days[1], **fields)


def was(code: str, first: int, last: int) -> HistoryLine:
    """Return a paid line from one day to another."""
    return paid(code, DAY + timedelta(days=first), date_to=DAY + timedelta(days=last))


def decided(
    rule: Rule, *lines: ServiceLine, before: tuple[HistoryLine, ...] = (), **fields: Any
) -> Decision:
    """Return the decision of the rule with a complete history."""
    return RuleBook.build(PAYER, [rule]).decide(claim(*lines, **fields), History(lines=before))


def rule_of(kind: type[Rule], **values: Any) -> Rule:
    """Return a rule on group psychotherapy."""
    coded = {} if kind is SameDayCombination else {"codes": GROUP}
    return kind(id="p/rule", **{**coded, **CITED, **values})


PAIR = rule_of(SameDayCombination, first=INDIVIDUAL, second=GROUP, indicator=0, scope="member")
ADD_ON = rule_of(AddOnCode, primaries=INDIVIDUAL, scope="member")
BESIDE = rule_of(Coverage, when=When(same_day=OtherLine(codes=INDIVIDUAL)))
WITHIN = rule_of(Coverage, when=When(history=(EarlierLine(codes=INDIVIDUAL, within_days=5),)))
ABSENT = rule_of(Coverage, exceptions=(When(history=(EarlierLine(codes=INDIVIDUAL),)),))
SINCE = rule_of(Coverage, in_force=DateRange(DAY + timedelta(days=1), None))
GROWN = rule_of(Coverage, when=When(age=Age(at_least=21)))
NINETEEN = rule_of(Coverage, when=When(age=Age(at_least=19, below=20)))
INSIDE = rule_of(Coverage, when=When(inpatient=True))
LONG = rule_of(
    SessionRequirement, minutes=Bounds(at_most=60), minutes_of="day", detected_in="claim"
)


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (PAIR, [(0, 0), (0, 0)], "deny"),
        (PAIR, [(0, 0), (1, 1)], "pay"),
        (PAIR, [(0, 1), (0, 0)], "open"),
        (PAIR, [(0, 0), (0, 1)], "open"),
        (PAIR, [(0, 1), (2, 2)], "pay"),
        (ADD_ON, [(0, 0), (0, 0)], "pay"),
        (ADD_ON, [(0, 1), (0, 0)], "open"),
        (ADD_ON, [(0, 0), (0, 1)], "open"),
        (ADD_ON, [(0, 1), (2, 2)], "deny"),
        (BESIDE, [(0, 0), (0, 0)], "deny"),
        (BESIDE, [(0, 0), (0, 1)], "open"),
        (BESIDE, [(0, 1), (2, 3)], "pay"),
        (WITHIN, [(0, 0), (-5, -5)], "deny"),
        (WITHIN, [(0, 0), (-6, -6)], "pay"),
        (WITHIN, [(0, 0), (-5, -1)], "deny"),
        (WITHIN, [(0, 0), (-6, -5)], "open"),
        (WITHIN, [(0, 0), (-1, 0)], "open"),
        (WITHIN, [(0, 1), (-4, -1)], "deny"),
        (WITHIN, [(0, 1), (-5, -5)], "open"),
        (ABSENT, [(0, 0), (-9, -3)], "pay"),
        (ABSENT, [(0, 0), (-9, 3)], "open"),
        (ABSENT, [(0, 0), (0, 3)], "deny"),
    ],
)
@pytest.mark.parametrize("is_earlier", [False, True])
def test_two_lines_meet_on_a_day_that_is_known(
    rule: Rule, lines: list[tuple[int, int]], expected: str, is_earlier: bool
) -> None:
    """If a line of several days may or may not be on the day, the rule is not evaluated."""
    own, other = lines
    if is_earlier:
        decision = decided(rule, on(1, "90853", *own), before=(was("90834", *other),))
    else:
        decision = decided(rule, on(1, "90853", *own), on(2, "90834", *other))
    if expected == "open":
        assert gaps(decision) & (OPEN_CLAIM | OPEN_HISTORY)
        assert not decision.proved_findings
    else:
        assert outcomes(decision)[0] == expected


@pytest.mark.parametrize(
    ("rule", "days", "expected"),
    [
        (SINCE, (0, 0), "pay"),
        (SINCE, (1, 2), "deny"),
        (SINCE, (0, 1), "open"),
        (GROWN, (-1, -1), "pay"),
        (GROWN, (0, 3), "deny"),
        (GROWN, (-1, 0), "open"),
        (NINETEEN, (-1000, 0), "open"),
        (INSIDE, (1, 2), "deny"),
        (INSIDE, (0, 1), "open"),
        (INSIDE, (-1, 0), "pay"),
    ],
)
def test_a_condition_holds_on_all_days_of_a_line(
    rule: Rule, days: tuple[int, int], expected: str
) -> None:
    """A rule that begins, a birthday or a stay within the days of a line leaves it open."""
    member = Member(id="M", birth_date=date(DAY.year - 21, DAY.month, DAY.day))
    stay = InpatientStay(kind="hospital", date_from=DAY + timedelta(days=1))
    decision = decided(rule, on(1, "90853", *days), member=member, inpatient_stays=(stay,))
    if expected == "open":
        assert gaps(decision) == OPEN_CLAIM
    else:
        assert outcomes(decision) == [expected]


@pytest.mark.parametrize(
    ("days", "expected"), [((0, 2), "pay"), ((2, 3), "unknown"), ((3, 4), "deny")]
)
def test_an_authorization_covers_all_days_of_a_line(days: tuple[int, int], expected: str) -> None:
    """An authorization covers a line of several days if it covers all of them, or is open."""
    authorization = Authorization(
        number="A",
        codes=GROUP,
        date_from=DAY,
        date_to=DAY + timedelta(days=2),
        provider=BILLER.npi,
        units_left=Decimal(9),
    )
    rule = rule_of(AuthorizationRequirement, needs=frozenset(["authorization"]))
    assert outcomes(decided(rule, on(1, "90853", *days), authorizations=(authorization,))) == [
        expected
    ]


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [((0, 0), "deny"), ((-3, 3), "unknown"), ((-3, -1), "pay"), ((1, 1), "pay")],
)
def test_a_payment_for_a_period_may_be_of_the_same_service(
    earlier: tuple[int, int], expected: str
) -> None:
    """An earlier line of several days may be a duplicate on any of them."""
    rule = rule_of(DuplicateService)
    decision = decided(rule, on(1, "90853", 0, 0), before=(was("90853", *earlier),))
    assert outcomes(decision) == [expected]


def test_two_lines_of_the_same_days_are_duplicates() -> None:
    """Two lines for the same days are duplicates."""
    both = [on(n, "90853", 0, 3) for n in (1, 2)]
    assert outcomes(decided(rule_of(DuplicateService), *both)) == ["pay", "deny"]


def test_minutes_of_a_day_are_those_of_lines_of_the_day() -> None:
    """The minutes of another line of several days may be on the day."""
    lines = [on(1, "90853", 0, 0, minutes=45), on(2, "90853", 0, 1, minutes=45)]
    decision = decided(LONG, *lines)
    assert not decision.proved_findings
    assert gaps(decision) == OPEN_CLAIM
