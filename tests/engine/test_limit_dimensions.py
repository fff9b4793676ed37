"""The dimensions of a limit: what counts, whose lines, and what happens to the excess."""

from __future__ import annotations

import itertools
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from shapes import BILLER, CITED, DAY, PAYER, claim, gaps, line, outcomes, paid

from payer_rules.claims import Authorization, BodySite, Claim, Member, Provider, Session
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History, HistoryLine
from payer_rules.kinds import (
    Exemption,
    FrequencyLimit,
    LimitReading,
    LineFilter,
    ModifierRequirement,
    PaymentTiers,
    UnitMinutes,
)
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Adjustment, Age, DateRange, ProviderCriteria, When, Window

YEAR = Window("calendar-year")
OTHER = Provider(npi="1234567802")
USED_UP = Adjustment(group="CO", carc="198")


def rule(most: int, window: Window = YEAR, *codes: str, **fields: Any) -> FrequencyLimit:
    """Return a limit on services of the member."""
    defaults: dict[str, Any] = {"counts": "services", "scope": "member", **CITED, **fields}
    named = frozenset(codes or ["90853"])
    return FrequencyLimit(id="p/limit", codes=named, limit=Decimal(most), window=window, **defaults)


def decided(limit: FrequencyLimit, asked: Claim, *lines: HistoryLine) -> Decision:
    """Return the decision with a complete history."""
    return RuleBook.build(PAYER, [limit]).decide(asked, History(lines=lines))


def earlier(count: int, **fields: Any) -> list[HistoryLine]:
    """Return paid lines on the days before, each of a claim of its own."""
    days = (DAY - timedelta(days=n + 1) for n in range(count))
    return [paid("90853", day, f"H{at}", **fields) for at, day in enumerate(days)]


def parts(decision: Decision) -> list[Decimal | None]:
    """Return the part that is paid of each line with a finding."""
    return [finding.pays for finding in decision.proved_findings]


def authorization(**fields: Any) -> Authorization:
    """Return an authorization, by default for five units of the code on the day."""
    defaults: dict[str, Any] = {
        "number": "A",
        "codes": frozenset(["90853"]),
        "provider": BILLER.npi,
    }
    span: dict[str, Any] = {"date_from": DAY, "date_to": DAY, "units_left": Decimal(5)}
    return Authorization(**{**defaults, **span, **fields})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "open"),
        ([], "deny"),
        ([authorization()], "pay"),
        ([authorization(codes=frozenset(["90834"]))], "deny"),
        ([authorization(date_from=DAY + timedelta(days=1), date_to=None)], "deny"),
        ([authorization(units_left=Decimal(0))], "deny"),
    ],
)
def test_beyond_the_limit_an_authorization_must_cover_code_and_date(
    value: list[Authorization] | None, expected: str
) -> None:
    """The excess is paid with an authorization, denied without, and open if none is known."""
    asked = claim(line(1, "90853"), authorizations=value)
    decision = decided(rule(1, excess="authorization"), asked, *earlier(1))
    if expected == "open":
        assert gaps(decision) == {("p/limit", "claim", "authorizations")}
        return
    assert outcomes(decision) == [expected]


def test_an_authorization_is_used_up_unit_by_unit() -> None:
    """One unit left covers the first of two lines; the second gets the codes for used up units."""
    one = authorization(units_left=Decimal(1))
    asked = claim(line(1, "90853"), line(2, "90853"), authorizations=[one])
    limit = rule(1, excess="authorization", used_up=USED_UP)
    decision = decided(limit, asked, *earlier(1))
    assert outcomes(decision) == ["pay", "deny"]
    assert [finding.adjustment for finding in decision.proved_findings] == [USED_UP]


def test_a_limit_that_is_not_reached_needs_no_authorization() -> None:
    """A line that fits needs no information about authorizations."""
    decision = decided(rule(2, excess="authorization"), claim(line(1, "90853")), *earlier(1))
    assert outcomes(decision) == ["pay"]
    assert not decision.not_evaluated


