"""Which rules answer for services on a day: in force, read for it or carried with their outcome."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

import attrs
import pytest

from payer_rules import Citation, Coverage, DateRange, load
from payer_rules.rulebook.live_rules import CURRENT, RuleStatus, count_rules, status_of
from payer_rules.rules import Confidence

DAY: Final = date(2026, 11, 30)
REGISTRY: Final = load()


def coverage(
    verified: DateRange | Literal["unknown"] | None,
    in_force: DateRange,
    confidence: Confidence = "primary",
) -> Coverage:
    """Return an edition of a rule."""
    cite = Citation(row="A", title="M", url="https://m.org", read=DAY, confidence=confidence)
    return Coverage(
        id="acme/covered",
        codes=frozenset(["90853"]),
        covered=True,
        verified=verified,
        in_force=in_force,
        citations=(cite,),
        rationale="Covered.",
    )


def days(first: int | None, last: int | None) -> DateRange:
    """Return the days from the beginning of a year to the end of another."""
    ends = (date(first, 1, 1) if first else None, date(last, 12, 31) if last else None)
    return DateRange(*ends)


@pytest.mark.parametrize(
    ("verified", "in_force", "confidence", "status"),
    [
        (None, days(None, None), "primary", "live"),
        (None, days(2013, None), "secondary", "live"),
        (None, days(2013, 2025), "primary", "ended"),
        (None, days(2027, None), "primary", "later"),
        ("unknown", days(2013, None), "primary", "review"),
        (days(2026, 2026), days(2013, None), "secondary", "live"),
        (days(2024, 2024), days(2013, None), "primary", "live"),
        (days(2025, 2025), days(2013, None), "secondary", "review"),
        (days(2023, 2023), days(2013, None), "primary", "review"),
        (days(2023, 2023), days(2013, None), "secondary", "expired"),
        (days(2020, 2020), days(2013, None), "primary", "expired"),
        (days(2027, 2027), days(2013, None), "primary", "expired"),
        (days(2026, 2026), days(2013, 2025), "primary", "ended"),
    ],
)
def test_a_rule_is_live_if_its_text_covers_the_day_or_is_carried_to_it(
    verified: DateRange | Literal["unknown"] | None,
    in_force: DateRange,
    confidence: Confidence,
    status: RuleStatus,
) -> None:
    """The age of the text decides, and whether the payer wrote it."""
    rule = coverage(verified, in_force, confidence)
    assert status_of(rule, [rule], DAY) == status


def test_a_rule_for_review_keeps_its_outcome_when_its_text_is_carried_for_review() -> None:
    """What was for review stays so: the text still answers with its own outcome, until it expires."""
    rule = attrs.evolve(coverage(days(2023, 2023), days(2013, None)), outcome="review")
    assert status_of(rule, [rule], DAY) == "live"
    counts = count_rules("acme", [rule], DAY)
    assert (counts.live, counts.answers_to) == (1, date(2028, 12, 31))
    assert status_of(rule, [rule], date(2029, 1, 1)) == "expired"


def test_an_edition_that_a_newer_one_replaced_is_not_counted() -> None:
    """Between two editions both are for review; after the newer one the older one is replaced."""
    older = coverage(days(2022, 2022), days(2013, None))
    newer = coverage(days(2026, 2026), days(2013, None))
    both = [older, newer]
    assert [status_of(rule, both, DAY) for rule in both] == ["replaced", "live"]
    between = date(2024, 6, 1)
    assert [status_of(rule, both, between) for rule in both] == ["review", "review"]
    counts = count_rules("acme", both, DAY)
    assert (counts.live, counts.current, counts.past, counts.read_twice) == (1, 1, 1, 0)


@pytest.mark.parametrize("payer", REGISTRY.payers)
def test_the_last_day_that_a_payer_answers_for_is_the_last_one_with_a_live_rule(payer: str) -> None:
    """On that day a rule is live, and none is on the next day or years later."""
    rules = REGISTRY.collect(payer).rules
    last = count_rules(payer, rules, DAY).answers_to
    live = [count_rules(payer, rules, DAY + timedelta(days=years * 365)).live for years in range(9)]
    if last is None:
        assert live == [0] * 9
    elif last == date.max:
        assert all(live[1:])
    else:
        assert count_rules(payer, rules, last).live > 0
        assert count_rules(payer, rules, last + timedelta(days=1)).live == 0


def test_the_counts_of_the_bundled_payers_are_those_of_their_rules() -> None:
    """Each rule has one status, and only rules in force can be read twice."""
    for counts in REGISTRY.rule_counts(REGISTRY.payers, DAY):
        rules = REGISTRY.collect(counts.payer).rules
        assert counts.current + counts.past == len(rules)
        assert counts.current == sum(counts.statuses[status] for status in CURRENT)
        assert 0 <= counts.read_twice <= counts.current
