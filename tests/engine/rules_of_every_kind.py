"""Rules of every kind with every field stated, and claims that meet them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
from shapes import BILLER, CITED, DAY, claim, line

from payer_rules.claims import (
    Authorization,
    Claim,
    ClinicalFinding,
    DatedStatus,
    InpatientStay,
    Member,
    OtherPayer,
    RecordDocument,
    Session,
)
from payer_rules.kinds import (
    AddOnCode,
    AuthorizationRequirement,
    Check,
    ClaimLayout,
    CodeChoice,
    CodeOption,
    Coverage,
    DiagnosisRequirement,
    DocumentCriteria,
    DuplicateService,
    Exemption,
    FindingCriteria,
    FrequencyLimit,
    FrequencyMinimum,
    LimitReading,
    LineFilter,
    LineRelation,
    ModifierPosition,
    ModifierRequirement,
    PaymentTiers,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RatioLimit,
    RecordRequirement,
    RequiredField,
    SameDayCombination,
    ServiceTypes,
    SessionRequirement,
    StandingRequirement,
    TimelyFiling,
    UnitMinutes,
    UnitPoints,
    UnitRule,
    UnitSteps,
    Violation,
)
from payer_rules.rules import (
    Adjustment,
    Age,
    AmountBounds,
    AuthorizationDetails,
    Bounds,
    CodeTableRow,
    Course,
    CourseEnd,
    CoursePosition,
    DateRange,
    DaysAround,
    EarlierLine,
    OtherLine,
    OtherPayerCriteria,
    ProviderCriteria,
    RelatedLine,
    Rule,
    ServiceDeadline,
    StatusCriteria,
    StayCriteria,
    TableCondition,
    TimeLimit,
    When,
    Window,
)

GROUP, INDIVIDUAL = frozenset(["90853"]), frozenset(["90834"])
ADJUSTMENT: Final = Adjustment(group="CO", carc="119")
LISTED: Final = (CodeTableRow(code="90853", value="1"),)
WHO: Final = ProviderCriteria(
    profession=frozenset(["psychologist"]),
    taxonomy=frozenset(["103T00000X"]),
    specialty=frozenset(["68"]),
)
LEVEL: Final = DatedStatus(kind="level", value="b", date_from=DAY, date_to=DAY)


def rule(kind: type[Rule], **values: Any) -> Rule:
    """A rule of the kind with all that every rule can state."""
    about: dict[str, Any] = {
        "id": "p/rule",
        "in_force": DateRange(date(2020, 1, 1), date(2026, 1, 1)),
        "verified": DateRange(date(2020, 1, 1), date(2026, 1, 1)),
        "adjustment": ADJUSTMENT,
        **CITED,
    }
    coded = {} if kind is SameDayCombination else {"codes": GROUP}
    return kind(**{**about, **coded, **values})


def limit(**values: Any) -> Rule:
    """Return a limit of one service a day, with other facts as given."""
    about: dict[str, Any] = {"limit": Decimal(1), "counts": "services", "window": Window("day")}
    return rule(FrequencyLimit, **{**about, "scope": "member", **values})


def when(**values: Any) -> Rule:
    """A rule with conditions."""
    return rule(Coverage, when=When(**values))


BRIEF: Final = CodeOption(code="90853", at_most=50)
LONG: Final = CodeOption(code="90849", at_least=51)
SEEN: Final[dict[str, Any]] = {
    "place_of_service": frozenset(["11"]),
    "modality": frozenset(["in-person"]),
    "modifier": frozenset(["59"]),
}
#: A word of each condition that holds words.
WORDS: Final = {
    "setting": "dme",
    "program": "medicare",
    "plan": "hmo",
    "network": "in-network",
    "state": "IL",
    "line_of_business": "commercial",
    "contractor": "ngs",
    "bill_type": "13",
    "condition_code": "41",
    "occurrence_code": "11",
    "revenue_code": "0915",
    "drug": "00002143380",
    "tooth": "3",
    "surface": "O",
    "quadrant": "10",
    "side": "left",
    "sex": "f",
    "diagnosis": "F99",
    "member_prefix": "XYZ",
    "place_of_service": "12",
    "modifier": "59",
}
#: Other words, of a claim that does not meet them.
OTHERS: Final = {
    "setting": "fqhc",
    "program": "tricare",
    "plan": "ppo",
    "network": "out-of-network",
    "state": "TX",
    "line_of_business": "medicaid",
    "contractor": "wps",
    "bill_type": "141",
}
RULES: Final = (
    limit(pool=ServiceTypes((("group", GROUP),)), used_up=ADJUSTMENT, excess="authorization"),
    limit(only=LineFilter(**SEEN, diagnosis=frozenset(["F33"]))),
    limit(exempt=Exemption(modifier=frozenset(["CR"]), codes=INDIVIDUAL, authorized=True)),
    limit(counts="visits", visit="session"),
    limit(counts="charged"),
    limit(counts="points", points=UnitPoints((("90853", Decimal("1.25")),))),
    when(charge=AmountBounds(at_least=Decimal(75))),
    limit(counts="minutes", unit_minutes=UnitMinutes((("90853", 60, 60),))),
    limit(
        excess=PaymentTiers(((Decimal(1), Decimal("0.5")),)),
        outcome="reduce",
        keeps="highest-charge",
    ),
    limit(window=Window("rolling", 7), sees="billed", excess="reduce", outcome="reduce"),
    limit(
        window=Window("week", None, "sunday"),
        when=When(age=Age(at_least=18, below=21, on="period")),
    ),
    limit(
        readings=(
            LimitReading(window=Window("day"), limit=Decimal(1), counts="units", scope="rendering"),
        ),
    ),
    rule(
        FrequencyMinimum,
        at_least=Decimal(3),
        counts="units",
        of=INDIVIDUAL,
        window=Window("benefit-year"),
        scope="specialty",
        only=LineFilter(**SEEN, diagnosis=frozenset(["F33"])),
        exempt=Exemption(modifier=frozenset(["CR"]), codes=INDIVIDUAL),
    ),
    rule(
        FrequencyMinimum,
        at_least=Decimal(90),
        counts="minutes",
        of=GROUP | INDIVIDUAL,
        window=Window("rolling", 7),
        scope="member",
        earlier_only=True,
    ),
    rule(
        ModifierRequirement,
        any_of=frozenset(["59"]),
        all_of=frozenset(["59"]),
        none_of=frozenset(["GT"]),
        at_most_one_of=frozenset(["59", "XE"]),
    ),
    rule(
        SameDayCombination,
        first=GROUP,
        second=INDIVIDUAL,
        indicator=1,
        bypass=frozenset(["XE"]),
        either_since=date(2025, 1, 1),
        scope="member",
    ),
    rule(SameDayCombination, first=GROUP, second=INDIVIDUAL, indicator=0, scope="provider"),
    rule(AddOnCode, primaries=INDIVIDUAL, scope="member"),
    rule(
        ClaimLayout,
        one_day_per_line=True,
        one_line_per_day=True,
        one_month="claim",
        one_claim="overlapping-clock",
        scope="specialty",
        positions=(ModifierPosition(modifier="59", at=2),),
        matching_modifiers=frozenset(["59"]),
        reach="claim",
    ),
    rule(RatioLimit, times=2, each=RelatedLine(codes=INDIVIDUAL, **SEEN, scope="provider")),
    rule(UnitRule, measured="minutes", steps=UnitSteps(step=15, at_least=8), pool="day"),
    rule(UnitRule, measured="miles", steps=UnitSteps(step=1, round="up", part=Decimal("0.1"))),
    rule(UnitRule, measured="dose", drug_unit="ME", steps=UnitSteps(step=5, round="up")),
    rule(CodeChoice, by="minutes", options=(BRIEF, LONG)),
    rule(CodeChoice, by="minutes", options=(BRIEF, LONG), pool="day", scope="rendering"),
    rule(CodeChoice, by="group-size", options=(CodeOption(code="90853", at_most=3),)),
    rule(CodeChoice, by="units", options=(CodeOption(code="90849", at_least=2),), pool="day"),
    rule(LineRelation, excluded_by=RelatedLine(codes=INDIVIDUAL, **SEEN, scope="provider")),
    rule(LineRelation, requires=RelatedLine(codes=INDIVIDUAL, **SEEN, within="overlapping-clock")),
    rule(LineRelation, excluded_by=RelatedLine(codes=INDIVIDUAL, scope="another-member")),
    rule(
        LineRelation,
        excluded_by=RelatedLine(
            codes=INDIVIDUAL, within="overlapping-clock", scope="another-member"
        ),
    ),
    rule(
        SessionRequirement,
        group_size=Bounds(at_least=2, at_most=3),
        participants_per_leader=Bounds(at_least=2, at_most=3),
        minutes=Bounds(at_least=45, at_most=50),
        documented=frozenset(["topic"]),
    ),
    rule(
        ProviderRequirement,
        rendered_by=WHO,
        not_rendered_by=WHO,
        performed_by=WHO,
        not_performed_by=WHO,
        supervised_by=WHO,
        personally=True,
    ),
    rule(ProviderRequirement, not_rendered_by=WHO),
    rule(ProviderRequirement, performed_by=WHO),
    rule(ProviderRequirement, not_performed_by=WHO),
    rule(ProviderRequirement, supervised_by=WHO),
    rule(ProviderRequirement, personally=True),
    rule(
        PlaceOfServiceRequirement,
        any_of=frozenset(["11"]),
        none_of=frozenset(["12"]),
        modality=frozenset(["in-person"]),
    ),
    rule(AuthorizationRequirement, needs=frozenset(["authorization"]), used_up=ADJUSTMENT),
    rule(DiagnosisRequirement, any_of=frozenset(["F33"]), none_of=frozenset(["F99"])),
    rule(Coverage, pays=Decimal("0.5"), outcome="reduce"),
    rule(DuplicateService, same=frozenset(["units"])),
    rule(TimelyFiling, within=TimeLimit(days=90), since="first-day"),
    rule(TimelyFiling, within=TimeLimit(months=3), in_force_by="received"),
    rule(RequiredField, fields=frozenset(["diagnoses"])),
    rule(Check, function=lambda _claim, _history: [Violation(lines=(1,), message="broken")]),
    *(when(**{name: frozenset([word])}) for name, word in WORDS.items()),
    when(modality=frozenset(["video"])),
    when(
        other_payer=OtherPayerCriteria(
            order=frozenset(["secondary"]), decided=True, paid=True, reason=frozenset(["1"])
        )
    ),
    when(other_payer=OtherPayerCriteria(known=False)),
    when(member_status=(StatusCriteria(kind="level", value=frozenset(["b"])),)),
    when(inpatient=StayCriteria(kind=frozenset(["hospital"]), status=StatusCriteria(kind="level"))),
    when(rendered_by=ProviderCriteria(status=StatusCriteria(kind="level"))),
    rule(
        AuthorizationRequirement,
        needs=frozenset(["authorization"]),
        details=AuthorizationDetails(
            requested=ServiceDeadline(days_before=1),
            issued=ServiceDeadline(days_after=3),
            notified=ServiceDeadline(days_after=3),
            requested_by=frozenset(["lcsw"]),
        ),
    ),
    rule(
        RecordRequirement,
        documents=(
            DocumentCriteria(
                kind=frozenset(["note"]),
                written=ServiceDeadline(days_after=3),
                no_older_than=TimeLimit(months=3),
                signed=ServiceDeadline(days_after=3),
                signed_by=ProviderCriteria(profession=frozenset(["lcsw"])),
                unexpired=True,
            ),
            DocumentCriteria(kind=frozenset(["note"]), signed_by="rendering"),
        ),
        elements=(frozenset(["attendance", "risk"]),),
        findings=(
            FindingCriteria(name="x", at_least=Decimal(1), at_most=Decimal(9)),
            FindingCriteria(name="x", change_at_least=Decimal(1), change_share_at_least=Decimal(1)),
        ),
    ),
    *(
        rule(StandingRequirement, of=of, any_of=(StatusCriteria(kind="level"),))
        for of in ("member", "rendering", "performed-by", "supervisor", "billing", "stay")
    ),
    rule(
        TimelyFiling,
        within=TimeLimit(days=30),
        since="other-payer-decision",
        at_latest=TimeLimit(days=90),
    ),
    *(when(**{name: WHO}) for name in ("rendered_by", "performed_by", "supervised_by")),
    when(supervised=True),
    when(inpatient=True),
    when(table=(TableCondition(name="t", value=frozenset(["1"]), rows=LISTED),)),
    when(age=Age(at_least=18, below=21)),
    when(
        course=CoursePosition(
            course=Course(name="c", codes=GROUP | INDIVIDUAL, closes=CourseEnd(days_without=9)),
            ordinal=Bounds(at_least=2),
        )
    ),
    limit(window=Window("course", course=Course(name="c", codes=GROUP | INDIVIDUAL))),
    when(same_day=OtherLine(codes=INDIVIDUAL, **SEEN, scope="provider")),
    when(history=(EarlierLine(codes=INDIVIDUAL, **SEEN, within_days=30, scope="specialty"),)),
    when(other_lines=(RelatedLine(codes=INDIVIDUAL, **SEEN, within="overlapping-clock"),)),
    when(other_lines=(RelatedLine(codes=INDIVIDUAL, within=DaysAround(months_before=1)),)),
    rule(Coverage, exceptions=(When(modifier=frozenset(["59"])), When(inpatient=True))),
)


def claims() -> Iterator[Claim]:
    """Claims that meet the rules: short of facts, and full of them."""
    lines = [
        line(1, "90853", DAY, "59", modality="in-person", minutes=60),
        line(2, "90853", DAY, "59", modality="in-person", units=Decimal(2), minutes=30),
        line(3, "90834", DAY, "59", modality="in-person"),
    ]
    yield claim(*lines)
    strange = [line(n, "90853", DAY, "GT", place_of_service="12") for n in (1, 2)]
    yield claim(*strange, authorizations=(), diagnoses=())
    short = line(1, "90853", DAY, units=Decimal(9), miles=Decimal(1))
    yield claim(short, member=Member(id="M", statuses=()))
    named = attrs.evolve(
        BILLER, statuses=(LEVEL,), profession="lcsw", taxonomy="1041C0700X", specialty="80"
    )
    supervised = attrs.evolve(named, supervised_by=named)
    note = RecordDocument(kind="note", written=DAY, signed=DAY, signed_by=supervised, expires=DAY)
    session = Session(
        id="S",
        group_size=2,
        documented=frozenset(),
        elements=frozenset(),
        documents=(note,),
        findings=(ClinicalFinding(name="x", score=Decimal(3), previous=Decimal(1)),),
    )
    full = [attrs.evolve(item, rendering_provider=supervised, session=session) for item in lines]
    leave = Authorization(
        number="A",
        codes=GROUP,
        date_from=DAY,
        date_to=DAY,
        provider=BILLER.npi,
        units_left=Decimal(1),
        requested=DAY - timedelta(days=1),
        issued=DAY,
        notified=DAY,
        requested_by="lcsw",
    )
    yield claim(
        *full,
        member=Member(id="M", birth_date=date(1980, 1, 1), member_prefix="ABC", statuses=(LEVEL,)),
        **OTHERS,
        other_payers=(OtherPayer(order="primary", decided=DAY, paid=Decimal(1), reasons=("45",)),),
        diagnoses=("F33.1",),
        condition_codes=(),
        authorizations=(leave,),
        inpatient_stays=(InpatientStay(kind="hospital", date_from=DAY, statuses=(LEVEL,)),),
        received=DAY + timedelta(days=100),
    )