@pytest.mark.parametrize(
    ("before", "pays"), [(29, []), (30, ["0.75"]), (49, ["0.75"]), (50, ["0.5"])]
)
def test_tiers_pay_a_part_above_each_step(before: int, pays: list[str]) -> None:
    """Visit 30 is paid in full, visits 31 to 50 at three quarters, visit 51 at half."""
    tiers = PaymentTiers(((Decimal(30), Decimal("0.75")), (Decimal(50), Decimal("0.5"))))
    limit = rule(30, excess=tiers, outcome="reduce")
    decision = decided(limit, claim(line(1, "90853")), *earlier(before))
    assert parts(decision) == [Decimal(part) for part in pays]


def test_lines_of_another_pool_leave_nothing_open() -> None:
    """A line that fits together with all lines of its code is kept, wherever the year begins."""
    tiers = PaymentTiers(((Decimal(1), Decimal("0.75")),))
    fields: dict[str, Any] = {"pool": "per-code", "counts": "units", "excess": tiers}
    limit = rule(1, Window("benefit-year"), "90834", "90853", outcome="reduce", **fields)
    denied = attrs.evolve(rule(0, Window("line"), "90834"), id="p/none")
    history = History(lines=[paid("90853", DAY, "H1")])
    decision = RuleBook.build(PAYER, [limit, denied]).decide(claim(line(1, "90834")), history)
    assert outcomes(decision) == ["deny"]
    assert not decision.not_evaluated


def test_the_second_procedure_of_a_visit_pays_less() -> None:
    """Of two services on one day the one with the higher charge is paid in full."""
    tiers = PaymentTiers(((Decimal(1), Decimal("0.9")),))
    codes = ("90834", "90853")
    limit = rule(1, Window("day"), *codes, excess=tiers, outcome="reduce", keeps="highest-charge")
    asked = claim(line(1, "90834", charge=Decimal(60)), line(2, "90853", charge=Decimal(90)))
    decision = decided(limit, asked)
    assert [(f.lines, f.pays) for f in decision.proved_findings] == [((1,), Decimal("0.9"))]
    unpriced = claim(line(1, "90834"), line(2, "90853"))
    assert gaps(decided(limit, unpriced)) == {("p/limit", "claim", "charge")}


def test_a_part_of_a_unit_is_paid() -> None:
    """With 40 of 60 minutes left, half of a line of 80 minutes is paid."""
    limit = rule(60, Window("day"), counts="minutes", excess="reduce", outcome="reduce")
    asked = claim(line(1, "90853", minutes=80))
    decision = decided(limit, asked, paid("90853", DAY, minutes=20))
    assert parts(decision) == [Decimal("0.5")]


def test_minutes_not_billed_are_what_a_code_is_worth() -> None:
    """Three units of 30, 15 and 15 minutes are 60 minutes; billed minutes take precedence."""
    unit_minutes = UnitMinutes((("90853", 30, 15),))
    limit = rule(59, Window("day"), counts="minutes", unit_minutes=unit_minutes)
    three = claim(line(1, "90853", units=Decimal(3)))
    assert outcomes(decided(limit, three)) == ["deny"]
    assert outcomes(decided(attrs.evolve(limit, limit=Decimal(60)), three)) == ["pay"]
    assert outcomes(decided(limit, claim(line(1, "90853", minutes=59)))) == ["pay"]


def test_what_overlaps_on_the_clock_counts_once() -> None:
    """Sessions from 10:00 to 11:00 and from 10:30 to 11:30 are 90 minutes by the clock."""
    lines = [
        line(1, "90853", session=Session(start=time(10), end=time(11))),
        line(2, "90853", session=Session(start=time(10, 30), end=time(11, 30))),
    ]
    limit = rule(90, Window("day"), counts="clock-minutes")
    assert outcomes(decided(limit, claim(*lines))) == ["pay", "pay"]
    assert outcomes(decided(attrs.evolve(limit, limit=Decimal(89)), claim(*lines))) == [
        "pay",
        "deny",
    ]


def test_only_what_is_named_counts() -> None:
    """A line at another place is neither counted nor denied."""
    limit = rule(1, Window("day"), only=LineFilter(place_of_service=frozenset(["11"])))
    at_home = line(2, "90853", place_of_service="12")
    assert outcomes(decided(limit, claim(line(1, "90853"), at_home))) == ["pay", "pay"]
    assert outcomes(decided(limit, claim(line(1, "90853"), line(2, "90853")))) == ["pay", "deny"]
    unknown = line(2, "90853", place_of_service=None)
    open_ = {("p/limit", "claim", "place_of_service")}
    assert open_ <= gaps(decided(limit, claim(line(1, "90853"), unknown)))


