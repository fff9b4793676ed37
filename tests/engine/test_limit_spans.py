"""Limits and lines of several days, whose services may be on any of these days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from shapes import CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import ServiceLine
from payer_rules.history import History
from payer_rules.kinds import FrequencyLimit, PaymentTiers
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Window

#: A Thursday; weeks begin on Sunday.
WEEK = Window("week", None, "sunday")
MONTH = Window("month")


def spans(*fields: tuple[int, int, int]) -> list[ServiceLine]:
    """Return lines of the claim from a first day, a last day and units, counted from day 0."""
    return [
        line(
            number,
            "90853",
            DAY + timedelta(days=first),
            date_to=DAY + timedelta(days=last),
            units=Decimal(count),
        )
        for number, (first, last, count) in enumerate(fields, 1)
    ]


def decided(
    most: int,
    window: Window,
    lines: list[ServiceLine],
    before: list[tuple[int, int, int]],
    **fields: Any,
) -> list[str]:
    """Return the outcome of each line; a line is open only for want of the day."""
    defaults: dict[str, Any] = {"counts": "units", "scope": "member", **CITED, **fields}
    rule = FrequencyLimit(
        id="p/limit", codes=frozenset(["90853"]), limit=Decimal(most), window=window, **defaults
    )
    history = [
        paid("90853", span.date_from, f"H{span.number}", date_to=span.date_to, units=span.units)
        for span in spans(*before)
    ]
    decision = RuleBook.build(PAYER, [rule]).decide(claim(*lines), History(lines=history))
    assert {missing for _, _, missing in gaps(decision)} <= {"date", "history.date"}
    return outcomes(decision)


@pytest.mark.parametrize(
    ("most", "window", "lines", "before", "expected"),
    [
        # One a day, after an earlier line of many days.
        (1, Window("day"), [(0, 0, 1)], [(-14, 16, 1)], ["unknown"]),
        (2, Window("day"), [(0, 0, 1)], [(-14, 16, 1)], ["pay"]),
        (1, Window("day"), [(0, 0, 1)], [(1, 16, 1)], ["pay"]),
        (1, Window("day"), [(0, 0, 1)], [(0, 0, 1)], ["deny"]),
        # A line of several days on the claim.
        (1, Window("day"), [(0, 1, 1)], [], ["pay"]),
        (1, Window("day"), [(0, 1, 2)], [], ["unknown"]),
        (1, Window("day"), [(0, 1, 3)], [], ["deny"]),
        (1, Window("day"), [(0, 1, 1)], [(0, 0, 1)], ["unknown"]),
        (1, Window("day"), [(0, 1, 2)], [(0, 0, 1)], ["deny"]),
        (1, Window("day"), [(0, 0, 1), (0, 1, 2)], [], ["pay", "deny"]),
        (1, Window("day"), [(0, 0, 1), (0, 0, 1)], [(-1, 1, 1)], ["unknown", "deny"]),
        (0, Window("day"), [(0, 1, 1)], [], ["deny"]),
        # Rolling windows.
        (1, Window.rolling(7), [(0, 0, 1)], [(-6, -1, 1)], ["deny"]),
        (1, Window.rolling(7), [(0, 0, 1)], [(-7, -1, 1)], ["unknown"]),
        (1, Window.rolling(7), [(0, 0, 1)], [(-9, -7, 1)], ["pay"]),
        (1, Window.rolling(7), [(0, 0, 1), (6, 6, 1)], [(-10, -3, 1)], ["unknown", "unknown"]),
        # Weeks and months: days that all lie in one window.
        (1, WEEK, [(0, 0, 1)], [(-4, -1, 1)], ["deny"]),
        (1, WEEK, [(0, 0, 1)], [(-5, -1, 1)], ["unknown"]),
        (1, WEEK, [(-4, 2, 2)], [], ["deny"]),
        (1, WEEK, [(-5, 2, 2)], [], ["unknown"]),
        (1, WEEK, [(-5, -4, 1)], [(0, 0, 1)], ["unknown"]),
        (1, MONTH, [(0, 0, 1)], [(-14, 16, 1)], ["deny"]),
        # Gaps between services, and windows from the first service.
        (1, Window("rolling-months", 1), [(0, 0, 1)], [(-30, -1, 1)], ["deny"]),
        (1, Window("rolling-months", 1), [(0, 0, 1)], [(-32, -1, 1)], ["unknown"]),
        (1, Window("gap-full-months", 1), [(0, 0, 1)], [(-100, -1, 1)], ["unknown"]),
        (1, Window("anchored", 7), [(0, 0, 1)], [(-3, -1, 1)], ["unknown"]),
        (1, Window("anchored", 7), [(0, 0, 1)], [(-9, -8, 1)], ["pay"]),
        # A lifetime, and the line by itself, contain all days.
        (1, Window("lifetime"), [(0, 0, 1)], [(-14, 16, 1)], ["deny"]),
        (1, Window("line"), [(0, 9, 2)], [], ["deny"]),
    ],
)
def test_what_holds_wherever_the_services_lie(
    most: int,
    window: Window,
    lines: list[tuple[int, int, int]],
    before: list[tuple[int, int, int]],
    expected: list[str],
) -> None:
    """A line is denied if it exceeds on any days, kept if on none, and otherwise open."""
    assert decided(most, window, spans(*lines), before) == expected


@pytest.mark.parametrize(
    ("counts", "most", "lines", "before", "expected"),
    [
        ("services", 1, [(0, 0, 1)], [(-4, 1, 1)], ["deny"]),
        ("services", 1, [(0, 0, 1)], [(-5, 1, 1)], ["unknown"]),
        ("days", 2, [(0, 2, 3)], [], ["unknown"]),
        ("days", 3, [(0, 2, 3)], [], ["pay"]),
        ("days", 1, [(0, 0, 1)], [(-3, -1, 3)], ["deny"]),
        ("days", 1, [(0, 0, 1)], [(-3, 1, 3)], ["unknown"]),
        ("visits", 1, [(0, 0, 1)], [(-3, -1, 1)], ["deny"]),
        ("visits", 1, [(0, 0, 1)], [(-3, 1, 1)], ["unknown"]),
    ],
)
def test_services_days_and_visits_of_several_days(
    counts: str,
    most: int,
    lines: list[tuple[int, int, int]],
    before: list[tuple[int, int, int]],
    expected: list[str],
) -> None:
    """A line of several days counts at least one day, and at most all of them."""
    assert decided(most, WEEK, spans(*lines), before, counts=counts) == expected


def test_a_part_that_hangs_on_the_day_is_open() -> None:
    """The part that is paid is decided if it is the same on all days."""
    reduced: dict[str, Any] = {"excess": "reduce", "outcome": "reduce"}
    assert decided(1, WEEK, spans((0, 0, 2)), [(-5, -1, 1)], **reduced) == ["unknown"]
    assert decided(1, WEEK, spans((0, 0, 2)), [], **reduced) == ["reduce"]
    tiers: dict[str, Any] = {
        "excess": PaymentTiers(((Decimal(1), Decimal("0.5")),)),
        "outcome": "reduce",
    }
    assert decided(1, WEEK, spans((0, 0, 1)), [(-5, -1, 1)], **tiers) == ["unknown"]
    assert decided(1, WEEK, spans((0, 0, 1)), [(-4, -1, 1)], **tiers) == ["reduce"]
    assert decided(1, Window("day"), spans((0, 1, 2)), [], **tiers) == ["unknown"]


def test_a_line_of_centuries_is_judged_at_once() -> None:
    """No more windows are tried than days on which a service begins or ends."""
    ages = line(1, "90853", date(1900, 1, 1), date_to=date(2199, 12, 31))
    for window in (Window("day"), WEEK, MONTH, Window("calendar-year"), Window.rolling(7)):
        for counts in ("units", "services", "days", "visits"):
            fields = {"counts": counts, "scope": "member", **CITED}
            rule = FrequencyLimit(
                id="p/limit",
                codes=frozenset(["90853"]),
                limit=Decimal(400),
                window=window,
                **fields,
            )
            book = RuleBook.build(PAYER, [rule])
            decision = book.decide(claim(ages), History(lines=[paid("90853", DAY)]))
            assert outcomes(decision) in (["pay"], ["unknown"])


def test_the_message_of_windows_in_a_row_counts_them() -> None:
    """The message on three services on two days has both days."""
    rule = FrequencyLimit(
        id="p/limit",
        codes=frozenset(["90853"]),
        limit=Decimal(1),
        counts="units",
        window=Window("day"),
        scope="member",
        **CITED,
    )
    (found,) = (
        RuleBook.build(PAYER, [rule]).decide(claim(*spans((0, 1, 3))), History()).proved_findings
    )
    assert found.message == (
        "3 units of 90853 in 2 windows from 2024-08-15 to 2024-08-16, each with its limit; limit 1"
    )


def test_a_window_that_begins_before_the_first_date_is_explained() -> None:
    """A denial in the first week of the calendar names the days that there are."""
    rule = FrequencyLimit(
        id="p/limit",
        codes=frozenset(["90853"]),
        limit=Decimal(2),
        counts="services",
        window=Window.rolling(7),
        scope="member",
        **CITED,
    )
    lines = [line(number, "90853", date(1, 1, number - 1 or 1)) for number in (1, 2, 3)]
    (finding,) = RuleBook.build(PAYER, [rule]).decide(claim(*lines), History()).findings
    assert finding.message == "third 90853 in the 2 days 0001-01-01 to 0001-01-02; limit 2"
