"""What a rule of each dimension costs; run with ``pytest tests/benchmarks/test_dimensions.py``.

Each book has twenty ordinary limits, and one rule more. The time is that of the processor, so that
other work on the machine matters little. The first two rows are the book without the rule, and with
one more limit; the ratio of a row to them is what its dimension costs where a rule uses it.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from datetime import time as clock
from decimal import Decimal
from typing import Any, Final

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
    Session,
    Window,
)
from payer_rules.claims import TreatmentDates
from payer_rules.kinds import (
    CodeChoice,
    CodeOption,
    DocumentCriteria,
    FrequencyMinimum,
    LineRelation,
    RatioLimit,
    RecordRequirement,
    StandingRequirement,
    UnitRule,
    UnitSteps,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import (
    AnyCode,
    Bounds,
    Course,
    CourseEnd,
    CoursePosition,
    RelatedLine,
    Rule,
    StatusCriteria,
    When,
)

DAY: Final = date(2024, 8, 15)
PAYER: Final = Payer(id="p", name="P", kind="commercial")
SOURCE: Final = Citation(row="R-1", title="t", url="u", read=DAY, confidence="primary")
CITED: Final[dict[str, Any]] = {"citations": (SOURCE,), "rationale": "x"}
CODES: Final = ("90834", "90853", "90847")
GROUP: Final = frozenset(["90853"])
OTHER: Final = frozenset(["90834"])
BILLER: Final = Provider(npi="1234567893", specialty="26")
COURSE: Final = Course(name="c", codes=frozenset(CODES), closes=CourseEnd(days_without=45))
OPENED: Final = Course(name="o", codes=frozenset(CODES), opens_on="onset")


def limit(name: str, **fields: Any) -> FrequencyLimit:
    """Return a limit that nothing exceeds."""
    about: dict[str, Any] = {
        "codes": GROUP,
        "limit": Decimal(100_000),
        "counts": "units",
        "window": Window.rolling(30),
        "scope": "member",
    }
    return FrequencyLimit(id=f"p/{name}", **{**about, **fields}, **CITED)


def under(**fields: Any) -> FrequencyLimit:
    """Return a limit under a condition."""
    return limit("more", when=When(**fields))


def relation(**fields: Any) -> LineRelation:
    """Return a relation to another line."""
    return LineRelation(
        id="p/more", codes=GROUP, excluded_by=RelatedLine(codes=OTHER, **fields), **CITED
    )


MORE: Final[dict[str, Rule | None]] = {
    "no rule more": None,
    "a limit": limit("more"),
    'a limit, codes = "any"': limit("more", codes=AnyCode()),
    "rolling months": limit("more", window=Window("rolling-months", 6)),
    "an exception": limit("more", exceptions=(When(place_of_service=frozenset(["02"])),)),
    "paid dollars": limit("more", counts="paid"),
    "a body site": limit("more", sites="apart"),
    "window of a course": limit("more", window=Window("course", course=COURSE)),
    "place in a course": under(course=CoursePosition(course=COURSE, ordinal=Bounds(at_least=2))),
    "month of a course": under(course=CoursePosition(course=OPENED, month=Bounds(at_most=9))),
    "a status": under(member_status=(StatusCriteria(kind="level-of-care"),)),
    "an earlier line": under(other_lines=(RelatedLine(codes=OTHER, within="any-earlier-day"),)),
    "a relation, month": relation(within="month", modifier=frozenset(["59"])),
    "a relation, clock": relation(within="overlapping-clock"),
    "a relation, another member": relation(within="overlapping-clock", scope="another-member"),
    "a minimum": FrequencyMinimum(
        id="p/more", codes=GROUP, at_least=Decimal(1), counts="services", window=Window("month"), scope="member", **CITED
    ),
    "a ratio": RatioLimit(
        id="p/more", codes=GROUP, times=Decimal(9), each=RelatedLine(codes=OTHER), **CITED
    ),
    "units of minutes": UnitRule(
        id="p/more", codes=GROUP, measured="minutes", steps=UnitSteps(step=15, at_least=8), pool="day", **CITED
    ),
    "a code choice": CodeChoice(
        id="p/more", codes=GROUP, by="minutes", options=(CodeOption(code="90853", at_least=1),), **CITED
    ),
    "a record": RecordRequirement(
        id="p/more", codes=GROUP, documents=(DocumentCriteria(kind=frozenset(["note"])),), **CITED
    ),
    "a standing": StandingRequirement(
        id="p/more", codes=GROUP, of="member", any_of=(StatusCriteria(kind="level-of-care"),), **CITED
    ),
}  # fmt: skip


def billed() -> Claim:
    """Return a claim of three lines, two of them on one day, so that all rules are evaluated."""
    session = Session(id="S", start=clock(9), end=clock(10), group_size=8)
    lines = [
        ServiceLine(
            number=n,
            code=code,
            date_from=DAY + timedelta(days=n // 3),
            minutes=60,
            session=session,
            allowed=Decimal(50),
            rendering_provider=BILLER,
        )
        for n, code in enumerate(("90853", "90847", "90853"), 1)
    ]
    dates = TreatmentDates(onset=DAY - timedelta(days=90))
    member = Member(id="M", statuses=())
    return Claim(id="C", member=member, billing_provider=BILLER, dates=dates, lines=lines)


def seen() -> History:
    """Return forty lines of the member in a year, and forty of another."""
    return History(
        lines=[
            HistoryLine(
                claim=f"{member}{n}",
                member=member,
                code=CODES[n % 3],
                date_from=DAY - timedelta(days=9 * n + 1),
                rendering_provider=BILLER,
                billing_provider=BILLER,
                paid=Decimal(40),
                allowed=Decimal(50),
                status="paid",
            )
            for member in ("M", "N")
            for n in range(40)
        ],
        covers_rendering=BILLER.npi,
    )


@pytest.mark.benchmark(group="a claim of three lines", timer=time.process_time)
@pytest.mark.parametrize("name", MORE)
def test_one_rule_more(benchmark: Any, name: str) -> None:
    """A claim within twenty limits, and by one rule more."""
    ordinary = [limit(f"limit-{n}", codes=frozenset([CODES[n % 3]])) for n in range(20)]
    more = MORE[name]
    book = RuleBook.build(PAYER, [*ordinary, *([more] if more is not None else [])])
    claim, history = billed(), seen()
    book.decide(claim, history)
    benchmark.pedantic(book.decide, (claim, history), rounds=60, iterations=20, warmup_rounds=2)