def test_what_is_exempt_uses_nothing_up() -> None:
    """A line with an exempt modifier is paid above the limit and does not count for the next."""
    limit = rule(1, Window("day"), exempt=Exemption(modifier=frozenset(["CR"])))
    asked = claim(line(1, "90853", DAY, "CR"), line(2, "90853"), line(3, "90853"))
    assert outcomes(decided(limit, asked)) == ["pay", "pay", "deny"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ["pay", "unknown", "unknown"]),
        ([], ["pay", "deny", "deny"]),
        ([authorization(units_left=Decimal(1))], ["pay", "pay", "deny"]),
        ([authorization(units_left=Decimal(2))], ["pay", "pay", "pay"]),
        ([authorization(units_left=None)], ["pay", "unknown", "unknown"]),
        ([authorization(codes=frozenset(["90834"]))], ["pay", "deny", "deny"]),
        ([authorization(date_from=DAY + timedelta(days=1), date_to=None)], ["pay", "deny", "deny"]),
        ([authorization(provider="1234567802")], ["pay", "deny", "deny"]),
        ([authorization(units_left=Decimal(0))], ["pay", "deny", "deny"]),
    ],
)
def test_what_is_authorized_neither_counts_nor_is_limited(
    value: list[Authorization] | None, expected: list[str]
) -> None:
    """Each unit left exempts a covered line; the excess is open if the units are not known."""
    asked = claim(*(line(n, "90853") for n in (1, 2, 3)), authorizations=value)
    decision = decided(rule(1, Window("day"), exempt=Exemption(authorized=True)), asked)
    assert outcomes(decision) == expected


def test_an_earlier_line_may_have_been_authorized() -> None:
    """It is open whether an earlier line counts if authorized lines do not count."""
    limit = rule(1, exempt=Exemption(authorized=True))
    decision = decided(limit, claim(line(1, "90853"), authorizations=[]), *earlier(1))
    assert gaps(decision) == {("p/limit", "history", "history.authorizations")}


def test_a_denied_line_uses_up_no_authorization() -> None:
    """Units that are left go to the lines that no other rule denies."""
    asked = claim(
        line(1, "90853", DAY, "XX"),
        line(2, "90853"),
        authorizations=[authorization(units_left=Decimal(1))],
    )
    barred = ModifierRequirement(
        id="p/barred", codes=frozenset(["90853"]), none_of=frozenset(["XX"]), **CITED
    )
    limit = rule(0, Window("day"), exempt=Exemption(authorized=True))
    decision = RuleBook.build(PAYER, [limit, barred]).decide(asked, History())
    assert outcomes(decision) == ["deny", "pay"]


def test_readings_answer_where_they_agree() -> None:
    """A finding needs all readings to be broken; if only one is, the line is not evaluated."""
    readings = (LimitReading(window=Window.rolling(30)), LimitReading(window=Window("month")))
    limit = rule(1, Window.rolling(30), readings=readings)
    both = claim(line(1, "90853", date(2024, 8, 5)))
    assert outcomes(decided(limit, both, paid("90853", date(2024, 8, 1)))) == ["deny"]
    assert outcomes(decided(limit, both, paid("90853", date(2024, 6, 1)))) == ["pay"]
    ((by, why, what),) = gaps(decided(limit, both, paid("90853", date(2024, 7, 30))))
    assert (by, why) == ("p/limit", "text")
    assert "any 30 days or month" in what


def test_sessions_are_distinguished_by_their_ids() -> None:
    """If a session may be billed once, the second line of the session is denied."""
    limit = rule(1, Window("session"), scope="session")
    first, second = Session(id="S1"), Session(id="S2")
    other = paid("90853", DAY, session=first)
    stranger = attrs.evolve(other, member="N")
    assert outcomes(decided(limit, claim(line(1, "90853", session=first)), stranger)) == ["deny"]
    known = History(lines=[stranger], covers_rendering=BILLER.npi)
    elsewhere = claim(line(1, "90853", session=second))
    assert outcomes(RuleBook.build(PAYER, [limit]).decide(elsewhere, known)) == ["pay"]
    unknown = decided(limit, claim(line(1, "90853")), stranger)
    assert ("p/limit", "record", "session.id") in gaps(unknown)


