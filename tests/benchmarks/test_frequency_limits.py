"""The time of fifty frequency limits with a history; it runs by its name, as it is not collected.

``pytest tests/benchmarks/test_frequency_limits.py --benchmark-time-unit=us``: each group is one
book; the number in parentheses after the median of 10,000 lines is the ratio to 100 lines.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice, product
from random import Random
from typing import Any, Final

import attrs
import pytest

from payer_rules import (
    Citation,
    Claim,
    FrequencyLimit,
    History,
    HistoryLine,
    Member,
    Payer,
    Provider,
    ServiceLine,
    Window,
)
from payer_rules.rulebook import RuleBook

DAY: Final = date(2024, 8, 15)
TEN_YEARS: Final = 3652
PAYER: Final = Payer(id="p", name="P", kind="commercial")
CITED: Final = Citation(row="R-1", title="t", url="u", read=DAY, confidence="primary")
CLAIMED: Final = ("90834", "90853", "90847")
OTHERS: Final = tuple(f"908{n}" for n in range(54, 76))
CODES: Final = (*CLAIMED, *OTHERS)
RENDERING: Final = tuple(Provider(npi=npi) for npi in ("1234567893", "1245319599", "1982000008"))
BILLING: Final = tuple(Provider(npi=npi) for npi in ("1093818189", "1356346548"))

SHORT: Final = (
    Window("day"),
    Window.rolling(7),
    Window("week", None, "sunday"),
    Window("month"),
)
ANCHORED: Final = Window("anchored", 30)
YEARS: Final = (
    Window("calendar-year"),
    Window("fiscal-year", None, "10-01"),
    Window("gap-full-months", 11),
)
LIFETIME: Final = Window("lifetime")
#: NOTE: anchored windows hang on every service before, as those of a lifetime do.
WINDOWS: Final = {
    "up to a month": SHORT,
    "up to a month, and anchored": (*SHORT, ANCHORED),
    "up to a year": (*SHORT, *YEARS),
    "all": (*SHORT, ANCHORED, *YEARS, LIFETIME),
}


def limits_of(windows: tuple[Window, ...], *, claimed: bool) -> list[FrequencyLimit]:
    """Fifty limits that nothing breaks, each on three codes; one of them claimed, or any."""
    choose = Random(50)
    shapes = list(product(("member", "rendering", "billing"), ("units", "services", "visits")))
    choose.shuffle(shapes)
    kinds: Any = islice(zip(cycle(windows), cycle(shapes), strict=False), 50)
    return [
        FrequencyLimit(
            id=f"p/limit-{n}",
            codes=frozenset([*([CLAIMED[n % 3]] if claimed else []), *choose.sample(CODES, 3)][:3]),
            limit=Decimal(100_000),
            counts=counts,
            window=window,
            scope=scope,
            citations=(CITED,),
            rationale="x",
        )
        for n, (window, (scope, counts)) in enumerate(kinds)
    ]


def claim_of(*codes: str) -> Claim:
    """A practitioner's claim of the codes on one day."""
    lines = [
        ServiceLine(number=n, code=c, date_from=DAY, rendering_provider=RENDERING[0])
        for n, c in enumerate(codes, 1)
    ]
    return Claim(
        id="C",
        member=Member(id="M"),
        billing_provider=BILLING[0],
        setting="practitioner",
        lines=lines,
    )


def history_of(count: int) -> History:
    """So many paid lines of the member, spread over ten years, all codes and five providers."""
    choose = Random(count)
    return History(
        lines=[
            HistoryLine(
                claim=f"H{n}",
                member="M",
                number=1,
                code=choose.choice(CODES),
                date_from=DAY - timedelta(days=1 + n * TEN_YEARS // count),
                rendering_provider=choose.choice(RENDERING),
                billing_provider=choose.choice(BILLING),
                status="paid",
            )
            for n in range(count)
        ]
    )


def decide_again_and_again(
    benchmark: Any, rules: list[FrequencyLimit], windows: str, lines: int
) -> None:
    """Decide a claim of three lines, with a history that is in memory and indexed."""
    book, claim, history = RuleBook.build(PAYER, rules), claim_of(*CLAIMED), history_of(lines)
    meeting = sum(any(code in rule.codes for code in CLAIMED) for rule in rules)
    benchmark.group = f"windows {windows}: {meeting} of {len(rules)} limits meet the claim"
    for _ in range(3):
        book.decide(claim, history)
    decision = benchmark(book.decide, claim, history)
    assert not decision.findings


@pytest.mark.parametrize("lines", [100, 10_000])
@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "any"])
@pytest.mark.parametrize("windows", WINDOWS)
def test_limits(benchmark: Any, windows: str, claimed: bool, lines: int) -> None:
    """All lines that the member ever had are within the limits."""
    rules = limits_of(WINDOWS[windows], claimed=claimed)
    decide_again_and_again(benchmark, rules, windows, lines)


def test_limits_in_windows(benchmark: Any) -> None:
    """The lines of ten years exceed most limits, and those of a window none."""
    most = Decimal(7)
    rules = [
        attrs.evolve(limit, limit=most)
        for limit in limits_of(WINDOWS["up to a year"], claimed=False)
    ]
    decide_again_and_again(benchmark, rules, "up to a year, most", 100)
