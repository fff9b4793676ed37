"""Limits of every shape, and small claims and histories around the edges of windows."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from hypothesis import strategies as st
from shapes import CITED

from payer_rules.claims import (
    Authorization,
    BodySite,
    Claim,
    Member,
    Provider,
    ServiceLine,
    Session,
)
from payer_rules.history import HistoryLine
from payer_rules.kinds import (
    Exemption,
    FrequencyLimit,
    PaymentTiers,
    ReductionUnless,
    ServiceTypes,
    UnitPoints,
)
from payer_rules.rules import AnyCode, Codes, Course, CourseEnd, When, Window

WITH_59: Final = When(modifier=frozenset(["59"]))
CODES: Final = ("90834", "90853")
ONE: Final = Provider(npi="1234567893", specialty="26")
OTHER: Final = Provider(npi="1234567802", specialty="26")
THIRD: Final = Provider(npi="1234567810", specialty="80")
#: Around the end of a year, of a February with 29 days, and of a fiscal year.
AROUND: Final = (date(2023, 12, 31), date(2024, 2, 29), date(2024, 4, 1))
POINTS: Final = UnitPoints((("90834", Decimal("0.7")), ("90853", Decimal("1.25"))))
GROUP: Final = frozenset(["90853"])
COURSES: Final = (
    Course(name="a", codes=frozenset(CODES), closes=CourseEnd(days_without=3)),
    Course(name="b", codes=frozenset(CODES), opens=GROUP, closes=CourseEnd(days=7)),
    Course(name="c", codes=GROUP, closes=CourseEnd(months_without=1, months=2)),
    Course(name="d", codes=frozenset(CODES), closes=CourseEnd(codes=GROUP)),
    Course(
        name="e",
        codes=frozenset(CODES),
        opens=GROUP,
        closes=CourseEnd(days_without=5, codes=frozenset(["90834"])),
    ),
    Course(name="f", codes=GROUP),
)

windows = st.sampled_from(
    [
        Window("line"),
        Window("day"),
        Window("session"),
        Window.rolling(2),
        Window.rolling(7),
        Window("anchored", 5),
        Window("anchored", 30),
        Window("week", None, "sunday"),
        Window("week", None, "wednesday"),
        Window("month"),
        Window("calendar-year"),
        Window("fiscal-year", None, "04-01"),
        Window("benefit-year"),
        *(Window("course", course=course) for course in COURSES),
        Window("lifetime"),
        Window("authorization"),
        Window("episode"),
        Window("gap-full-months", 1),
        Window("gap-full-months", 11),
        Window("rolling-months", 12),
        Window("rolling-months", 1),
        Window("rolling-months", 5),
        Window("rolling", 7, early_by_days=2),
        Window("rolling-months", 1, early_by_days=3),
        Window("gap-full-months", 1, early_by_days=4),
    ]
)
modifiers = st.sampled_from([(), ("59",)])
providers = st.sampled_from([ONE, OTHER, THIRD])
sessions = st.builds(
    lambda hour, length, name: Session(
        id=name, start=time(hour), end=time(hour + length // 60, length % 60)
    ),
    st.integers(8, 11),
    st.sampled_from([30, 60, 90]),
    st.sampled_from(["S1", "S2"]),
)
sites = st.sampled_from(
    [BodySite(side="left"), BodySite(side="right"), BodySite(tooth="3"), "none"],
)


@st.composite
def rules(draw: st.DrawFn) -> FrequencyLimit:
    """Draw a limit of any shape that can be evaluated if everything is known."""
    counts: Any = draw(
        st.sampled_from(
            [
                *("units", "services", "visits", "days", "minutes", "clock-minutes"),
                *("charged", "allowed", "points"),
            ]
        )
    )
    timed = counts.endswith("minutes")
    dollars = {"charged": [0, 41, 85, 130], "allowed": [0, 31, 65, 100]}
    some = dollars.get(counts, [0, 60, 120] if timed else [0, 1, 2, 3])
    limit = Decimal(draw(st.sampled_from(some)))
    modes: list[Any] = ["deny-lines", "deny-all"]
    if counts in ("units", "minutes", "charged", "allowed", "points"):
        modes.append("reduce")
    if counts == "units":
        modes.append(ReductionUnless(reduce_unless="authorization"))
    if counts in ("units", "services") and limit:
        modes.append(PaymentTiers(((limit, Decimal("0.75")), (limit + 1, Decimal("0.5")))))
    excess = draw(st.sampled_from(modes))
    parts = excess == "reduce" or isinstance(excess, PaymentTiers | ReductionUnless)
    types = ServiceTypes((("group", frozenset(["90853"])), ("individual", frozenset(["90834"]))))
    window = draw(windows)
    scopes: list[Any] = ["member", "provider", "rendering", "billing", "specialty"]
    if window.course is None:
        scopes += ["all-members", "session"]
    # NOTE: anchored windows depend on the lines kept so far, so that only the order of days makes
    # sense.
    orders: list[Any] = ["earliest"]
    if window.shape not in ("anchored", "course"):
        orders += ["highest-charge", ("90853", "90834")]
    pool: Literal["together", "per-code"] | ServiceTypes = draw(
        st.sampled_from(["together", "per-code", types])
    )
    keeps = draw(st.sampled_from(orders))
    is_open = isinstance(pool, str) and isinstance(keeps, str) and counts != "points"
    listed: Codes = frozenset(CODES)
    of_any: list[Codes] = [AnyCode(), AnyCode(excluded=frozenset(["90834"]))] if is_open else []
    return FrequencyLimit(
        id="p/limit",
        codes=draw(st.sampled_from([listed, listed, *of_any])),
        limit=limit,
        counts=counts,
        window=window,
        scope=draw(st.sampled_from(scopes)),
        points=POINTS if counts == "points" else None,
        pool=pool,
        sites=draw(st.sampled_from(["together", "together", "apart"])),
        excess=excess,
        outcome="reduce" if parts else "deny",
        keeps=keeps,
        visit=draw(st.sampled_from(["date", "date-and-provider"])),
        exempt=draw(
            st.sampled_from(
                [None, Exemption(modifier=frozenset(["59"])), Exemption(authorized=True)],
            )
        ),
        exceptions=draw(st.sampled_from([(), (), (WITH_59,)])),
        **CITED,
    )


def line_fields(draw: st.DrawFn, around: date) -> dict[str, Any]:
    """Draw what lines of the claim and of the history have in common."""
    first = around + timedelta(days=draw(st.integers(-12, 12)))
    return {
        "code": draw(st.sampled_from(CODES)),
        "modifiers": draw(modifiers),
        "units": Decimal(draw(st.integers(1, 3))),
        "date_from": first,
        "rendering_provider": draw(providers),
        "minutes": None,
        "charge": Decimal(draw(st.integers(40, 43))),
        "allowed": Decimal(draw(st.integers(30, 33))),
        "session": draw(sessions),
        "body_site": draw(sites),
    }


def leaves(around: date) -> st.SearchStrategy[tuple[Authorization, ...]]:
    """Draw authorizations of one code on some days, with a few units left."""
    leave = st.builds(
        Authorization,
        number=st.just("A"),
        codes=st.sampled_from([frozenset(["90853"]), frozenset(CODES)]),
        date_from=st.just(around - timedelta(days=6)),
        date_to=st.just(around + timedelta(days=12)),
        provider=st.just(ONE.npi),
        units_left=st.integers(0, 4).map(Decimal),
    )
    return st.lists(leave, max_size=1).map(tuple)


@st.composite
def situations(draw: st.DrawFn) -> tuple[FrequencyLimit, Claim, list[HistoryLine]]:
    """Draw a limit, a small claim and a complete history."""
    rule, around = draw(rules()), draw(st.sampled_from(AROUND))
    lines = []
    for number in range(draw(st.integers(1, 4))):
        fields = line_fields(draw, around)
        if not (rule.counts == "clock-minutes" or rule.window.shape in ("anchored", "course")):
            span = timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 3])))
            fields["date_to"] = fields["date_from"] + span
        if rule.counts == "minutes":
            fields["minutes"] = draw(st.sampled_from([30, 60]))
        lines.append(ServiceLine(number=number + 1, **fields))
    history = []
    # NOTE: the history does not state whether an authorization covered a line.
    by_leave = rule.exempts_authorized or rule.window.shape == "authorization"
    for number in range(0 if by_leave else draw(st.integers(0, 4))):
        fields = line_fields(draw, around)
        if rule.counts == "minutes":
            fields["minutes"] = draw(st.sampled_from([30, 60]))
        if rule.window.shape not in ("anchored", "course") and rule.counts != "clock-minutes":
            days = timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 1, 3])))
            fields["date_to"] = fields["date_from"] + days
        others = ["M", "N"] if rule.scope in ("all-members", "session") else ["M"]
        history.append(
            HistoryLine(
                claim=f"H{number}",
                member=draw(st.sampled_from(others)),
                billing_provider=draw(providers),
                status="paid",
                **fields,
            )
        )
    claim = Claim(
        id="C",
        member=Member(id="M", benefit_year_start=draw(st.sampled_from(["02-29", "07-01"]))),
        billing_provider=ONE,
        episode_start=around + timedelta(days=draw(st.integers(-3, 3))),
        authorizations=draw(leaves(around)),
        lines=lines,
    )
    return rule, claim, history
