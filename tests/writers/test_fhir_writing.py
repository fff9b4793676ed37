"""Laws of writing FHIR: it is valid, it agrees with the claim, and it invents nothing."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

pytest.importorskip("msgspec")

from claim_shapes import PROVIDERS, claims
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from payer_rules.claims import (
    Authorization,
    BodySite,
    Claim,
    Drug,
    Member,
    Occurrence,
    Provider,
    ServiceLine,
    TreatmentDates,
)
from payer_rules.errors import InvalidValueError
from payer_rules.readers import FiledClaim
from payer_rules.readers.fhir import read_fhir_claims
from payer_rules.writers.fhir import claim_bundle
from payer_rules.writers.parties import Address, Insurer, PatientDetails, SubmissionDetails

DAY: Final = date(2025, 10, 6)
NAMED: Final = SubmissionDetails(
    patient=PatientDetails(
        last_name="DOE",
        first_name="JANE",
        gender="F",
        address=Address(street="2 EXAMPLE AVE", city="ALBANY", state="NY", zip="12207"),
    ),
    insurer=Insurer(name="PAYER", id="12345"),
)
THERAPIST: Final = Provider(npi="1000000004", taxonomy="1041C0700X")
LINE: Final = ServiceLine(code="90853", date_from=DAY, rendering_provider=THERAPIST)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=Provider(npi="1234567893"),
    lines=[LINE],
    payer="acme",
    diagnoses=("F33.1",),
)


def back(claim: Claim, folder: Path, submission: SubmissionDetails = NAMED) -> Claim:
    """The claim, written and read again."""
    file = folder / "claim.json"
    file.write_text(json.dumps(claim_bundle(claim, submission, created=DAY)), encoding="utf-8")
    (filed,) = read_fhir_claims(file)
    assert isinstance(filed, FiledClaim)
    return filed.claim


@given(claim=claims(), ids=st.none() | st.tuples(st.just("M 1/ä"), st.just("C 1/ä")))
def test_a_claim_comes_back(
    claim: Claim, ids: tuple[str, str] | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What was written is read as the same claim, ids that FHIR takes for none among them."""
    # NOTE: the patient of the submission is female.
    claim = attrs.evolve(claim, member=attrs.evolve(claim.member, sex="f"))
    if ids:
        member = attrs.evolve(claim.member, id=ids[0])
        claim = attrs.evolve(claim, member=member, id=ids[1])
    sent = attrs.evolve(claim, payer="acme")
    # NOTE: FHIR has no empty list: that an item is for none of the diagnoses it does not say.
    lines = [attrs.evolve(e, diagnosis_pointers=e.diagnosis_pointers or None) for e in claim.lines]
    assert back(sent, tmp_path_factory.getbasetemp()) == attrs.evolve(claim, lines=lines)


@settings(max_examples=examples(20))
@given(claims(), st.sampled_from([SubmissionDetails(), NAMED]))
def test_a_bundle_is_valid(claim: Claim, submission: SubmissionDetails) -> None:
    """fhir.resources knows every element, and every resource referred to is there."""
    models = pytest.importorskip("fhir.resources.R4B.bundle")
    sent = attrs.evolve(claim, payer="acme")
    written = claim_bundle(sent, submission, created=DAY)
    models.Bundle.model_validate_json(json.dumps(written))
    result: Any = written
    there = {item["fullUrl"] for item in result["entry"]}
    assert set(references_of(result)) <= there


def references_of(data: Any) -> list[str]:
    """The addresses that the resources refer to."""
    if isinstance(data, list):
        return [found for item in data for found in references_of(item)]
    if not isinstance(data, dict):
        return []
    own = [data["reference"]] if "reference" in data else []
    return own + [found for item in data.values() for found in references_of(item)]


