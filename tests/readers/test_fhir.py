"""Laws of reading FHIR: which element becomes which fact, and the problems of the rest."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

pytest.importorskip("msgspec")

from fhir_writer import (
    CPT,
    HCPCS,
    ICD,
    MEMBER_NUMBER,
    NPI,
    PLACE,
    TAXONOMY,
    bundle,
    claim_resource,
    concept,
    patient_resource,
)

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers import FiledClaim
from payer_rules.readers.fhir import is_fhir, read_fhir_claims, read_fhir_history

DAY: Final = date(2024, 8, 15)
CLINIC: Final = Provider(npi="1234567893")
THERAPIST: Final = Provider(npi="1000000004", taxonomy="1041C0700X")
LINE: Final = ServiceLine(code="90853", date_from=DAY, rendering_provider=THERAPIST)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=CLINIC,
    lines=[LINE],
    diagnoses=("F33.1", "F41.1"),
)
RELATION: Final = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
ADJUDICATION: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudication"
ROLES: Final = "http://terminology.hl7.org/CodeSystem/claimcareteamrole"
STATUS: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBPayerAdjudicationStatus"
Change = Callable[[dict[str, Any]], object]


def file_of(folder: Path, *resources: dict[str, Any], name: str = "claims.json") -> Path:
    """A file of the resource, of several as lines."""
    file = folder / name
    file.write_text("\n".join(json.dumps(resource) for resource in resources), encoding="utf-8")
    return file


def read(folder: Path, *resources: dict[str, Any]) -> list[Claim]:
    """The claims in the resources, which have no problem."""
    found = list(read_fhir_claims(file_of(folder, *resources)))
    assert [str(item) for item in found if isinstance(item, Problem)] == []
    return [item.claim for item in found if isinstance(item, FiledClaim)]


def problems_in(found: Iterable[object]) -> list[str]:
    """The problems, as a person reads them."""
    return [str(item) for item in found if isinstance(item, Problem)]


def changed(change: Change, claim: Claim = CLAIM) -> dict[str, Any]:
    """The claim as a resource, changed."""
    resource = copy.deepcopy(claim_resource(claim))
    change(resource)
    return resource


def line(folder: Path, **elements: object) -> ServiceLine:
    """The line of the claim whose item has the elements too; ``None`` takes one away."""
    resource = claim_resource(CLAIM)
    item = resource["item"][0] | elements
    resource["item"] = [{key: value for key, value in item.items() if value is not None}]
    (claim,) = read(folder, resource)
    return claim.lines[0]


def test_what_fhir_does_not_say_is_not_known(tmp_path: Path) -> None:
    """The day of creation is not that of receipt; payer, setting and profession are not known."""
    other = {"sequence": 1, "category": concept(ROLES, "info"), "timingDate": "2024-08-20"}
    (claim,) = read(tmp_path, claim_resource(CLAIM) | {"supportingInfo": [other]})
    silent = {"payer", "setting", "received", "state", "authorizations", "inpatient_stays"}
    assert {name for name in silent if getattr(claim, name) is not None} == set()
    assert claim.lines[0].rendering_provider == THERAPIST
    assert THERAPIST.profession is None


@pytest.mark.parametrize(
    ("coding", "code"),
    [
        ([(CPT, "90853")], "90853"),
        ([("http://snomed.info/sct", "76168009"), (CPT, "90853")], "90853"),
        ([(HCPCS, "G0410")], "G0410"),
        ([("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "G0410")], "G0410"),
        ([("urn:oid:2.16.840.1.113883.6.12", "90853")], "90853"),
    ],
)
def test_the_procedure_is_picked_by_its_system(
    coding: list[tuple[str, str]], code: str, tmp_path: Path
) -> None:
    """CPT and HCPCS count, at any position among the codings."""
    codings = [{"system": system, "code": item} for system, item in coding]
    assert line(tmp_path, productOrService={"coding": codings}).code == code


def test_modifiers_are_read_in_order(tmp_path: Path) -> None:
    """One a concept, or, as CMS's own server has them, several as codings of one."""
    several = {"coding": [{"system": HCPCS, "code": item} for item in ("HQ", "HQ", "GT")]}
    assert line(tmp_path, modifier=[concept(CPT, "59"), several]).modifiers == ("59", "HQ", "GT")


