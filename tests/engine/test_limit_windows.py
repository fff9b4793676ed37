"""The edges of every window, one row each: which two days share a window."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import attrs
import pytest
from shapes import CITED, PAYER, claim, line, outcomes, paid

from payer_rules.claims import Member
from payer_rules.history import History
from payer_rules.kinds import FrequencyLimit
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Window

SATURDAYS_WEEK = Window("week", None, "saturday")
APRIL = Window("fiscal-year", None, "04-01")
LEAP = "02-29"


def _one_in(window: Window) -> FrequencyLimit:
    return FrequencyLimit(
        id="p/limit",
        codes=frozenset(["90853"]),
        limit=Decimal(1),
        counts="services",
        window=window,
        scope="member",
        **CITED,
    )


# fmt: off
DAYS = [
    (Window.rolling(7), "2024-08-01", "2024-08-07", True, "day 7 of a rolling week"),
    (Window.rolling(7), "2024-08-01", "2024-08-08", False, "day 8 of a rolling week"),
    (Window.rolling(2), "2024-02-28", "2024-02-29", True, "29 February follows the 28th"),
    (Window.rolling(2), "2024-02-28", "2024-03-01", False, "a leap day lies between"),
    (Window.rolling(2), "2023-02-28", "2023-03-01", True, "no leap day lies between"),
    (Window.rolling(365), "2023-03-01", "2024-02-28", True, "day 365 from 1 March"),
    (Window.rolling(365), "2023-03-01", "2024-02-29", False, "day 366 from 1 March"),
    (Window("anchored", 30), "2024-01-31", "2024-02-29", True, "day 30 of an anchored window"),
    (Window("anchored", 30), "2024-01-31", "2024-03-01", False, "day 31 of an anchored window"),
    (Window("day"), "2024-08-15", "2024-08-15", True, "one day"),
    (Window("day"), "2024-08-15", "2024-08-16", False, "the next day"),
    (SATURDAYS_WEEK, "2024-08-10", "2024-08-16", True, "Saturday to Friday"),
    (SATURDAYS_WEEK, "2024-08-09", "2024-08-10", False, "Friday, then Saturday"),
    (Window("week", None, "monday"), "2023-12-31", "2024-01-01", False, "Sunday, then Monday"),
    (Window("week", None, "sunday"), "2023-12-31", "2024-01-01", True, "a week over two years"),
    (Window("month"), "2024-02-01", "2024-02-29", True, "first and last day of February"),
    (Window("month"), "2024-02-29", "2024-03-01", False, "the month ends on the 29th"),
    (Window("month"), "2023-08-15", "2024-08-15", False, "the same month of another year"),
    (Window("calendar-year"), "2024-01-01", "2024-12-31", True, "first and last day of a year"),
    (Window("calendar-year"), "2023-12-31", "2024-01-01", False, "the end of a year"),
    (APRIL, "2023-04-01", "2024-03-31", True, "first and last day of a fiscal year"),
    (APRIL, "2024-03-31", "2024-04-01", False, "the end of a fiscal year"),
    (Window("benefit-year"), "2024-02-29", "2025-02-28", True, "a benefit year from a leap day"),
    (Window("benefit-year"), "2024-02-28", "2024-02-29", False, "it starts on the leap day"),
    (Window("benefit-year"), "2025-02-28", "2025-03-01", False, "else on 1 March"),
    (Window("benefit-year"), "2025-03-01", "2026-02-28", True, "a common benefit year"),
    (Window("gap-full-months", 11), "2023-03-31", "2024-02-29", True, "the eleventh full month"),
    (Window("gap-full-months", 11), "2023-03-31", "2024-03-01", False, "after 11 full months"),
    (Window("gap-full-months", 11), "2023-03-01", "2024-02-29", True, "the day does not matter"),
    (Window("rolling-months", 12), "2024-02-29", "2025-02-27", True, "before the anniversary"),
    (Window("rolling-months", 12), "2024-03-15", "2025-03-14", True, "the day before"),
    (Window("rolling-months", 12), "2024-03-15", "2025-03-15", False, "the anniversary"),
    (Window("rolling-months", 6), "2024-08-31", "2025-02-27", True, "six months to a short one"),
    (Window("rolling-months", 1), "2024-01-31", "2024-02-28", True, "to the end of a leap month"),
    (Window("rolling-months", 1), "2024-01-31", "2024-02-29", False, "a month in a leap year"),
    (Window("rolling-months", 1), "2023-01-31", "2023-02-27", True, "to the end of a short month"),
    (Window("rolling-months", 1), "2023-01-31", "2023-02-28", False, "a month in a common year"),
    (Window("rolling-months", 1), "2024-03-31", "2024-04-29", True, "31 March to 29 April"),
    (Window("rolling-months", 1), "2024-03-31", "2024-04-30", False, "31 March to 30 April"),
    (Window("rolling-months", 5), "2023-09-30", "2024-02-28", True, "5 months over a year's end"),
    (Window("rolling-months", 5), "2023-09-30", "2024-02-29", False, "5 months to a leap day"),
    (Window("rolling-months", 12), "2024-02-29", "2025-02-27", True, "a year from a leap day"),
    (Window("rolling-months", 12), "2024-02-29", "2025-02-28", False, "it ends a day earlier"),
    (Window("rolling-months", 1, early_by_days=4), "2024-01-31", "2024-02-24", True, "too early"),
    (Window("rolling-months", 1, early_by_days=4), "2024-01-31", "2024-02-25", False, "4 days"),
    (Window("rolling-months", 1, early_by_days=4), "2024-08-15", "2024-09-10", True, "5 days early"),
    (Window("rolling-months", 1, early_by_days=4), "2024-08-15", "2024-09-11", False, "4 days early"),
    (Window("gap-full-months", 1, early_by_days=2), "2024-01-15", "2024-02-27", True, "3 early"),
    (Window("gap-full-months", 1, early_by_days=2), "2024-01-15", "2024-02-28", False, "2 early"),
    (Window("rolling", 30, early_by_days=4), "2024-08-01", "2024-08-26", True, "day 26 of 30"),
    (Window("rolling", 30, early_by_days=4), "2024-08-01", "2024-08-27", False, "day 27 of 30"),
    (Window("lifetime"), "1990-01-01", "2024-12-31", True, "once in a lifetime"),
]
# fmt: on


@pytest.mark.parametrize(
    ("window", "first", "second", "together"),
    [pytest.param(*row[:4], id=f"{row[0].shape}: {row[4]}") for row in DAYS],
)
def test_two_days_share_a_window_or_do_not(
    window: Window, first: str, second: str, *, together: bool
) -> None:
    """With one service in a window, the second is denied if both days share a window."""
    book = RuleBook.build(PAYER, [_one_in(window)])
    member = Member(id="M", benefit_year_start=LEAP)
    one, other = date.fromisoformat(first), date.fromisoformat(second)
    both = claim(line(1, "90853", one), line(2, "90853", other), member=member)
    expected = ["pay", "deny" if together else "pay"]
    assert outcomes(book.decide(both, History())) == expected
    later = claim(line(1, "90853", other), member=member)
    earlier = History(lines=[paid("90853", one)])
    assert outcomes(book.decide(later, earlier)) == expected[1:]
    if window.shape != "anchored":
        # NOTE: a line paid for a later day counts too, because the claim may be late.
        late, after = claim(line(1, "90853", one), member=member), [paid("90853", other)]
        assert outcomes(book.decide(late, History(lines=after))) == expected[1:]


@pytest.mark.parametrize("opened", [date(2024, 8, 15), "none"])
def test_an_episode_starts_anew(opened: date | Literal["none"]) -> None:
    """Lines before the start of the episode do not count in it; without one, all lines count."""
    book = RuleBook.build(PAYER, [_one_in(Window("episode"))])
    asked = attrs.evolve(claim(line(1, "90853")), episode_start=opened)
    day_before = History(lines=[paid("90853", date(2024, 8, 14))])
    expected = ["deny"] if opened == "none" else ["pay"]
    assert outcomes(book.decide(asked, day_before)) == expected
