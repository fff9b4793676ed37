"""Every condition of ``when``: true, false, and not known for want of a named fact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from shapes import BILLER, DAY, PAYER, claim, gaps, limit, line, outcomes, paid

from payer_rules.claims import BodySite, Drug, InpatientStay, Member, Occurrence, Provider
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Age, EarlierLine, OtherLine, ProviderCriteria, When

EMPTY = History()
LCSW = ProviderCriteria(profession=frozenset(["lcsw"]))
BEFORE = EarlierLine(codes=frozenset(["90791"]), within_days=30)


def some(*words: str) -> frozenset[str]:
    """The words as a condition."""
    return frozenset(words)


def decide(when: When, *, of_line: dict[str, Any], of_claim: dict[str, Any]) -> Any:
    """The decision by a rule that denies every 90853 for which the condition holds."""
    book = RuleBook.build(PAYER, [limit(0, 1, "90853", when=when)])
    return book.decide(claim(line(1, "90853", **of_line), **of_claim), EMPTY)


@pytest.mark.parametrize(
    ("when", "holds", "fails", "missing"),
    [
        (When(setting=some("dme")), {"setting": "dme"}, {"setting": "cah"}, "setting"),
        (When(program=some("chip")), {"program": "chip"}, {"program": "none"}, "program"),
        (When(plan=some("hmo")), {"plan": "hmo"}, {"plan": "none"}, "plan"),
        (When(state=some("CA", "NV")), {"state": "NV"}, {"state": "WA"}, "state"),
        (When(bill_type=some("13")), {"bill_type": "131"}, {"bill_type": "851"}, "bill_type"),
        (When(condition_code=some("92")), {"condition_codes": ("92",)}, {"condition_codes": ()}, "condition_codes"),
        (When(occurrence_code=some("11")), {"occurrences": (Occurrence(code="11"),)}, {"occurrences": ()}, "occurrences"),
        (When(sex=some("f")), {"member": Member(id="M", sex="f")}, {"member": Member(id="M", sex="x")}, "member.sex"),
        (When(diagnosis=some("F3")), {"diagnoses": ("F33.1",)}, {"diagnoses": ("Z00",)}, "diagnoses"),
        (When(inpatient=True), {"inpatient_stays": (InpatientStay(kind="h", date_from=DAY),)}, {"inpatient_stays": ()}, "inpatient_stays"),
        (When(inpatient=False), {"inpatient_stays": ()}, {"inpatient_stays": (InpatientStay(kind="h", date_from=DAY, date_to=DAY),)}, "inpatient_stays"),
        (When(age=Age(at_least=44, below=45)), {"member": Member(id="M", birth_date=date(1980, 8, 15))}, {"member": Member(id="M", birth_date=date(1980, 8, 16))}, "member.birth_date"),
        (When(age=Age(below=21)), {"member": Member(id="M", birth_date=date(2010, 1, 1))}, {"member": Member(id="M", birth_date=date(1980, 8, 16))}, "member.birth_date"),
        (When(member_prefix=some("CTY")), {"member": Member(id="M", member_prefix="CTY1")}, {"member": Member(id="M", member_prefix="A")}, "member.member_prefix"),
        (When(rendered_by=LCSW), {"billing_provider": Provider(npi="1000000001", profession="lcsw")}, {"billing_provider": Provider(npi="1000000001", profession="lpc")}, "rendering_provider.profession"),
        (When(rendered_by=ProviderCriteria(taxonomy=some("T"))), {"billing_provider": Provider(npi="1000000001", taxonomy="T")}, {"billing_provider": Provider(npi="1000000001", taxonomy="U")}, "rendering_provider.taxonomy"),
        (When(supervised=True), {"billing_provider": Provider(npi="1000000001", supervised_by=BILLER)}, {"billing_provider": Provider(npi="1000000001", supervised_by="none")}, "supervised_by"),
        (When(supervised_by=LCSW), {"billing_provider": Provider(npi="1000000001", supervised_by=Provider(npi="1000000002", profession="lcsw"))}, {"billing_provider": Provider(npi="1000000001", supervised_by="none")}, "supervised_by"),
    ],
)  # fmt: skip
def test_conditions_on_the_claim(
    when: When, holds: dict[str, Any], fails: dict[str, Any], missing: str
) -> None:
    """What holds applies the rule, what fails does not, what is not known is named."""
    assert outcomes(decide(when, of_line={}, of_claim=holds)) == ["deny"]
    assert not decide(when, of_line={}, of_claim=fails).proved_findings
    unknown = decide(when, of_line={}, of_claim={})
    assert {name for _, _, name in gaps(unknown)} == {missing}


@pytest.mark.parametrize(
    ("when", "holds", "fails", "missing"),
    [
        (When(place_of_service=some("11")), {"place_of_service": "11"}, {"place_of_service": "02"}, {"place_of_service": None}),
        (When(tooth=some("3")), {"body_site": BodySite(tooth="3")}, {"body_site": BodySite(tooth="4")}, {}),
        (When(tooth=some("3")), {"body_site": BodySite(tooth="3", surfaces=("O",))}, {"body_site": "none"}, {}),
        (When(surface=some("O")), {"body_site": BodySite(tooth="3", surfaces=("M", "O"))}, {"body_site": BodySite(tooth="3")}, {}),
        (When(quadrant=some("10")), {"body_site": BodySite(quadrant="UR")}, {"body_site": BodySite(tooth="3")}, {}),
        (When(side=some("left")), {"body_site": BodySite(side="left")}, {"body_site": BodySite(side="right")}, {}),
        (When(side=some("left")), {"modifiers": ("LT",)}, {"modifiers": ("RT",)}, {}),
        (When(side=some("left")), {"modifiers": ("50",)}, {"body_site": "none"}, {}),
        (When(drug=some("0002-1433-80")), {"drug": Drug(number="00002143380")}, {"drug": "none"}, {}),
        (When(drug=some("00002143380")), {"drug": Drug(number="00002143380")}, {"drug": Drug(number="99999999999")}, {}),
        (When(revenue_code=some("0900")), {"revenue_code": "0900"}, {"revenue_code": "0910"}, {}),
        (When(modality=frozenset(["video"])), {"modality": "video"}, {"modality": "audio"}, {"place_of_service": "02"}),
        (When(modality=frozenset(["video"])), {"modifiers": ("95",)}, {"modifiers": ("93",)}, {}),
        (When(performed_by=LCSW), {"performed_by": Provider(npi="1000000002", profession="lcsw")}, {"performed_by": Provider(npi="1000000002", profession="lpc")}, {}),
    ],
)  # fmt: skip
def test_conditions_on_the_line(
    when: When, holds: dict[str, Any], fails: dict[str, Any], missing: dict[str, Any]
) -> None:
    """The same for facts of a line."""
    assert outcomes(decide(when, of_line=holds, of_claim={})) == ["deny"]
    assert not decide(when, of_line=fails, of_claim={}).proved_findings
    assert outcomes(decide(when, of_line=missing, of_claim={})) == ["unknown"]


def test_modifiers_are_always_known() -> None:
    """A modifier is on the line or it is not."""
    with_hq, without = {"modifiers": ("HQ",)}, {"modifiers": ()}
    assert outcomes(decide(When(modifier=some("HQ")), of_line=with_hq, of_claim={})) == ["deny"]
    assert outcomes(decide(When(modifier=some("HQ")), of_line=without, of_claim={})) == ["pay"]


def test_a_known_false_condition_wins() -> None:
    """With one false condition no other fact is needed; with two unknown both are named."""
    when = When(setting=some("dme"), program=some("b"))
    assert gaps(decide(when, of_line={}, of_claim={"setting": "cah"})) == set()
    unknown = decide(when, of_line={}, of_claim={})
    assert {name for _, _, name in gaps(unknown)} == {"setting", "program"}


@pytest.mark.parametrize(
    ("earlier", "history", "expected"),
    [
        (BEFORE, History(lines=[paid("90791", DAY - timedelta(days=30))]), "deny"),
        (BEFORE, History(lines=[paid("90791", DAY - timedelta(days=31))]), "pay"),
        (BEFORE, History(lines=[paid("90791", DAY)]), "pay"),
        (BEFORE, EMPTY, "pay"),
        (BEFORE, None, "unknown"),
        (BEFORE, History(lines=[paid("90791", DAY - timedelta(days=1), status="pending")]), "unknown"),
        (EarlierLine(codes=some("90791")), History(lines=[paid("90791", date(2001, 1, 1))]), "deny"),
        (EarlierLine(codes=some("90791"), place_of_service=some("02")), History(lines=[paid("90791", date(2020, 1, 1))]), "pay"),
        (EarlierLine(codes=some("90791"), modifier=some("HQ")), History(lines=[paid("90791", date(2020, 1, 1), modifiers=("HQ",))]), "deny"),
        (EarlierLine(codes=some("90791"), modality=frozenset(["in-person"])), History(lines=[paid("90791", date(2020, 1, 1), modality="in-person")]), "deny"),
    ],
)  # fmt: skip
def test_what_came_before(earlier: EarlierLine, history: History | None, expected: str) -> None:
    """An earlier line within a span of days before the service is there, or it is an exception."""
    when = When(history=(earlier,))
    for conditions, outcome in (
        ({"when": when}, expected),
        ({"exceptions": (when,)}, {"deny": "pay", "pay": "deny"}.get(expected, expected)),
    ):
        book = RuleBook.build(PAYER, [limit(0, 0, "90853", **conditions)])
        assert outcomes(book.decide(claim(line(1, "90853")), history)) == [outcome]


def test_another_code_on_the_day() -> None:
    """A line of the claim, or one paid before, is on the day of the service."""
    when = When(same_day=OtherLine(codes=some("90791")))
    book = RuleBook.build(PAYER, [limit(0, 0, "90853", when=when)])
    assert outcomes(book.decide(claim(line(1, "90853"), line(2, "90791")), EMPTY))[0] == "deny"
    assert outcomes(book.decide(claim(line(1, "90853")), EMPTY)) == ["pay"]
    beside = History(lines=[paid("90791", DAY)])
    assert outcomes(book.decide(claim(line(1, "90853")), beside)) == ["deny"]