@pytest.mark.parametrize(
    ("elements", "fields"),
    [
        ({"quantity": {"value": 2.5}}, {"units": Decimal("2.5")}),
        ({"quantity": None}, {"units": Decimal(1)}),
        (
            {"quantity": {"value": 45, "system": "http://unitsofmeasure.org", "code": "min"}},
            {"units": Decimal(1), "minutes": 45},
        ),
        ({"servicedDate": "2024-08-16"}, {"date_from": date(2024, 8, 16)}),
        (
            {
                "servicedDate": None,
                "servicedPeriod": {"start": "2024-08-15", "end": "2024-08-17T09:00:00Z"},
            },
            {"date_from": DAY, "date_to": date(2024, 8, 17)},
        ),
        ({"locationCodeableConcept": concept(PLACE, "11")}, {"place_of_service": "11"}),
        ({"net": {"value": 120.5, "currency": "USD"}}, {"charge": Decimal("120.5")}),
        ({"unitPrice": {"value": 120.5, "currency": "USD"}}, {"charge": None}),
        ({"diagnosisSequence": [2]}, {"diagnosis_pointers": (2,)}),
    ],
)
def test_elements_of_an_item(
    elements: dict[str, object], fields: dict[str, object], tmp_path: Path
) -> None:
    """The elements of an item become facts of its line."""
    found = line(tmp_path, **elements)
    assert {name: getattr(found, name) for name in fields} == fields


def test_pointers_follow_the_sequence_of_diagnoses(tmp_path: Path) -> None:
    """Diagnoses are in the order of their sequence, and an item points to the position in it."""

    def turn(resource: dict[str, Any]) -> None:
        for diagnosis, sequence in zip(resource["diagnosis"], (9, 4), strict=True):
            diagnosis["sequence"] = sequence
        resource["item"][0]["diagnosisSequence"] = [9]

    (claim,) = read(tmp_path, changed(turn))
    assert (claim.diagnoses, claim.lines[0].diagnosis_pointers) == (("F41.1", "F33.1"), (2,))


def test_diagnoses_are_known_all_or_not_at_all(tmp_path: Path) -> None:
    """One diagnosis in another system leaves all unknown: a part is not what the claim states."""

    def other(resource: dict[str, Any]) -> None:
        resource["diagnosis"][1]["diagnosisCodeableConcept"] = concept(
            "http://snomed.info/sct", "1"
        )
        resource["item"][0]["diagnosisSequence"] = [1]

    found = [*read_fhir_claims(file_of(tmp_path, changed(other)))]
    (claim,) = (item.claim for item in found if isinstance(item, FiledClaim))
    assert (claim.diagnoses, claim.lines[0].diagnosis_pointers) == (None, None)


def test_a_diagnosis_may_be_a_condition(tmp_path: Path) -> None:
    """A reference to a condition is followed."""

    def refer(resource: dict[str, Any]) -> None:
        resource["diagnosis"] = [
            {"sequence": 1, "diagnosisReference": {"reference": "Condition/d"}}
        ]

    condition = {"resourceType": "Condition", "id": "d", "code": concept(ICD, "F10.20")}
    (claim,) = read(tmp_path, bundle(changed(refer), condition))
    assert claim.diagnoses == ("F10.20",)


def test_a_period_of_one_day_dates_its_items(tmp_path: Path) -> None:
    """An item without date was done in the billable period, if that is one day."""

    def undated(end: str) -> dict[str, Any]:
        def change(resource: dict[str, Any]) -> None:
            del resource["item"][0]["servicedDate"]
            resource["billablePeriod"] = {"start": "2024-08-15T09:00:00-05:00", "end": end}

        return changed(change)

    (claim,) = read(tmp_path, undated("2024-08-15T10:00:00-05:00"))
    assert claim.lines[0].date_from == DAY
    (problem,) = problems_in(read_fhir_claims(file_of(tmp_path, undated("2024-08-16"))))
    assert "the item has no date of service" in problem


