"""Editions of one fact: each answers on the dates for which it was read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes

from payer_rules.engine import RuleBook
from payer_rules.history import History
from payer_rules.rules import Dates, PlaceOfServiceRequirement

EMPTY = History()


def edition(first: date | None, last: date | None, *places: str, **told: Any) -> Any:
    """An edition that was read for the dates and asks for one of the places."""
    return PlaceOfServiceRequirement(
        id="p/place",
        codes=frozenset(["90853"]),
        any_of=frozenset(places),
        **{"verified": Dates(first, last), **CITED, **told},
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
    """Of two that are in force and were read for one day neither could be told to hold."""
    read, other = BOTH
    assert read.is_edition_beside(other)
    assert not read.is_edition_beside(edition(DAY, None, "11", verified=None))
    assert not read.is_edition_beside(edition(date(2021, 12, 31), None, "11"))
    ended = edition(None, None, "11", in_force=Dates(None, date(2020, 1, 1)), verified=None)
    begun = edition(None, None, "11", in_force=Dates(date(2020, 1, 2)), verified=None)
    assert ended.is_edition_beside(begun)