def test_all_members_of_one_provider_count_together() -> None:
    """Lines of other members count if the history of the rendering provider is complete."""
    limit = rule(1, Window("day"), scope="all-members")
    stranger = attrs.evolve(paid("90853", DAY), member="N")
    asked = claim(line(1, "90853"))
    assert outcomes(decided(limit, asked, stranger)) == ["deny"]
    book = RuleBook.build(PAYER, [limit])
    alone = book.decide(asked, History())
    assert gaps(alone) == {("p/limit", "history", "history")}
    npi = asked.billing_provider.npi
    assert outcomes(book.decide(asked, History(covers_rendering=npi))) == ["pay"]


def test_one_providers_history_leaves_a_members_limit_open() -> None:
    """The lines of one billing provider can break a limit over all, but not show that it is kept."""
    own = History(lines=earlier(1), covers_billing=claim(line(1, "90853")).billing_provider.npi)
    asked = claim(line(1, "90853"))
    assert outcomes(RuleBook.build(PAYER, [rule(1)]).decide(asked, own)) == ["deny"]
    unsure = RuleBook.build(PAYER, [rule(2)]).decide(asked, own)
    assert gaps(unsure) == {("p/limit", "history", "history")}


def test_an_anchor_that_is_not_known_leaves_the_window_open() -> None:
    """Services on days 1 and 40 do not share a window of 30 days; on days 1 and 20 they do."""
    limit = rule(1, Window("anchored", 30))
    book = RuleBook.build(PAYER, [limit])
    asked = claim(line(1, "90853", DAY))
    partial = History(
        lines=[paid("90853", DAY - timedelta(days=19))], covers_from=DAY - timedelta(20)
    )
    whole = attrs.evolve(partial, covers_from=date.min)
    assert outcomes(book.decide(asked, whole)) == ["deny"]
    assert gaps(book.decide(asked, partial)) == {("p/limit", "history", "history")}


def test_an_anchored_window_is_not_a_rolling_one() -> None:
    """Of days 1, 20 and 40 the third opens a window of its own, although the second is near."""
    days = [DAY, DAY + timedelta(days=19), DAY + timedelta(days=39)]
    asked = claim(*(line(at + 1, "90853", day) for at, day in enumerate(days)))
    assert outcomes(decided(rule(1, Window("anchored", 30)), asked)) == ["pay", "deny", "pay"]
    two = rule(2, Window("anchored", 30))
    four = claim(*asked.lines, line(4, "90853", DAY + timedelta(days=48)))
    assert outcomes(decided(two, four)) == ["pay", "pay", "pay", "pay"]
    assert outcomes(decided(rule(2, Window.rolling(30)), four)) == ["pay", "pay", "pay", "deny"]


@pytest.mark.parametrize(("born", "expected"), [("2003-03-31", "deny"), ("2003-04-02", "pay")])
def test_the_age_can_be_that_of_the_first_day_of_the_period(born: str, expected: str) -> None:
    """A member who turns 21 the day after a fiscal year begins is below 21 in all of it."""
    adults = When(age=Age(at_least=21, on="period"))
    limit = rule(1, Window("fiscal-year", None, "04-01"), when=adults)
    member = Member(id="M", birth_date=date.fromisoformat(born))
    asked = claim(line(1, "90853"), line(2, "90853"), member=member)
    assert outcomes(decided(limit, asked)) == ["pay", expected]


@pytest.mark.parametrize("window", [Window.rolling(7), Window("lifetime"), Window("day")])
def test_a_window_without_a_first_day_has_no_age(window: Window) -> None:
    """The age on the first day of a period needs a window that is a period."""
    with pytest.raises(InvalidValueError, match="the rule counts in no period"):
        rule(1, window, when=When(age=Age(at_least=21, on="period")))