def test_references_are_followed(tmp_path: Path) -> None:
    """Patient, practice and therapist are found in the bundle, by address, and by a role."""

    def refer(resource: dict[str, Any]) -> None:
        resource["patient"] = {"reference": "urn:uuid:11111111-aaaa-4aaa-8aaa-111111111111"}
        resource["provider"] = {"reference": "Organization/clinic/_history/2"}
        resource["careTeam"][0]["provider"] = {"reference": "PractitionerRole/r"}
        del resource["careTeam"][0]["qualification"]

    number = {"type": concept(MEMBER_NUMBER, "MB"), "value": "W123"}
    patient: dict[str, Any] = {"resourceType": "Patient", "birthDate": "1980-05-01"}
    others: list[dict[str, Any]] = [
        patient | {"identifier": [{"value": "MRN-9"}, number]},
        {
            "resourceType": "Organization",
            "id": "clinic",
            "identifier": [{"system": NPI, "value": CLINIC.npi}],
        },
        {
            "resourceType": "Practitioner",
            "id": "p",
            "identifier": [{"system": NPI, "value": THERAPIST.npi}],
        },
        {
            "resourceType": "PractitionerRole",
            "id": "r",
            "practitioner": {"reference": "Practitioner/p"},
            "specialty": [concept(TAXONOMY, "1041C0700X")],
        },
    ]
    written = bundle(changed(refer), *others)
    written["entry"][1]["fullUrl"] = "urn:uuid:11111111-aaaa-4aaa-8aaa-111111111111"
    (claim,) = read(tmp_path, written)
    assert claim.member == Member(id="W123", birth_date=date(1980, 5, 1))
    assert claim.billing_provider == CLINIC
    assert claim.lines[0].rendering_provider == THERAPIST


def test_parties_may_stand_in_files_beside(tmp_path: Path) -> None:
    """A bulk export has a file for each kind of resource; lines may come in any file."""
    refer = changed(lambda resource: resource.update(provider={"reference": "Organization/1"}))
    clinic = {
        "resourceType": "Organization",
        "id": "1",
        "identifier": [{"system": NPI, "value": CLINIC.npi}],
    }
    file = file_of(tmp_path, refer, refer | {"id": "C2"}, name="Claim.ndjson")
    beside = file_of(tmp_path, clinic, patient_resource(CLAIM), name="Organization.ndjson")
    assert len(problems_in(read_fhir_claims(file))) == 2
    found = [
        item.claim.id
        for item in read_fhir_claims(file, beside=[beside])
        if isinstance(item, FiledClaim)
    ]
    assert found == ["C1", "C2"]


def test_contained_resources_hold_for_their_claim_alone(tmp_path: Path) -> None:
    """Two claims may contain different patients of one id, distinguished by an identifier."""

    def contain(number: list[dict[str, str]]) -> dict[str, Any]:
        patient = {"resourceType": "Patient", "id": "p", "birthDate": "1980-05-01"}
        own = [{"resourceType": "Location", "id": "l"}, patient | {"identifier": number}]
        resource = claim_resource(CLAIM) | {"contained": own}
        return resource | {"patient": {"reference": "#p"}}

    (claim,) = read(tmp_path, contain([{"value": "W1"}]))
    assert claim.member == Member(id="W1", birth_date=date(1980, 5, 1))
    (problem,) = problems_in(read_fhir_claims(file_of(tmp_path, contain([]))))
    assert "the patient is not identified" in problem


@pytest.mark.parametrize(
    ("role", "npi"),
    [
        ({"identifier": [{"system": NPI, "value": "1000000020"}]}, "1000000020"),
        ({"organization": {"reference": "Organization/o"}}, "1000000038"),
        (
            {
                "practitioner": {"reference": "Practitioner/unknown"},
                "organization": {"reference": "Organization/o"},
            },
            "1000000038",
        ),
        (
            {
                "practitioner": {"reference": "Practitioner/p"},
                "organization": {"reference": "Organization/o"},
            },
            "1000000038",
        ),
        ({"practitioner": {"reference": "PractitionerRole/r"}}, None),
    ],
)
def test_a_role_leads_to_somebody(role: dict[str, Any], npi: str | None, tmp_path: Path) -> None:
    """Its own NPI, then the practitioner's, then the organization's; never another role's."""
    refer = changed(lambda item: item.update(provider={"reference": "PractitionerRole/r"}))
    known = [{"system": NPI, "value": "1000000038"}]
    written = bundle(
        refer,
        {"resourceType": "PractitionerRole", "id": "r"} | role,
        {
            "resourceType": "Practitioner",
            "id": "p",
            "identifier": [{"system": "urn:x", "value": "9"}],
        },
        {"resourceType": "Organization", "id": "o", "identifier": known},
    )
    found = list(read_fhir_claims(file_of(tmp_path, written)))
    read = [item.claim.billing_provider.npi for item in found if isinstance(item, FiledClaim)]
    assert read == ([npi] if npi else [])


@pytest.mark.parametrize(
    ("reference", "referral"),
    [
        ({"reference": "ServiceRequest/R1"}, "R1"),
        ({"reference": "#request"}, "#request"),
        ({"identifier": {"value": "R2"}}, "R2"),
        ({"display": "a referral"}, None),
    ],
)
def test_a_referral_may_be_an_identifier(
    reference: dict[str, Any], referral: str | None, tmp_path: Path
) -> None:
    """What is referred to is named by its id, its address or its number."""
    (claim,) = read(tmp_path, changed(lambda item: item.update(referral=reference)))
    assert claim.referral == referral


