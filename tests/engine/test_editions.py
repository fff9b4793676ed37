"""Editions of one fact: each answers on the dates for which it was read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import CITED, DAY, PAYER, claim, gaps, limit, line, outcomes, rule_sets

from payer_rules.history import History
from payer_rules.kinds import (
    Coverage,
    PaymentTiers,
    PlaceOfServiceRequirement,
    SameDayCombination,
    TimelyFiling,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import SEVERITY, DateRange, Outcome, Rule, TimeLimit

EMPTY = History()


def edition(first: date | None, last: date | None, *places: str, **fields: Any) -> Any:
    """An edition that was read for the dates and asks for one of the places."""
    return PlaceOfServiceRequirement(
        id="p/place",
        codes=frozenset(["90853"]),
        any_of=frozenset(places),
        **{"verified": DateRange(first, last), **CITED, **fields},
    )


BOTH = [
    edition(date(2021, 1, 1), date(2021, 12, 31), "02"),
    edition(date(2025, 1, 1), date(2025, 12, 31), "02", "10"),
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 12, 31), "deny"),
        (date(2025, 1, 1), "pay"),
        (date(2020, 12, 31), "unknown"),
        (date(2023, 6, 1), "unknown"),
        (date(2026, 1, 1), "unknown"),
    ],
)
def test_the_edition_that_was_read_for_the_day_answers(day: date, expected: str) -> None:
    """Where one edition was read the others are silent; where none was, the fact is open."""
    judged = claim(line(1, "90853", day, place_of_service="10"))
    for rules in (BOTH, BOTH[::-1]):
        decision = RuleBook.build(PAYER, rules).decide(judged, EMPTY)
        assert outcomes(decision) == [expected]
        open_ = {("p/place", "edition", "edition")} if expected == "unknown" else set()
        assert gaps(decision) == open_


def test_two_editions_of_one_day_cannot_stand_beside_each_other() -> None:
    """Of two that are in force and were read for one day neither is known to apply."""
    read, other = BOTH
    assert read.is_edition_beside(other)
    assert not read.is_edition_beside(edition(DAY, None, "11", verified=None))
    assert not read.is_edition_beside(edition(date(2021, 12, 31), None, "11"))
    ended = edition(None, None, "11", in_force=DateRange(None, date(2020, 1, 1)), verified=None)
    begun = edition(None, None, "11", in_force=DateRange(date(2020, 1, 2)), verified=None)
    assert ended.is_edition_beside(begun)


def undated(rule: Rule) -> Rule:
    """The rule as read in a copy of unknown date."""
    return attrs.evolve(rule, verified="unknown")


@given(rules=rule_sets(), day=st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_a_text_of_unknown_date_finds_nothing_on_any_day(rules: list[Rule], day: date) -> None:
    """A rule whose copy has no date is not evaluated, for any claim on any day."""
    judged = claim(*(line(n, code, day) for n, code in enumerate(["90853", "90853", "90834"], 1)))
    decision = RuleBook.build(PAYER, map(undated, rules)).decide(judged, EMPTY)
    assert decision.proved_findings == ()
    assert {missing for _, _, missing in gaps(decision)} <= {"edition"}


@given(rules=rule_sets())
def test_a_text_of_unknown_date_is_for_review_at_most(rules: list[Rule]) -> None:
    """Where it is assumed to hold, what a rule of unknown date finds is never its own outcome."""
    judged = claim(*(line(n, code) for n, code in enumerate(["90853", "90853", "90834"], 1)))
    book = RuleBook.build(PAYER, map(undated, rules), assume=["edition"])
    found = [finding.outcome for finding in book.decide(judged, EMPTY).proved_findings]
    assert set(found) <= {"review"}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(item, "review" if item != "pay" else item) for item in SEVERITY],
)
def test_each_outcome_of_an_undated_text(outcome: Outcome, expected: str) -> None:
    """Every outcome but a payment becomes review."""
    pays = Decimal("0.5") if outcome == "reduce" else None
    rule = Coverage(
        id="p/rule",
        codes=frozenset(["90853"]),
        outcome=outcome,
        pays=pays,
        verified="unknown",
        **CITED,
    )
    book = RuleBook.build(PAYER, [rule], assume=["edition"])
    (found,) = book.decide(claim(line(1, "90853")), EMPTY).proved_findings
    assert (found.outcome, found.pays) == (expected, None)


@pytest.mark.parametrize("excess", ["reduce", PaymentTiers(((Decimal(1), Decimal("0.5")),))])
def test_what_an_undated_limit_would_pay_in_part_is_for_review(excess: Any) -> None:
    """An undated limit names no part of a payment: the line over it is for review, whole."""
    rule = limit(1, 1, "90853", excess=excess, outcome="reduce", verified="unknown")
    book = RuleBook.build(PAYER, [rule], assume=["edition"])
    decision = book.decide(claim(line(1, "90853"), line(2, "90853")), EMPTY)
    assert [(f.lines, f.outcome, f.pays) for f in decision.proved_findings] == [
        ((2,), "review", None)
    ]
    assert rule in book.rules


def test_an_undated_text_is_no_edition_of_a_dated_one() -> None:
    """It is not known on which days a text of unknown date replaces another."""
    assert not undated(BOTH[0]).is_edition_beside(BOTH[1])
    assert not BOTH[1].is_edition_beside(undated(BOTH[0]))


@pytest.mark.parametrize(
    ("place", "outcome", "missing"),
    [
        ("11", ["unknown", "deny"], {"p/place"}),
        ("02", ["unknown", "unknown"], {"p/place", "p/pair"}),
    ],
)
def test_a_text_that_was_not_read_doubts_only_the_lines_that_break_it(
    place: str, outcome: list[str], missing: set[str]
) -> None:
    """What a line keeps, as the text was read, leaves the other rules of the line alone."""
    codes: Any = {"first": frozenset(["90853"]), "second": frozenset(["90834"])}
    pair = SameDayCombination(id="p/pair", indicator=0, scope="provider", **codes, **CITED)
    unread = edition(None, date(2020, 1, 1), "11")
    judged = claim(line(1, "90853", place_of_service=place), line(2, "90834"))
    decision = RuleBook.build(PAYER, [pair, unread]).decide(judged, EMPTY)
    assert outcomes(decision) == outcome
    assert {rule for rule, _, _ in gaps(decision)} == missing


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["90853", "90834"], ["unknown", "deny"]),
        (["90853"], ["unknown", "unknown"]),
    ],
)
def test_a_text_that_was_not_read_saves_no_line_that_it_would_deny_too(
    codes: list[str], expected: list[str]
) -> None:
    """Whether a claim came in time is one fact of both lines, for any text of that day."""
    pair = SameDayCombination(
        id="p/pair",
        indicator=0,
        scope="provider",
        first=frozenset(["90853"]),
        second=frozenset(["90834"]),
        **CITED,
    )
    filing = TimelyFiling(
        id="p/filing",
        codes=frozenset(codes),
        within=TimeLimit(days=90),
        verified=DateRange(None, date(2020, 1, 1)),
        **CITED,
    )
    judged = claim(line(1, "90853"), line(2, "90834"))
    decision = RuleBook.build(PAYER, [pair, filing]).decide(judged, EMPTY)
    assert outcomes(decision) == expected