def test_two_limits_on_one_line_are_both_reported() -> None:
    """Both rules find the line, and the worse outcome decides."""
    day = attrs.evolve(rule(1, Window("day")), id="p/day", outcome="review")
    week = attrs.evolve(rule(1, Window.rolling(7)), id="p/week")
    decision = RuleBook.build(PAYER, [day, week]).decide(
        claim(line(1, "90853"), line(2, "90853")), History()
    )
    assert outcomes(decision) == ["pay", "deny"]
    assert {finding.rule for finding in decision.proved_findings} == {"p/day", "p/week"}


def test_a_patients_share_changes_after_ten_visits() -> None:
    """The first ten visits are paid as usual; the patient pays a part of the eleventh."""
    tiers = PaymentTiers(((Decimal(10), Decimal("0.7")),))
    limit = rule(10, excess=tiers, outcome="patient-share")
    asked = claim(line(1, "90853"))
    assert outcomes(decided(limit, asked, *earlier(9))) == ["pay"]
    eleventh = decided(limit, asked, *earlier(10))
    assert outcomes(eleventh) == ["patient-share"]
    assert parts(eleventh) == [Decimal("0.7")]


def test_an_earlier_line_beyond_the_verified_dates_must_be_the_rules_matter() -> None:
    """It is open whether a line counts if its setting is not known, on any day."""
    when = When(setting=frozenset(["mental-health-center"]))
    limit = rule(1, when=when, verified=DateRange(first=DAY, last=DAY))
    asked = claim(line(1, "90853"), setting="mental-health-center")
    before = paid("90853", DAY - timedelta(days=5))
    assert gaps(decided(limit, asked, before)) == {("p/limit", "history", "history.setting")}
    fields = attrs.evolve(before, setting="mental-health-center")
    assert outcomes(decided(limit, asked, fields)) == ["deny"]


@pytest.mark.parametrize(
    ("rendering", "expected", "missing"),
    [
        (None, "unknown", "history.rendering_provider"),
        (OTHER, "unknown", "history.rendering_provider.profession"),
        (attrs.evolve(OTHER, profession="psychologist"), "pay", None),
        (attrs.evolve(OTHER, profession="lcsw"), "deny", None),
        (BILLER, "deny", None),
        (attrs.evolve(BILLER, profession="psychologist"), "pay", None),
    ],
)
def test_who_rendered_an_earlier_line(
    rendering: Provider | None, expected: str, missing: str | None
) -> None:
    """It is who the line names; the claim states the license of its own providers, and no other."""
    who = ProviderCriteria(profession=frozenset(["lcsw"]))
    asked = claim(line(1, "90853"), billing_provider=attrs.evolve(BILLER, profession="lcsw"))
    before = paid("90853", DAY - timedelta(days=5))
    before = attrs.evolve(before, rendering_provider=rendering)
    for when in (When(rendered_by=who), When(performed_by=who)):
        decision = decided(rule(1, when=when), asked, before)
        assert outcomes(decision) == [expected]
        if missing is not None and when.rendered_by:
            assert gaps(decision) == {("p/limit", "history", missing)}


@pytest.mark.parametrize(("biller", "expected"), [(BILLER, "deny"), (OTHER, "pay"), (None, "pay")])
def test_the_setting_of_an_earlier_line_is_presumed_of_the_same_biller(
    biller: Provider | None, expected: str
) -> None:
    """An 835 states no setting: a line that the claim's provider billed was of the claim's."""
    limit = rule(1, when=When(setting=frozenset(["mental-health-center"])))
    asked = claim(line(1, "90853"), setting="mental-health-center")
    before = paid("90853", DAY - timedelta(days=5), billing_provider=biller)
    decision = decided(limit, asked, before)
    assert outcomes(decision) == ["unknown"]
    assert [answer.expected for answer in decision.lines] == [expected]
    assert {fact.fact for fact in decision.lines[0].rests_on} == {"history.setting"}
    stated = attrs.evolve(before, setting="practitioner")
    assert [answer.expected for answer in decided(limit, asked, stated).lines] == ["pay"]