def test_a_broken_file_beside_is_reported(tmp_path: Path) -> None:
    """What could not be read of it may be what a claim refers to."""
    file = file_of(tmp_path, claim_resource(CLAIM))
    beside = tmp_path / "beside.ndjson"
    beside.write_text("{\n", encoding="utf-8")
    found = list(read_fhir_claims(file, beside=[beside]))
    assert [item.where for item in found if isinstance(item, Problem)] == ["beside.ndjson:1"]
    assert len(found) == 2


def test_content_of_another_version_is_reported(tmp_path: Path) -> None:
    """Where fhir.resources gives up, the decoder's own problem is left."""

    def older(resource: dict[str, Any]) -> None:
        resource["contained"] = [{"resourceType": "ReferralRequest", "id": "r"}]
        resource["item"][0]["sequence"] = "one"

    found = problems_in(read_fhir_claims(file_of(tmp_path, changed(older))))
    assert "(Claim/C1, item[0].sequence): a whole number belongs here." in found[0]


def test_an_npi_may_stand_in_the_address(tmp_path: Path) -> None:
    """A reference by identifier names the provider."""
    address = f"Practitioner?identifier={NPI}|{CLINIC.npi}"
    (claim,) = read(tmp_path, changed(lambda item: item.update(provider={"reference": address})))
    assert claim.billing_provider == CLINIC


def _member(sequence: int, npi: str | None, role: str | None) -> dict[str, Any]:
    known = {"identifier": {"system": NPI, "value": npi}}
    fields = {"sequence": sequence, "provider": known if npi else {"reference": "Practitioner/9"}}
    return fields | ({"role": concept(ROLES, role)} if role else {})


@pytest.mark.parametrize(
    ("team", "pointed", "rendering"),
    [
        ([(1, "1000000004", "rendering"), (2, "1000000012", "referring")], [1, 2], "1000000004"),
        ([(1, "1000000004", None), (2, "1000000012", "assist")], None, "1000000004"),
        ([(1, "1000000004", "primary"), (2, "1000000012", "rendering")], None, "1000000012"),
        ([(1, "1000000004", "primary"), (2, "1000000012", "referring")], [1, 2], "1000000004"),
        ([(1, "1000000004", "rendering"), (2, "1000000004", "performing")], None, "1000000004"),
        ([(1, "1000000004", "referring")], [1], None),
        ([], None, None),
    ],
)
def test_who_rendered_is_reported_by_the_care_team(
    team: list[tuple[int, str | None, str | None]],
    pointed: list[int] | None,
    rendering: str | None,
    tmp_path: Path,
) -> None:
    """The role of rendering, then no role, then the primary provider, then the billing provider."""

    def change(resource: dict[str, Any]) -> None:
        resource["careTeam"] = [_member(*item) for item in team]
        resource["item"][0]["careTeamSequence"] = pointed or []

    (claim,) = read(tmp_path, changed(change))
    found = claim.lines[0].rendering_provider
    assert (found.npi if found else None) == rendering


@pytest.mark.parametrize(
    ("kind", "bill_type", "setting"),
    [
        ("professional", None, "practitioner"),
        ("oral", None, "practitioner"),
        ("institutional", "0131", "outpatient-hospital"),
        ("institutional", "0111", "practitioner"),
    ],
)
def test_the_setting_is_that_of_the_bill_type_or_the_given_one(
    kind: str, bill_type: str | None, setting: str | None, tmp_path: Path
) -> None:
    """A hospital's outpatient bill states its setting; all other claims have the given one."""
    billed = attrs.evolve(CLAIM, bill_type=bill_type)
    typed = changed(lambda item: item["type"]["coding"][0].update(code=kind), billed)
    adjudicated = typed | {"resourceType": "ExplanationOfBenefit"}
    file = file_of(tmp_path, typed, adjudicated)
    (filed,) = read_fhir_claims(file, setting="practitioner")
    (line,) = read_fhir_history(file, setting="practitioner")
    assert isinstance(filed, FiledClaim)
    assert isinstance(line, HistoryLine)
    assert (filed.claim.setting, line.setting) == (setting, setting)


