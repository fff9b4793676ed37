"""A rule of each kind, with the claims of which `test_kinds` asks what the engine answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
from shapes import BILLER, CITED, DAY, claim, limit, line

from payer_rules.claims import (
    Authorization,
    Claim,
    DatedStatus,
    InpatientStay,
    Member,
    Provider,
    RecordDocument,
    Session,
)
from payer_rules.history import History
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
    FrequencyLimit,
    FrequencyMinimum,
    LineRelation,
    MissingInformation,
    ModifierRequirement,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RatioLimit,
    RecordRequirement,
    RequiredField,
    SameDayCombination,
    SessionRequirement,
    StandingRequirement,
    TimelyFiling,
    UnitRule,
    UnitSteps,
    Violation,
)
from payer_rules.rules import (
    Age,
    Bounds,
    DaysAround,
    ProviderCriteria,
    RelatedLine,
    Rule,
    StatusCriteria,
    TimeLimit,
    When,
    Window,
)

NEXT: Final = DAY + timedelta(days=1)
GROUP: Final = frozenset(["90853"])
EMPTY: Final = History()
UNKNOWN: Final = History.unknown()


def group(number: int = 1, **fields: Any) -> Any:
    """A line with 90853."""
    return line(number, "90853", fields.pop("day", DAY), *fields.pop("modifiers", ()), **fields)


def by(profession: str | None) -> Provider:
    """A rendering provider of the profession."""
    return Provider(npi="1234567893", profession=profession)


def authorization(**fields: Any) -> Authorization:
    """An authorization of one group session by the biller on the day."""
    about: dict[str, Any] = {
        "number": "A1", "codes": GROUP, "date_from": DAY, "date_to": DAY,
        "provider": BILLER.npi, "units_left": Decimal(1), **fields,
    }  # fmt: skip
    return Authorization(**about)


def odd_sizes(claim: Claim, history: History) -> Iterable[Violation | MissingInformation]:
    """Yield groups of an odd size, and missing sizes."""
    for item in claim.lines:
        size = item.session.group_size if isinstance(item.session, Session) else None
        if item.place_of_service == "12":
            continue
        if size is None:
            yield MissingInformation(
                lines=(item.number,), reason="record", missing="session.group_size"
            )
        elif size % 2:
            yield Violation(lines=(item.number,), message=f"a group of {size} is odd")


@attrs.frozen(kw_only=True)
class KindCases:
    """A rule and four claims: broken, kept, not evaluated, and one to which it does not apply."""

    rule: Rule
    caught: Claim
    kept: Claim
    open: Claim
    missing: tuple[str, str]
    harmless: Claim
    open_history: History = EMPTY
    harmless_history: History = EMPTY


def rule(kind: type[Rule], **fields: Any) -> Any:
    """A rule of the kind on 90853."""
    if kind is not SameDayCombination:
        fields = {"codes": GROUP, **fields}
    return kind(id="p/rule", **{**CITED, **fields})


CASES: Final = {
    FrequencyLimit: KindCases(
        rule=limit(1, 1, "90853", name="rule"),
        caught=claim(group(1), group(2)),
        kept=claim(group(1), group(2, day=NEXT)),
        open=claim(group(1)),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90834")),
        harmless_history=UNKNOWN,
    ),
    FrequencyMinimum: KindCases(
        rule=rule(FrequencyMinimum, at_least=Decimal(2), counts="services", window=Window("day"), scope="member"),
        caught=claim(group(1), received=NEXT),
        kept=claim(group(1), group(2)),
        open=claim(group(1), received=NEXT),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90834")),
        harmless_history=UNKNOWN,
    ),
    ModifierRequirement: KindCases(
        rule=rule(ModifierRequirement, any_of=frozenset(["GT"]), when=When(modality=frozenset(["video"]))),
        caught=claim(group(modality="video")),
        kept=claim(group(modality="video", modifiers=("GT",))),
        open=claim(group()),
        missing=("record", "modality"),
        harmless=claim(group(modifiers=("GT",))),
    ),
    SameDayCombination: KindCases(
        rule=rule(SameDayCombination, first=GROUP, second=frozenset(["90834"]), indicator=1, bypass=frozenset(["59"]), scope="member"),
        caught=claim(group(1), line(2, "90834")),
        kept=claim(group(1), line(2, "90834", DAY, "59")),
        open=claim(line(1, "90834")),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90834", DAY, "59")),
        harmless_history=UNKNOWN,
    ),
    AddOnCode: KindCases(
        rule=rule(AddOnCode, codes=frozenset(["90785"]), primaries=GROUP),
        caught=claim(line(1, "90785"), line(2, "90847")),
        kept=claim(line(1, "90785"), group(2)),
        open=claim(line(1, "90785")),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90785"), group(2)),
        harmless_history=UNKNOWN,
    ),
    ClaimLayout: KindCases(
        rule=rule(ClaimLayout, one_claim="day", one_day_per_line=True),
        caught=claim(group(1, date_to=NEXT)),
        kept=claim(group(1)),
        open=claim(group(1)),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90847")),
        harmless_history=UNKNOWN,
    ),
    RatioLimit: KindCases(
        rule=rule(RatioLimit, times=Decimal(1), each=RelatedLine(codes=frozenset(["90834"]))),
        caught=claim(group(1)),
        kept=claim(group(1), line(2, "90834")),
        open=claim(group(1)),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90847")),
        harmless_history=UNKNOWN,
    ),
    UnitRule: KindCases(
        rule=rule(UnitRule, measured="minutes", steps=UnitSteps(step=Decimal(15), at_least=Decimal(8)), pool="day"),
        caught=claim(group(1, minutes=7)),
        kept=claim(group(1, minutes=8)),
        open=claim(group(1)),
        missing=("record", "minutes"),
        harmless=claim(line(1, "90847")),
        harmless_history=UNKNOWN,
    ),
    CodeChoice: KindCases(
        rule=rule(CodeChoice, by="minutes", options=(CodeOption(code="90853", at_most=90),), pool="day"),
        caught=claim(group(1, minutes=91)),
        kept=claim(group(1, minutes=90)),
        open=claim(group(1)),
        missing=("record", "minutes"),
        harmless=claim(line(1, "90847")),
        harmless_history=UNKNOWN,
    ),
    LineRelation: KindCases(
        rule=rule(LineRelation, excluded_by=RelatedLine(codes=frozenset(["90834"]), within=DaysAround(days_before=1))),
        caught=claim(group(1, day=NEXT), line(2, "90834")),
        kept=claim(group(1), line(2, "90834", NEXT)),
        open=claim(group(1)),
        open_history=UNKNOWN,
        missing=("history", "history"),
        harmless=claim(line(1, "90847")),
        harmless_history=UNKNOWN,
    ),
    SessionRequirement: KindCases(
        rule=rule(SessionRequirement, group_size=Bounds(at_most=12), minutes=Bounds(at_least=60)),
        caught=claim(group(minutes=60, session=Session(group_size=13))),
        kept=claim(group(minutes=60, session=Session(group_size=12))),
        open=claim(group(minutes=60)),
        missing=("record", "session.group_size"),
        harmless=claim(line(1, "90834")),
    ),
    ProviderRequirement: KindCases(
        rule=rule(ProviderRequirement, rendered_by=ProviderCriteria(profession=frozenset(["lcsw"])), when=When(age=Age(below=18))),
        caught=claim(group(rendering_provider=by("bachelor")), member=Member(id="M", birth_date=DAY)),
        kept=claim(group(rendering_provider=by("lcsw")), member=Member(id="M", birth_date=DAY)),
        open=claim(group(rendering_provider=by(None)), member=Member(id="M", birth_date=DAY)),
        missing=("claim", "rendering_provider.profession"),
        harmless=claim(group(rendering_provider=by("lcsw"))),
    ),
    PlaceOfServiceRequirement: KindCases(
        rule=rule(PlaceOfServiceRequirement, any_of=frozenset(["02"]), when=When(modality=frozenset(["video"]))),
        caught=claim(group(modality="video")),
        kept=claim(group(modality="video", place_of_service="02")),
        open=claim(group(modality="video", place_of_service=None)),
        missing=("claim", "place_of_service"),
        harmless=claim(group(place_of_service="02")),
    ),
    AuthorizationRequirement: KindCases(
        rule=rule(AuthorizationRequirement, needs=frozenset(["authorization"])),
        caught=claim(group(), authorizations=()),
        kept=claim(group(), authorizations=(authorization(),)),
        open=claim(group()),
        missing=("claim", "authorizations"),
        harmless=claim(
            group(), authorizations=(authorization(number="A0", codes=None), authorization())
        ),
    ),
    DiagnosisRequirement: KindCases(
        rule=rule(DiagnosisRequirement, any_of=frozenset(["F"]), none_of=frozenset(["F72"])),
        caught=claim(group(), diagnoses=("F33.1", "F72")),
        kept=claim(group(), diagnoses=("F33.1",)),
        open=claim(group()),
        missing=("claim", "diagnoses"),
        harmless=claim(line(1, "90834")),
    ),
    Coverage: KindCases(
        rule=rule(Coverage, when=When(inpatient=True)),
        caught=claim(group(), inpatient_stays=(InpatientStay(kind="hospital", date_from=DAY),)),
        kept=claim(group(), inpatient_stays=()),
        open=claim(group()),
        missing=("claim", "inpatient_stays"),
        harmless=claim(line(1, "90834")),
    ),
    DuplicateService: KindCases(
        rule=rule(DuplicateService, same=frozenset(["modifiers", "charge"])),
        caught=claim(group(1, charge=Decimal(30)), group(2, charge=Decimal(30))),
        kept=claim(group(1, charge=Decimal(30)), group(2, charge=Decimal(31))),
        open=claim(group(1, charge=Decimal(30)), group(2)),
        missing=("claim", "charge"),
        harmless=claim(group(1), group(2, modifiers=("76",))),
    ),
    TimelyFiling: KindCases(
        rule=rule(TimelyFiling, within=TimeLimit(months=12)),
        caught=claim(group(day=date(2024, 8, 15)), received=date(2025, 8, 16)),
        kept=claim(group(day=date(2024, 8, 15)), received=date(2025, 8, 15)),
        open=claim(group()),
        missing=("claim", "received"),
        harmless=claim(line(1, "90834")),
    ),
    RequiredField: KindCases(
        rule=rule(RequiredField, fields=frozenset(["rendering_provider.npi", "diagnoses"])),
        caught=claim(group(), diagnoses=()),
        kept=claim(group(), diagnoses=("F33.1",)),
        open=claim(group()),
        missing=("claim", "diagnoses"),
        harmless=claim(line(1, "90834")),
    ),
    RecordRequirement: KindCases(
        rule=rule(RecordRequirement, documents=(DocumentCriteria(kind=frozenset(["note"]), signed=True),)),
        caught=claim(group(session=Session(documents=()))),
        kept=claim(group(session=Session(documents=(RecordDocument(kind="note", signed=DAY),)))),
        open=claim(group()),
        missing=("record", "session.documents"),
        harmless=claim(line(1, "90834")),
    ),
    StandingRequirement: KindCases(
        rule=rule(StandingRequirement, of="member", any_of=(StatusCriteria(kind="level", value=frozenset(["b"])),)),
        caught=claim(group(), member=Member(id="M", statuses=(DatedStatus(kind="level", value="a"),))),
        kept=claim(group(), member=Member(id="M", statuses=(DatedStatus(kind="level", value="b"),))),
        open=claim(group()),
        missing=("claim", "member.statuses"),
        harmless=claim(line(1, "90834")),
    ),
    Check: KindCases(
        rule=rule(Check, function=odd_sizes),
        caught=claim(group(session=Session(group_size=3))),
        kept=claim(group(session=Session(group_size=4))),
        open=claim(group()),
        missing=("record", "session.group_size"),
        harmless=claim(group(place_of_service="12")),
    ),
}  # fmt: skip