@pytest.mark.parametrize(
    ("biller", "own", "expected"),
    [
        (BILLER, "lcsw", "deny"),
        (BILLER, None, "pay"),
        (OTHER, "lcsw", "pay"),
        (None, "lcsw", "pay"),
    ],
)
def test_who_rendered_an_earlier_line_is_presumed_of_the_same_biller(
    biller: Provider | None, own: str | None, expected: str
) -> None:
    """An 835 names who rendered a service where that is not who is paid."""
    when = When(rendered_by=ProviderCriteria(profession=frozenset(["lcsw"])))
    own_line = line(1, "90853", rendering_provider=attrs.evolve(OTHER, profession="lcsw"))
    asked = claim(own_line, billing_provider=attrs.evolve(BILLER, profession=own))
    before = paid("90853", DAY - timedelta(days=5), billing_provider=biller)
    decision = decided(rule(1, when=when), asked, attrs.evolve(before, rendering_provider=None))
    assert outcomes(decision) == ["unknown"]
    assert [answer.expected for answer in decision.lines] == [expected]


LEFT, RIGHT = {"modifiers": ("LT",)}, {"modifiers": ("RT",)}
TOOTH_3 = {"body_site": BodySite(tooth="3", surfaces=("O",))}
TOOTH_3_AGAIN = {"body_site": BodySite(tooth="3", surfaces=("M",))}
TOOTH_4 = {"body_site": BodySite(tooth="4")}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (LEFT, RIGHT, "pay"),
        (LEFT, LEFT, "deny"),
        (LEFT, {"body_site": BodySite(side="left")}, "deny"),
        (TOOTH_3, TOOTH_4, "pay"),
        (TOOTH_3, TOOTH_3_AGAIN, "deny"),
        ({"modifiers": ("FA",)}, {"modifiers": ("F1",)}, "pay"),
        ({"modifiers": ("T5",)}, {"modifiers": ("T5",)}, "deny"),
        ({"body_site": "none"}, {"body_site": "none"}, "deny"),
        ({"modifiers": ("50",)}, RIGHT, "unknown"),
        ({}, RIGHT, "unknown"),
        (LEFT, {}, "unknown"),
    ],
)
def test_each_body_site_counts_by_itself(
    before: dict[str, Any], now: dict[str, Any], expected: str
) -> None:
    """A line of another site does not count; where a site is not known, the line is open."""
    limit = rule(1, sites="apart")
    past = paid("90853", DAY - timedelta(days=1), "H0", **before)
    assert outcomes(decided(limit, claim(line(1, "90853", **now)), past)) == [expected]
    both = claim(line(1, "90853", **before), line(2, "90853", **now))
    assert outcomes(decided(limit, both))[1] == expected


def test_a_line_without_a_site_leaves_lines_of_each_site_open() -> None:
    """The line may be of either side, after the lines that state one; three lines fit in a limit."""
    lines = [line(1, "90853", DAY, "LT"), line(2, "90853", DAY, "RT"), line(3, "90853")]
    answers = outcomes(decided(rule(1, sites="apart"), claim(*lines)))
    assert answers == ["pay", "pay", "unknown"]
    assert outcomes(decided(rule(3, sites="apart"), claim(*lines))) == ["pay"] * 3
    without = decided(rule(1, sites="apart"), claim(*lines))
    assert {name for _, _, name in gaps(without)} == {"body_site"}


@pytest.mark.parametrize("past", ["LT", "RT", None])
@pytest.mark.parametrize("sides", [*itertools.product(["LT", "RT", None], repeat=3)])
def test_a_line_of_any_site_hides_no_denial(
    sides: tuple[str | None, ...], past: str | None
) -> None:
    """What is answered holds for every site of the lines that state none, and no denial is lost."""
    history = [paid("90853", DAY, "H0", modifiers=(past,))] if past else []

    def answers(stated: tuple[str | None, ...]) -> list[str]:
        lines = [line(at, "90853", DAY, *filter(None, [side])) for at, side in enumerate(stated, 1)]
        return outcomes(decided(rule(1, sites="apart"), claim(*lines), *history))

    completed = itertools.product(*([side] if side else ["LT", "RT"] for side in sides))
    possible = [set(of_line) for of_line in zip(*map(answers, completed), strict=True)]
    for side, answer, outcomes_of_line in zip(sides, answers(sides), possible, strict=True):
        assert answer == "unknown" or {answer} == outcomes_of_line
        assert side is None or outcomes_of_line != {"deny"} or answer == "deny"