def test_a_supervisor_supervises_who_rendered(tmp_path: Path) -> None:
    """The supervising member of the team supervises the rendering one."""
    team = [_member(1, THERAPIST.npi, "rendering"), _member(2, "1000000012", "supervisor")]
    (claim,) = read(tmp_path, changed(lambda item: item.update(careTeam=team)))
    supervised = Provider(npi=THERAPIST.npi, supervised_by=None)
    assert claim.lines[0].rendering_provider == supervised

    def both(resource: dict[str, Any]) -> None:
        resource["careTeam"] = team
        resource["item"][0]["careTeamSequence"] = [1, 2]

    (claim,) = read(tmp_path, changed(both))
    behind = Provider(npi="1000000012")
    assert claim.lines[0].rendering_provider == attrs.evolve(supervised, supervised_by=behind)


@pytest.mark.parametrize(
    ("team", "message"),
    [
        (
            [(1, "1000000004", "rendering"), (2, "1000000012", "rendering")],
            "2 members of the care team may have rendered the item",
        ),
        ([(1, None, "rendering")], "the rendering provider has no NPI here"),
    ],
)
def test_another_provider_is_never_taken_for_the_billing_one(
    team: list[tuple[int, str | None, str | None]], message: str, tmp_path: Path
) -> None:
    """If an unknown provider rendered, the claim is rejected."""

    def change(resource: dict[str, Any]) -> None:
        resource["careTeam"] = [_member(*item) for item in team]
        del resource["item"][0]["careTeamSequence"]

    (problem,) = problems_in(read_fhir_claims(file_of(tmp_path, changed(change))))
    assert message in problem


@pytest.mark.parametrize(
    ("relationship", "replaces", "frequency"),
    [("prior", "C0", None), ("replaces", "C0", "7"), ("associated", None, None)],
)
def test_a_claim_replaces_another_only_where_that_is_said(
    relationship: str, replaces: str | None, frequency: str | None, tmp_path: Path
) -> None:
    """The prior claim is of the same services; frequency code 7 asks for the word."""
    related = [
        {"claim": {"reference": "Claim/C0"}, "relationship": concept(RELATION, relationship)}
    ]
    (claim,) = read(tmp_path, changed(lambda item: item.update(related=related)))
    assert (claim.replaces, claim.frequency_code) == (replaces, frequency)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda item: item.update(use="preauthorization"),
            "claims.json:1 (Claim/C1, use): use is 'preauthorization': it asks what would be paid,"
            " and for no payment. Claims of use 'claim' are read.",
        ),
        (
            lambda item: item.update(status="cancelled"),
            "claims.json:1 (Claim/C1, status): status is 'cancelled': the claim is withdrawn."
            " Claims of status 'active' and 'draft' are read.",
        ),
        (
            lambda item: item["item"][0].update(productOrService=concept("urn:local", "X1")),
            "claims.json:1 (Claim/C1, item[0].productOrService): productOrService has no CPT or"
            " HCPCS code, only 'X1' of urn:local. Code it in CPT (http://www.ama-assn.org/go/cpt)"
            " or HCPCS (https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets).",
        ),
        (
            lambda item: item["item"][0].update(productOrService=concept(CPT, "9085")),
            "claims.json:1 (Claim/C1, item[0].productOrService): '9085' is not a procedure code."
            " A code has five digits or capital letters, such as '90853' or 'G0410'.",
        ),
        (
            lambda item: item["item"][0].update(modifier=[{"coding": [{"code": "59"}]}]),
            "claims.json:1 (Claim/C1, item[0].modifier[0]): the modifier has no CPT or HCPCS code,"
            " only '59' of no system. Code it in CPT (http://www.ama-assn.org/go/cpt)"
            " or HCPCS (https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets).",
        ),
        (
            lambda item: item["item"][0].update(servicedDate="2024-08"),
            "claims.json:1 (Claim/C1, item[0].servicedDate): servicedDate is not a"
            " full date. Write the full date, such as 2024-08-15.",
        ),
        (
            lambda item: item["item"][0].update(servicedDate="2024-02-30"),
            "claims.json:1 (Claim/C1, item[0].servicedDate): servicedDate is not a full date. Write the full date, such as 2024-08-15.",
        ),
        (
            lambda item: (
                item["item"][0].pop("servicedDate"),
                item["item"][0].update(servicedPeriod={"start": "2024-08-15"}),
            ),
            "claims.json:1 (Claim/C1, item[0].servicedPeriod): servicedPeriod has no full first"
            " and last day. Write start and end as full dates.",
        ),
        (
            lambda item: item["item"][0].update(quantity={"value": 1e30}),
            "claims.json:1 (Claim/C1, item[0].quantity): the number is out of range."
            " Write it such as 120.50.",
        ),
        (
            lambda item: item["item"][0].update(net={"value": "NaN"}),
            "claims.json:1 (Claim/C1, item[0].net): the number is out of range."
            " Write it such as 120.50.",
        ),
        (
            lambda item: item["item"][0].update(
                quantity={"value": 4.5, "system": "http://unitsofmeasure.org", "code": "min"}
            ),
            "claims.json:1 (Claim/C1, item[0].quantity): 4.5 is not a number of minutes."
            " Write whole minutes.",
        ),
        (
            lambda item: item.pop("id"),
            "claims.json:1 (Claim): the claim has no id. Write id, or an identifier.",
        ),
        (
            lambda item: item.pop("provider"),
            "claims.json:1 (Claim/C1, provider): the billing provider has no NPI here. Give it an"
            " identifier of system http://hl7.org/fhir/sid/us-npi, or add the resource that it"
            " refers to to the bundle or to the files.",
        ),
        (
            lambda item: item["item"][0].update(quantity={"value": 0}),
            "claims.json:1 (Claim/C1, item[0].quantity): the line has 0 units."
            " Write a number of units above 0.",
        ),
        (
            lambda item: item["item"][0].update(diagnosisSequence=[7]),
            "claims.json:1 (Claim/C1, item[0].diagnosisSequence): the item points to a diagnosis"
            " that the claim does not have. Write the sequence of one of its diagnoses.",
        ),
        (
            lambda item: item["item"].append(item["item"][0]),
            "claims.json:1 (Claim/C1, item[1].sequence): line number 1 is used twice."
            " Give each line of a claim a number of its own.",
        ),
        (
            lambda item: item.update(item=[]),
            "claims.json:1 (Claim/C1): the claim has no item. Write each service as an item.",
        ),
    ],
)
def test_what_is_reported_of_a_claim_that_cannot_be_read(
    change: Change, problem: str, tmp_path: Path
) -> None:
    """The file and line, the claim, the element, what is wrong and what to do."""
    assert problems_in(read_fhir_claims(file_of(tmp_path, changed(change)))) == [problem]


