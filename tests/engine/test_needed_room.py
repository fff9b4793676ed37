"""A limit with room for the lines of a claim is not evaluated: that changes no decision."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from limit_shapes import situations
from shapes import DAY, PAYER, claim, limit, line, paid

from payer_rules.claims import Claim
from payer_rules.engine.limits.needed_room import RoomLeft
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import FrequencyLimit, kind_of
from payer_rules.rulebook import RuleBook

_ASKED: Final = claim(line(1, "90853"), line(2, "90853"))


@settings(max_examples=examples(200, times=50))
@given(situations(), st.data())
def test_equal_claims_are_decided_by_their_own_earlier_lines(
    situation: tuple[FrequencyLimit, Claim, list[HistoryLine]], data: st.DataObject
) -> None:
    """A book that decided the claim with other earlier lines decides it as a book that did not."""
    rule, asked, lines = situation
    since = data.draw(st.sampled_from([date.min, date.max, *(each.date_from for each in lines)]))
    history = History(lines=lines, covers_from=since)
    book = RuleBook.build(PAYER, [rule])
    for before in (History(), History.unknown(), History(), History.unknown()):
        book.decide(asked, before)
    assert book.decide(asked, history) == RuleBook.build(PAYER, [rule]).decide(asked, history)


def test_an_equal_claim_has_room_only_by_a_history_that_is_complete() -> None:
    """A limit that has room by all known lines is open where earlier lines may be missing."""
    rules = [limit(2, 7, "90853"), limit(9, 7, "90853", name="other")]
    begins = History(covers_from=DAY - timedelta(days=3))
    book = RuleBook.build(PAYER, rules)
    asked = claim(line(1, "90853"))
    decisions = [book.decide(asked, each) for each in (History(), History(), History(), begins)]
    assert [each.outcome for each in decisions] == ["pay", "pay", "pay", "unknown"]
    assert decisions[-1] == RuleBook.build(PAYER, rules).decide(asked, begins)


def is_left(
    rule: FrequencyLimit, *days_before: int, covers_from: date = date.min, units: int = 1
) -> bool:
    """Return True if sessions so many days before leave room for two lines of group sessions."""
    before = [
        paid("90853", DAY - timedelta(days=days), f"H{days}", units=Decimal(units))
        for days in days_before
    ]
    left = RoomLeft(_ASKED, _ASKED.lines, History(lines=before, covers_from=covers_from))
    rooms = kind_of(rule).evaluator(rule, PAYER).needed_room([(each, ()) for each in _ASKED.lines])
    assert rooms is not None
    return all(left.suffices(room) and left.is_known(room) for room in rooms)


def test_all_lines_that_a_member_ever_had_may_fit() -> None:
    """The lines of the claim and all earlier ones are at most the limit."""
    assert is_left(limit(4, 7, "90853"), 1, 400)
    assert not is_left(limit(4, 7, "90853"), 1, 2, 3)
    assert not is_left(limit(4, 7, "90853"), 1, units=3)


def test_lines_outside_the_windows_take_no_room() -> None:
    """Lines of more than six days before are in no week with the lines of the claim."""
    assert is_left(limit(3, 7, "90853"), 1, 7, 8, 400)
    assert not is_left(limit(3, 7, "90853"), 1, 6, 400)


def test_visits_are_counted_by_days() -> None:
    """Three units on one day are one visit at most."""
    assert is_left(limit(3, 7, "90853", counts="visits"), 1, units=3)


def test_lines_of_other_codes_take_no_room() -> None:
    """Sessions of the group do not count in a limit on other codes."""
    assert is_left(limit(2, 7, "90853", "90834", pool="per-code"), 400)
    assert not is_left(limit(2, 7, "90853", "90834", pool="per-code"), 1)


@pytest.mark.parametrize(("days", "is_known"), [(6, True), (5, False)])
def test_the_history_has_all_lines_of_the_windows(days: int, is_known: bool) -> None:
    """A history that begins within a window may lack lines."""
    begins = DAY - timedelta(days=days)
    assert is_left(limit(9, 7, "90853"), 1, covers_from=begins) is is_known


def test_a_limit_on_one_line_needs_no_history() -> None:
    """Whatever is not known of earlier lines, each line is a window of its own."""
    assert is_left(limit(2, 0, "90853"), covers_from=date.max)
