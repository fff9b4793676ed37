"""Laws of facts that contradict each other: each draws one remark, and the claim is still read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.errors import Problem, Remark
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.filed_claims import FormFacts
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.implausible_facts import remarks_on

DAY: Final = date(2024, 8, 15)
LINE: Final = ServiceLine(code="90853", date_from=DAY, place_of_service="11")
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1", birth_date=date(1980, 5, 1)),
    billing_provider=Provider(npi="1234567893"),
    diagnoses=("F331",),
    received=DAY,
    lines=[LINE],
)


def remarks(claim: Claim, form: FormFacts | None = None, today: date | None = None) -> list[str]:
    """The messages of the remarks on the claim."""
    filed = FiledClaim(claim, None, "f.csv", 1, form=form)
    return [remark.message for remark in remarks_on(filed, today)]


def with_line(**facts: Any) -> Claim:
    """The claim with other facts on its line."""
    return attrs.evolve(CLAIM, lines=[attrs.evolve(LINE, **facts)])


def born(day: date) -> Claim:
    """The claim of a member who was born on the day."""
    return attrs.evolve(CLAIM, member=Member(id="M1", birth_date=day))


def test_a_claim_in_order_draws_no_remark() -> None:
    """Service, receipt and birth in their order, ICD-10 and an office visit are in order."""
    assert remarks(CLAIM, today=DAY) == []


#: What is changed, and what is said of it; beside each the nearest claim that is in order.
CONTRADICTIONS: Final = {
    "after receipt": (
        attrs.evolve(CLAIM, received=DAY - timedelta(1)),
        "line 1 has a service after the claim was sent or received",
        CLAIM,
    ),
    "long before": (
        with_line(date_from=date(2013, 12, 31)),
        "line 1 has a service more than 10 years before the claim was sent or received",
        with_line(date_from=date(2014, 1, 1)),
    ),
    "before birth": (
        born(DAY + timedelta(1)),
        "line 1 has a service before the member's birth",
        born(DAY),
    ),
    "too old": (
        born(date(1898, 12, 31)),
        "the member is more than 125 years old at the service of line 1",
        born(date(1899, 1, 1)),
    ),
    "minutes": (
        with_line(minutes=1441),
        "line 1 has 1441 minutes, more than its dates of service have (1440)",
        with_line(minutes=1441, date_from=DAY - timedelta(1), date_to=DAY),
    ),
    "place": (
        with_line(modality="in-person", place_of_service="10"),
        "line 1 is in person, and place of service 10 states telehealth",
        with_line(modality="video", place_of_service="10"),
    ),
    "modifier": (
        with_line(modality="in-person", modifiers=("HQ", "95")),
        "line 1 is in person, and modifier 95 states telehealth",
        with_line(modality="in-person", modifiers=("HQ",)),
    ),
    "diagnosis": (
        attrs.evolve(CLAIM, diagnoses=("F331", "296.32")),
        "diagnosis 2 is a code of ICD-9, used for services up to 2015-09-30",
        attrs.evolve(
            CLAIM,
            diagnoses=("F331", "296.32"),
            received=date(2015, 10, 1),
            lines=[attrs.evolve(LINE, date_from=date(2015, 9, 30), date_to=date(2015, 9, 30))],
        ),
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_each_contradiction_draws_one_remark(name: str) -> None:
    """The remark names the line and the facts; the nearest claim in order draws none."""
    wrong, message, right = CONTRADICTIONS[name]
    assert remarks(wrong) == [message]
    assert remarks(right) == []


def test_a_service_in_the_future_draws_a_remark_where_no_receipt_is_stated() -> None:
    """The day of receipt comes first, then the date in the 837, then today, if it is given."""
    unreceived = attrs.evolve(CLAIM, received=None)
    yesterday = DAY - timedelta(1)
    form = FormFacts(form="837P", sent=yesterday)
    assert remarks(unreceived) == []
    assert remarks(unreceived, today=DAY) == []
    assert remarks(unreceived, today=yesterday) == ["line 1 has a service after today"]
    assert remarks(unreceived, form, today=DAY) == [
        "line 1 has a service after the claim was sent or received"
    ]
    assert remarks(CLAIM, form, today=yesterday) == []


@given(st.dates(date(1901, 1, 1), date(2190, 1, 1)))
def test_no_remark_quotes_a_date(day: date) -> None:
    """Whatever the date of birth or of service is, no remark contains it: they may be exchanged."""
    line = attrs.evolve(LINE, date_from=day, date_to=day)
    for claim in (born(day), attrs.evolve(born(DAY), lines=[line])):
        for remark in remarks_on(FiledClaim(claim, None, "f.csv", 1)):
            assert str(day.year) not in remark.message


def test_the_claim_of_a_file_is_read_with_its_remark(tmp_path: Path) -> None:
    """A table with a contradiction gives the claim and one remark, and no problem."""
    path = tmp_path / "c.csv"
    head = "claim,member,code,date,billing_npi,received"
    path.write_text(f"{head}\nC1,M1,90853,2024-08-15,1234567893,2024-08-01\n")
    found = [*read_claim_file(path, ReadOptions())]
    assert sum(isinstance(item, FiledClaim) for item in found) == 1
    assert [type(item) for item in found if isinstance(item, Problem)] == [Remark]