def test_a_problem_names_its_line(tmp_path: Path) -> None:
    """In a document of many lines the line of the element is named, in a bundle too."""
    file = tmp_path / "b.json"
    broken = changed(lambda item: item["item"][0].update(servicedDate="2024"))
    text = json.dumps(bundle(claim_resource(CLAIM), broken), indent=1)
    file.write_text(text, encoding="utf-8")
    (problem,) = problems_in(read_fhir_claims(file))
    line = text[: text.index('"servicedDate": "2024"')].count("\n") + 1
    assert problem.startswith(f"b.json:{line} (Claim/C1, item[0].servicedDate): ")


def test_one_broken_claim_does_not_cost_the_others(tmp_path: Path) -> None:
    """Broken lines are named by their number, and those around them are read and counted."""
    good = json.dumps(claim_resource(CLAIM))
    bad = json.dumps(changed(lambda item: item.pop("patient")))
    file = tmp_path / "c.ndjson"
    file.write_text(f"{good}\n{bad}\n\n{{\n{good}\n[]\n{{}}\n", encoding="utf-8")
    found = list(read_fhir_claims(file))
    assert [item.number for item in found if isinstance(item, FiledClaim)] == [1, 3]
    places = [item.where.partition(" ")[0] for item in found if isinstance(item, Problem)]
    assert sorted(set(places)) == ["c.ndjson:2", "c.ndjson:4", "c.ndjson:6", "c.ndjson:7"]


def test_all_problems_are_reported_where_the_checker_is_there(tmp_path: Path) -> None:
    """The decoder stops at the first problem; fhir.resources lists the others, with their paths."""
    pytest.importorskip("fhir.resources")

    def break_all(resource: dict[str, Any]) -> None:
        del resource["patient"]
        resource["created"] = "someday"
        resource["item"][0]["sequence"] = "one"

    found = problems_in(read_fhir_claims(file_of(tmp_path, changed(break_all))))
    assert [item.partition("): ")[0].rpartition(", ")[2] for item in found] == [
        "created",
        "item[0].sequence",
        "patient",
    ]