@given(renderers=st.lists(st.none() | PROVIDERS, min_size=1, max_size=4), above=PROVIDERS)
def test_who_rendered_comes_back(
    renderers: list[Provider | None], above: Provider, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also where only some lines name somebody, and under supervision; who bills goes by number."""
    supervised = [who and attrs.evolve(who, supervised_by=above) for who in renderers]
    lines = [
        attrs.evolve(LINE, number=at, rendering_provider=who)
        for at, who in enumerate(supervised, start=1)
    ]
    claim = attrs.evolve(CLAIM, lines=lines)
    read = back(claim, tmp_path_factory.getbasetemp())
    assert [read.rendering_provider(line) for line in read.lines] == [
        claim.rendering_provider(line) for line in lines
    ]


def test_minutes_are_an_amount_of_one_unit(tmp_path: Path) -> None:
    """Of several units these are written, for an item has one quantity."""
    for units, read in ((1, (1, 60)), (4, (4, None))):
        line = attrs.evolve(LINE, units=Decimal(units), minutes=60)
        (found,) = back(attrs.evolve(CLAIM, lines=[line]), tmp_path).lines
        assert (int(found.units), found.minutes) == read


def test_what_is_beside_a_claim_is_reported_where_it_is_known() -> None:
    """Names, address and gender of the patient, and the insurer; without them no word of them."""
    result: Any = claim_bundle(CLAIM, NAMED, created=DAY)
    _, patient, coverage = (item["resource"] for item in result["entry"])
    assert patient["name"] == [{"family": "DOE", "given": ["JANE"]}]
    assert (patient["gender"], patient["address"][0]["postalCode"]) == ("female", "12207")
    assert coverage["payor"] == [{"identifier": {"value": "12345"}, "display": "PAYER"}]
    bare: Any = claim_bundle(CLAIM, SubmissionDetails(), created=DAY)
    _, patient, coverage = (item["resource"] for item in bare["entry"])
    assert set(patient) == {"resourceType", "identifier"}
    assert coverage["payor"] == [{"identifier": {"value": "acme"}}]


def test_known_absences_are_not_invented_facts() -> None:
    """A referral known to be none, and no authorization, are no elements."""
    none = attrs.evolve(CLAIM, referral="none", order="none", authorizations=())
    result: Any = claim_bundle(none, SubmissionDetails(), created=DAY)
    claim = result["entry"][0]["resource"]
    assert not {"referral", "prescription", "supportingInfo"} & set(claim)
    assert "preAuthRef" not in claim["insurance"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"payer": None}, "payer: the payer is not known. Write payer = …."),
        ({"frequency_code": "8", "replaces": "C0"}, "the claim voids another"),
    ],
)
def test_what_fhir_cannot_say_is_reported(change: dict[str, Any], message: str) -> None:
    """A coverage has a payer, and a claim that voids another would be read as one to be paid."""
    with pytest.raises(InvalidValueError) as raised:
        claim_bundle(attrs.evolve(CLAIM, **change), SubmissionDetails(), created=DAY)
    assert message in str(raised.value)


def test_an_authorization_is_quoted_to_the_payer(tmp_path: Path) -> None:
    """The numbers are part of the insurance that is asked."""
    claim = attrs.evolve(CLAIM, authorizations=(Authorization(number="A1"),))
    assert back(claim, tmp_path).authorizations == claim.authorizations


def test_facts_of_the_treatment_come_back(tmp_path: Path) -> None:
    """Dates of onset and discharge, occurrences, body sites and drugs are read as written."""
    tooth = BodySite(tooth="14", surfaces=("O", "M"), side="left")
    drug = Drug(number="00002143380", quantity=Decimal("2.5"), unit="ML")
    lines = [
        attrs.evolve(LINE, body_site=tooth),
        attrs.evolve(LINE, number=2, body_site=BodySite(quadrant="10"), drug=drug),
        attrs.evolve(LINE, number=3, body_site=BodySite(side="right")),
    ]
    day = Occurrence(code="11", date_from=DAY, date_to=DAY)
    span = Occurrence(code="70", date_from=DAY, date_to=date(2025, 10, 8))
    claim = attrs.evolve(
        CLAIM,
        member=Member(id="M1", sex="f"),
        lines=lines,
        dates=TreatmentDates(onset=DAY, discharge=date(2025, 10, 9)),
        occurrences=(day, span),
    )
    again = back(claim, tmp_path)
    assert again.lines == claim.lines
    assert (again.member, again.dates) == (claim.member, claim.dates)
    assert again.occurrences == claim.occurrences


def test_a_detail_without_a_drug_number_states_no_drug(tmp_path: Path) -> None:
    """An item with a detail that is no drug is read, and its drug is not known."""
    bundle: Any = claim_bundle(CLAIM, NAMED, created=DAY)
    claim = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Claim")
    claim["item"][0]["detail"] = [
        {"sequence": 1},
        {"sequence": 2, "productOrService": {"coding": []}},
    ]
    file = tmp_path / "claim.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")
    (filed,) = read_fhir_claims(file)
    assert isinstance(filed, FiledClaim)
    assert filed.claim.lines[0].drug is None