def test_the_decoders_own_problem_is_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fhir.resources the first problem is stated in words."""
    monkeypatch.setitem(sys.modules, "fhir.resources.R4B", None)
    wrong = changed(lambda item: item["item"][0].update(sequence="one"))
    lacking = changed(lambda item: item.pop("status"))
    assert problems_in(read_fhir_claims(file_of(tmp_path, wrong, lacking, name="c.ndjson"))) == [
        "c.ndjson:1 (Claim/C1, item[0].sequence): a whole number belongs here."
        " Write a whole number.",
        "c.ndjson:2 (Claim/C1, status): status is missing. Write what FHIR R4 asks for there.",
    ]


def test_without_msgspec_it_is_reported_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing extra is one problem, and nothing is read."""
    monkeypatch.setitem(sys.modules, "msgspec", None)
    file = file_of(tmp_path, claim_resource(CLAIM))
    problem = "claims.json: msgspec, which reads FHIR, is not installed. Run pip install 'payer-rules[fhir]'."
    assert problems_in(read_fhir_claims(file)) == [problem]
    assert problems_in(read_fhir_history(file)) == [problem]


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """A misspelt name is one problem for the file, and one for what was not found in it."""
    first, *_ = problems_in(read_fhir_claims(tmp_path / "no.json"))
    assert first.startswith("no.json: there is no such file. Check the path.")


@pytest.mark.parametrize(
    ("start", "fhir"),
    [
        (b'{"resourceType": "Claim"', True),
        (b'\xef\xbb\xbf\n {"id": "1", "resourceType": "Bundle"', True),
        (b'{"claim": {"id": "C1"}}', False),
        (b"claim,member,code\n", False),
        (b"ISA*00*", False),
    ],
)
def test_a_file_of_fhir_is_known_by_its_start(start: bytes, fhir: bool) -> None:
    """Other formats of claims are none of this reader's."""
    assert is_fhir(start) is fhir


def explained(**elements: object) -> dict[str, Any]:
    """The claim with its adjudication."""
    resource = claim_resource(CLAIM) | {"resourceType": "ExplanationOfBenefit", "id": "E1"}
    return resource | {"outcome": "complete", "claim": {"reference": "Claim/C1"}} | elements


def history(folder: Path, **elements: object) -> list[HistoryLine | Problem]:
    """Return the history lines of the explanation, or its problems."""
    return list(read_fhir_history(file_of(folder, explained(**elements))))


def test_an_explanation_is_history(tmp_path: Path) -> None:
    """Its lines bear the claim's id, the member, the providers and the diagnoses."""
    (found,) = history(tmp_path)
    line = attrs.asdict(LINE, recurse=False)
    assert found == HistoryLine(
        **line, claim="C1", member="M1", billing_provider=CLINIC, diagnoses=("F33.1", "F41.1")
    )


def _result(category: str, **fields: object) -> dict[str, Any]:
    return {"category": concept(ADJUDICATION, category), **fields}


@pytest.mark.parametrize(
    ("of_claim", "of_line", "status"),
    [
        ({}, [], None),
        ({"status": "cancelled"}, [], "void"),
        ({"status": "draft"}, [], "pending"),
        ({"outcome": "queued"}, [], "pending"),
        (
            {
                "adjudication": [
                    {"category": concept(ADJUDICATION, "x"), "reason": concept(STATUS, "denied")}
                ]
            },
            [],
            "denied",
        ),
        ({"adjudication": [{"category": concept(STATUS, "paid")}]}, [], "paid"),
        ({"related": [{"relationship": concept(RELATION, "replacedby")}]}, [], "void"),
        ({}, [_result("paidtoprovider", amount={"value": 80})], "paid"),
        ({}, [_result("paidtoprovider", amount={"value": 0})], None),
        ({}, [_result("denialreason")], "denied"),
        ({}, [_result("denialreason"), _result("benefit", amount={"value": 1})], "paid"),
    ],
)
def test_whether_a_line_was_paid(
    of_claim: dict[str, object], of_line: list[dict[str, Any]], status: str | None, tmp_path: Path
) -> None:
    """A line is paid or denied if that is stated; an amount of zero states neither."""
    item = claim_resource(CLAIM)["item"][0] | {"adjudication": of_line}
    (found,) = history(tmp_path, item=[item], **of_claim)
    assert isinstance(found, HistoryLine)
    assert found.status == status


NPI_OF_INSURER: Final = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}
TAX_NUMBER: Final = {
    "type": concept("http://terminology.hl7.org/CodeSystem/v2-0203", "TAX"),
    "value": "999999999",
}
PAYER_ID: Final = {
    "type": concept("http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType", "payerid"),
    "value": "60054",
}


@pytest.mark.parametrize(
    ("identifiers", "payer"),
    [
        ([], None),
        ([NPI_OF_INSURER, TAX_NUMBER], None),
        ([{"value": " "}], None),
        ([NPI_OF_INSURER, TAX_NUMBER, {"value": "acme"}, {"value": "other"}], "acme"),
        ([{"value": "acme"}, PAYER_ID], "60054"),
    ],
)
def test_the_insurer_is_the_payer_of_its_lines(
    identifiers: list[dict[str, Any]], payer: str | None, tmp_path: Path
) -> None:
    """It is a resource of its own, or stated in place; numbers of providers name no payer."""
    organization = {"resourceType": "Organization", "id": "O1", "identifier": identifiers}
    contained = {"insurer": {"reference": "#O1"}, "contained": [organization]}
    (found,) = history(tmp_path, **contained)
    assert isinstance(found, HistoryLine)
    assert found.payer == payer
    if identifiers[1:]:
        return
    for each in identifiers:
        (stated,) = history(tmp_path, insurer={"identifier": each, "display": "Insurer"})
        assert isinstance(stated, HistoryLine)
        assert stated.payer == payer


def test_units_and_amounts_are_in_the_adjudication(tmp_path: Path) -> None:
    """Allowed units are those paid, eligible is allowed; submitted is the charge without a net."""
    results = [
        _result("benefit", amount={"value": 80}),
        _result("allowedunits", value=1),
        _result("submitted", amount={"value": 120.5}),
        _result("eligible", amount={"value": 95}),
    ]
    item = claim_resource(CLAIM)["item"][0] | {"adjudication": results, "quantity": {"value": 2}}
    (found,) = history(tmp_path, item=[item])
    assert isinstance(found, HistoryLine)
    assert (found.paid_units, found.charge) == (Decimal(1), Decimal("120.5"))
    assert (found.paid, found.allowed) == (Decimal(80), Decimal(95))


def test_one_broken_line_of_the_history_does_not_cost_the_others(tmp_path: Path) -> None:
    """The line is named, and its neighbours are read."""
    good = claim_resource(CLAIM)["item"][0]
    bad = good | {"sequence": 2, "productOrService": {"coding": []}}
    more = {
        "adjudication": [_result("benefit", amount={"value": 1}), _result("allowedunits", value=5)]
    }
    found = history(
        tmp_path, item=[good, bad, good | {"sequence": 3}, good | {"sequence": 4} | more]
    )
    assert [item.number for item in found if isinstance(item, HistoryLine)] == [1, 3]
    assert [item.partition("): ")[0] for item in problems_in(found)] == [
        "claims.json:1 (ExplanationOfBenefit/E1, item[1].productOrService",
        "claims.json:1 (ExplanationOfBenefit/E1, item[3].adjudication",
    ]


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ({"use": "preauthorization"}, "nothing was claimed, so nothing counts"),
        ({"outcome": "error"}, "the claim was not adjudicated"),
        ({"item": []}, "it has no item"),
        ({"patient": {}}, "the patient is not identified"),
        ({"claim": None, "id": None}, "the explanation names no claim"),
    ],
)
def test_an_explanation_that_states_nothing_is_refused(
    elements: dict[str, object], message: str, tmp_path: Path
) -> None:
    """The reason is given."""
    (problem,) = problems_in(history(tmp_path, **elements))
    assert message in problem


@pytest.mark.parametrize(
    ("elements", "claim"),
    [
        ({"claim": {"identifier": {"value": "C9"}}}, "C9"),
        ({"claim": None}, "E1"),
        ({"claim": None, "id": None, "identifier": [{"value": "U7"}]}, "U7"),
    ],
)
def test_the_claim_explained_is_named_somehow(
    elements: dict[str, object], claim: str, tmp_path: Path
) -> None:
    """By reference, or by the explanation's own number."""
    (found,) = history(tmp_path, **elements)
    assert isinstance(found, HistoryLine)
    assert found.claim == claim


def test_a_file_without_claims_says_what_it_holds(tmp_path: Path) -> None:
    """What is there instead is named, with what it is."""
    resources = [explained(), {"resourceType": "Coverage"}, {"resourceType": "Observation"}]
    (problem,) = problems_in(read_fhir_claims(file_of(tmp_path, *resources, name="o.ndjson")))
    assert problem == (
        "o.ndjson: the file holds no Claim, only Coverage (an insurance), ExplanationOfBenefit"
        " (a claim that was adjudicated: read it as history), resources of other kinds."
        " Give a file that holds a resource Claim. Give an ExplanationOfBenefit, which has"
        " earlier payments, with --history FILE."
    )
