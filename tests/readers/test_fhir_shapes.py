"""Laws of the shapes in which servers write FHIR: systems, codings, keys, arrays, versions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("msgspec")

from fhir_writer import CPT, HCPCS, ICD, PLACE, bundle, claim_resource, concept

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.errors import Problem, Remark
from payer_rules.history import History
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file

DAY: Final = date(2024, 8, 15)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=Provider(npi="1234567893"),
    lines=[ServiceLine(code="90853", date_from=DAY, place_of_service="11")],
    diagnoses=("F33.1",),
)
BLUE_BUTTON: Final = "https://bluebutton.cms.gov/resources/codesystem/hcpcs"
MEDPLUM: Final = "https://www.cms.gov/Medicare/Coding/place-of-service-codes"
UNKNOWN: Final = "http://example.org/codes"


def claim(**elements: object) -> dict[str, Any]:
    """The claim as a resource, whose item has the elements too; ``None`` takes one away."""
    resource = claim_resource(CLAIM)
    item = resource["item"][0] | elements
    resource["item"] = [{key: value for key, value in item.items() if value is not None}]
    return resource


def explanation(**elements: object) -> dict[str, Any]:
    """The same as an explanation of benefit that was paid."""
    paid = {"category": {"coding": [{"code": "benefit"}]}, "amount": {"value": 80}}
    resource = claim(adjudication=[paid], **elements)
    return resource | {"resourceType": "ExplanationOfBenefit", "outcome": "complete"}


def text_of(*resources: object) -> str:
    """The resources as text, several as lines."""
    return "\n".join(json.dumps(resource) for resource in resources)


def read(folder: Path, content: str, name: str = "f.json") -> tuple[list[Claim], list[Problem]]:
    """The claims of a file of the content, and its problems."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    found = [*read_claim_file(path, ReadOptions())]
    return (
        [item.claim for item in found if isinstance(item, FiledClaim)],
        [item for item in found if isinstance(item, Problem)],
    )


def history(folder: Path, content: str, name: str = "f.json") -> tuple[History, list[Problem]]:
    """The history of a file of the content, and its problems."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    store, problems = read_history_file(path, ReadOptions())
    assert store is not None
    return store, problems


@pytest.mark.parametrize(
    "system",
    [
        BLUE_BUTTON,
        BLUE_BUTTON.replace("https", "http"),
        HCPCS,
        HCPCS.lower(),
        HCPCS.replace("https", "http"),
        f"{HCPCS}/",
        CPT.replace("http", "https"),
        "https://www.cms.gov/Medicare/Coding/MedHCPCSGenInfo/index.html",
        "http://terminology.hl7.org/CodeSystem/HCPCS",
    ],
)
def test_procedures_and_modifiers_are_read_in_the_systems_of_cms(
    system: str, tmp_path: Path
) -> None:
    """CMS's servers name HCPCS by several addresses, also for modifiers."""
    elements = {
        "productOrService": concept(system, "G0410"),
        "modifier": [concept(system, "59")],
    }
    (found,), problems = read(tmp_path, text_of(claim(**elements)))
    assert problems == []
    assert (found.lines[0].code, found.lines[0].modifiers) == ("G0410", ("59",))
    store, problems = history(tmp_path, text_of(explanation(**elements)))
    assert problems == []
    assert [(line.code, line.status) for line in store.lines] == [("G0410", "paid")]


@pytest.mark.parametrize(
    "system",
    [
        PLACE,
        MEDPLUM,
        MEDPLUM.replace("https", "http"),
        f"{MEDPLUM}/",
        MEDPLUM.lower(),
        "https://bluebutton.cms.gov/resources/variables/line_place_of_srvc_cd",
    ],
)
def test_places_are_read_in_the_systems_of_cms(system: str, tmp_path: Path) -> None:
    """The list of places has several addresses, with its suffix and without."""
    (found,), problems = read(
        tmp_path, text_of(claim(locationCodeableConcept=concept(system, "10")))
    )
    assert problems == []
    assert found.lines[0].place_of_service == "10"


@pytest.mark.parametrize(
    ("elements", "field"),
    [
        ({"locationCodeableConcept": concept(UNKNOWN, "11")}, "place_of_service"),
        ({"locationCodeableConcept": {"coding": [{"code": "11"}]}}, "place_of_service"),
        ({"revenue": concept(UNKNOWN, "0915")}, "revenue_code"),
    ],
)
def test_a_fact_in_an_unknown_system_is_not_known_and_reported_once(
    elements: dict[str, object], field: str, tmp_path: Path
) -> None:
    """The claims are read; of a thousand of them the first names the system and the element."""
    resources = [claim(**elements) | {"id": f"C{at}"} for at in range(1000)]
    found, (problem,) = read(tmp_path, text_of(*resources), "f.ndjson")
    assert len(found) == 1000
    assert {getattr(item.lines[0], field) for item in found} == {None}
    assert not isinstance(problem, Remark)
    assert problem.where.startswith("f.ndjson:1 (Claim/C0, item[0].")
    assert (UNKNOWN if "system" in json.dumps(elements) else "no system") in problem.message
    explanations = text_of(explanation(**elements), explanation(**elements))
    store, (problem,) = history(tmp_path, explanations, "f.ndjson")
    assert len(store.lines) == 2
    assert "is not known" in problem.message


def test_diagnoses_in_an_unknown_system_are_not_known_and_reported(tmp_path: Path) -> None:
    """A part of the diagnoses is not what the claim states, so none of them is known."""
    resource = claim()
    resource["diagnosis"] = [
        {"sequence": 1, "diagnosisCodeableConcept": concept(ICD, "F33.1")},
        {"sequence": 2, "diagnosisCodeableConcept": concept("http://snomed.info/sct", "1")},
    ]
    (found,), (problem,) = read(tmp_path, text_of(resource))
    assert found.diagnoses is None
    assert "http://snomed.info/sct" in problem.message


@pytest.mark.parametrize(
    "elements",
    [
        {"productOrService": concept(UNKNOWN, "90853")},
        {"modifier": [concept(UNKNOWN, "59")]},
    ],
)
def test_a_service_in_an_unknown_system_is_refused(
    elements: dict[str, object], tmp_path: Path
) -> None:
    """Without its code or modifiers a line would be another; the system is named."""
    found, (problem,) = read(tmp_path, text_of(claim(**elements)))
    assert found == []
    assert UNKNOWN in problem.message


def test_minutes_are_minutes_without_a_system(tmp_path: Path) -> None:
    """An amount in minutes whose unit names no system is no number of units."""
    (found,), problems = read(tmp_path, text_of(claim(quantity={"value": 45, "code": "min"})))
    assert problems == []
    assert (found.lines[0].minutes, found.lines[0].units) == (45, Decimal(1))


CODINGS: Final = [(CPT, "90834"), (HCPCS, "95"), (BLUE_BUTTON, "59")]


@pytest.mark.parametrize("codings", [*permutations(CODINGS)])
def test_modifiers_may_be_codings_of_the_service(
    codings: Iterable[tuple[str, str]], tmp_path: Path
) -> None:
    """In any order: what has two characters is a modifier, and the other is the code."""
    coding = [{"system": system, "code": code} for system, code in codings]
    resource = claim(productOrService={"coding": coding}, modifier=[concept(HCPCS, "HQ")])
    (found,), problems = read(tmp_path, text_of(resource))
    assert problems == []
    assert found.lines[0].code == "90834"
    assert {*found.lines[0].modifiers} == {"95", "59", "HQ"}
    assert found.lines[0].modifiers[-1] == "HQ"


def test_two_codings_of_one_service_give_one_code(tmp_path: Path) -> None:
    """CPT and HCPCS translate each other, and others are passed over."""
    coding = [
        {"system": "http://snomed.info/sct", "code": "76168009"},
        {"system": BLUE_BUTTON, "code": "90853"},
        {"system": CPT, "code": "90853"},
    ]
    (found,), problems = read(tmp_path, text_of(claim(productOrService={"coding": coding})))
    assert problems == []
    assert (found.lines[0].code, found.lines[0].modifiers) == ("90853", ())


@pytest.mark.parametrize("codes", [("90853", "90834"), ("90834", "90853")])
def test_two_procedures_in_one_item_are_reported(codes: tuple[str, str], tmp_path: Path) -> None:
    """Which of two procedure codes is billed does not depend on their order: the item is refused."""
    coding = [{"system": CPT, "code": code} for code in codes]
    found, problems = read(tmp_path, text_of(claim(productOrService={"coding": coding})))
    assert found == []
    assert ["the item has 2 procedure codes" in problem.message for problem in problems] == [True]


@pytest.mark.parametrize(
    ("own", "inner"),
    [(["90834", "90837"], []), (["90834"], ["90837"]), ([None], ["90834", "90837"])],
)
def test_services_in_details_beside_a_procedure_are_reported(
    own: list[str | None], inner: list[str], tmp_path: Path
) -> None:
    """Which of them are billed is not clear: nothing is counted twice, and nothing is lost unsaid."""
    details: list[dict[str, Any]] = [
        {"productOrService": concept(CPT, code) if code else {"text": "group"}} for code in own
    ]
    details[0]["subDetail"] = [{"productOrService": concept(CPT, code)} for code in inner]
    message = (
        "the item has the procedure code '90853', and its details have '90834' and '90837': "
        "it is not clear which of them are billed"
    )
    found, (problem,) = read(tmp_path, text_of(claim(detail=details)))
    assert (found, problem.message) == ([], message)
    assert problem.where == "f.json:1 (Claim/C1, item[0].detail)"
    resource = explanation(detail=details)
    sound = {key: value for key, value in resource["item"][0].items() if key != "detail"}
    resource["item"].append(sound | {"sequence": 2})
    store, (problem,) = history(tmp_path, text_of(resource))
    assert (problem.message, type(problem)) == (message, Problem)
    assert [line.number for line in store.lines] == [2]
    assert store.covers_from == date.max


def test_a_detail_without_a_procedure_costs_nothing(tmp_path: Path) -> None:
    """A drug, and what has a code of another list, are no services of their own."""
    details = [
        {"productOrService": concept("http://hl7.org/fhir/sid/ndc", "00409189001")},
        {"productOrService": concept(UNKNOWN, "90834")},
        {"productOrService": 90834},
    ]
    (found,), problems = read(tmp_path, text_of(claim(detail=details)))
    assert problems == []
    assert found.lines[0].drug is not None
    store, problems = history(tmp_path, text_of(explanation(detail=details)))
    assert ([line.code for line in store.lines], problems) == (["90853"], [])


def test_services_that_the_payer_added_are_reported(tmp_path: Path) -> None:
    """Lines of ``addItem`` are not counted, so the history is not complete; the items are read."""
    added = explanation() | {"addItem": [{"productOrService": concept(CPT, "90834")}]}
    store, (problem,) = history(tmp_path, text_of(added))
    assert type(problem) is Problem
    assert problem.message == "services that the payer added are not counted: 1"
    assert [line.code for line in store.lines] == ["90853"]
    assert store.covers_from == date.max


@pytest.mark.parametrize("is_one_concept", [True, False])
def test_a_line_of_the_history_may_have_five_modifiers(
    is_one_concept: bool, tmp_path: Path
) -> None:
    """CMS's explanations have up to five, and the line counts; a claim form has room for four."""
    five = ["59", "95", "HQ", "U1", "GT"]
    modifiers: list[object] = [concept(HCPCS, item) for item in five]
    if is_one_concept:
        modifiers = [{"coding": [{"system": BLUE_BUTTON, "code": item} for item in five]}]
    store, problems = history(tmp_path, text_of(explanation(modifier=modifiers)))
    assert problems == []
    assert [(line.code, line.modifiers) for line in store.lines] == [("90853", tuple(five))]
    found, (problem,) = read(tmp_path, text_of(claim(modifier=modifiers)))
    assert found == []
    assert "5 modifiers" in problem.message


LONG: Final = {"text": {"status": "generated", "div": f"<div>{'x' * 300_000}</div>"}}


def sorted_keys(value: Any, *, last: str = "resourceType") -> Any:
    """The value with the keys of its objects in order, and one key last."""
    if isinstance(value, list):
        return [sorted_keys(item, last=last) for item in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: (key == last, key))
    return {key: sorted_keys(value[key], last=last) for key in keys}


@pytest.mark.parametrize("name", ["f.json", "f.ndjson", "f.txt"])
def test_the_resource_type_may_be_any_key_of_the_object(name: str, tmp_path: Path) -> None:
    """The order of keys means nothing in JSON, in files, lines, bundles and what they contain."""
    last = sorted_keys(LONG | claim())
    for resource in (last, bundle(sorted_keys(claim())), sorted_keys(bundle(LONG | claim()))):
        (found,), problems = read(tmp_path, text_of(resource), name)
        assert problems == []
        assert found.id == "C1"
    store, problems = history(tmp_path, text_of(sorted_keys(LONG | explanation())), name)
    assert problems == []
    assert len(store.lines) == 1


def test_what_a_claim_contains_may_say_its_type_last(tmp_path: Path) -> None:
    """A contained practitioner is found with any order of its keys."""
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1000000004"}
    contained = {"id": "p", "identifier": [npi], "resourceType": "Practitioner"}
    resource = claim() | {"contained": [contained], "provider": {"reference": "#p"}}
    (found,), problems = read(tmp_path, text_of(sorted_keys(resource)))
    assert problems == []
    assert found.billing_provider.npi == "1000000004"


def test_a_claim_file_of_ours_is_not_taken_for_fhir(tmp_path: Path) -> None:
    """A JSON file without the key stays what it is."""
    data = {
        "claim": {
            "id": "C1",
            "member": {"id": "M1"},
            "billing_provider": {"npi": "1234567893"},
            "lines": [{"code": "90853", "date": "2024-08-15"}],
        }
    }
    (found,), problems = read(tmp_path, json.dumps(data, indent=9000))
    assert (found.id, problems) == ("C1", [])


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_of_resources_is_read(indent: int | None, tmp_path: Path) -> None:
    """Each resource of the array is read by itself, bundles too, with its line."""
    broken = claim() | {"id": "C9", "use": "predetermination"}
    resources = [claim(), bundle(claim() | {"id": "C2"}), broken, claim() | {"id": "C3"}]
    found, (problem,) = read(tmp_path, json.dumps(resources, indent=indent))
    assert [item.id for item in found] == ["C1", "C2", "C3"]
    assert "(Claim/C9, use)" in problem.where
    text = json.dumps(resources, indent=indent)
    line = text[: text.index("predetermination")].count("\n") + 1
    assert problem.where.startswith(f"f.json:{line} ")
    store, problems = history(tmp_path, json.dumps([explanation(), explanation()], indent=indent))
    assert problems == []
    assert len(store.lines) == 2


def test_an_array_may_be_a_line(tmp_path: Path) -> None:
    """In a file of lines, too, the resources of an array are read."""
    found, problems = read(tmp_path, text_of([claim()], claim() | {"id": "C2"}), "f.ndjson")
    assert problems == []
    assert [item.id for item in found] == ["C1", "C2"]


@pytest.mark.parametrize(
    "content", ["[]", "[1]", "[[]]", '[{"resourceType": "Claim"}, [[]], null]']
)
def test_an_array_of_something_else_is_a_problem(content: str, tmp_path: Path) -> None:
    """Nothing is raised, and each element that is no resource is reported."""
    found, problems = read(tmp_path, content)
    assert found == []
    assert problems


STU3: Final = {
    "resourceType": "Claim",
    "id": "S",
    "status": "active",
    "use": "complete",
    "patient": {"reference": "Patient/1"},
    "organization": {"reference": "Organization/o"},
    "item": [{"sequence": 1, "service": concept(CPT, "90853"), "servicedDate": "2024-08-15"}],
}
STU3_EXPLANATION: Final = {
    **{key: value for key, value in STU3.items() if key != "use"},
    "resourceType": "ExplanationOfBenefit",
    "disposition": "paid",
}
DSTU2: Final = {
    "resourceType": "Claim",
    "id": "D",
    "type": "professional",
    "use": "complete",
    "patient": {"reference": "Patient/1"},
    "coverage": [{"sequence": 1, "focal": True}],
    "item": [{"sequence": 1, "service": {"system": CPT, "code": "90853"}}],
}


@pytest.mark.parametrize(
    ("resource", "version"), [(STU3, "STU3"), (STU3_EXPLANATION, "STU3"), (DSTU2, "DSTU2")]
)
def test_a_version_before_r4_is_named_once(
    resource: dict[str, Any], version: str, tmp_path: Path
) -> None:
    """As a resource, a bundle, an array or ten thousand lines: one message, where it is first."""
    forms = [
        (text_of(resource), "f.json"),
        (text_of(bundle(resource, resource)), "f.json"),
        (text_of([resource] * 3), "f.json"),
        (text_of(*[resource] * 10_000), "f.ndjson"),
    ]
    for content, name in forms:
        if resource["resourceType"] == "Claim":
            found, problems = read(tmp_path, content, name)
            assert found == []
        else:
            store, problems = history(tmp_path, content, name)
            assert store.lines == ()
        (problem,) = problems
        assert problem.message == f"this is FHIR {version}; R4 is read"
        assert f"({resource['resourceType']}/{resource['id']})" in problem.where


def test_claims_of_r4_among_others_are_read(tmp_path: Path) -> None:
    """What another version is costs itself alone, and each version is named."""
    found, problems = read(tmp_path, text_of(STU3, claim(), DSTU2, STU3), "f.ndjson")
    assert [item.id for item in found] == ["C1"]
    assert [problem.message for problem in problems] == [
        "this is FHIR STU3; R4 is read",
        "this is FHIR DSTU2; R4 is read",
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.837", "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *240816*"),
        ("f.csv", "claim,line,member,code,date_from,billing_npi\nA1,1,M1,90853,2024-08-15,1"),
        ("f.json", '{"resourceType": "Claim"}'),
        ("f.ndjson", '{"resourceType": "Claim"}\n{}'),
        ("f.toml", '[claim]\nid = "C1"\n'),
        ("f.json", '[\n  {"resourceType": "Claim"}]'),
        ("f", " \r\nISA*00*"),
    ],
)
def test_text_in_utf_16_is_named(name: str, content: str, encoding: str, tmp_path: Path) -> None:
    """With a byte order mark or without, for every format, also if one is named."""
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    for form in (
        ReadOptions(),
        ReadOptions(format="x12"),
        ReadOptions(format="table"),
        ReadOptions(format="json"),
    ):
        (problem,) = read_claim_file(path, form)
        assert isinstance(problem, Problem)
        assert problem.message == "the file is written in UTF-16 or UTF-32"
        assert read_history_file(path, form) == (None, [problem])


@pytest.mark.parametrize("system", ["http://example.org/providers", None])
def test_a_provider_of_an_unknown_number_is_reported_once(
    system: str | None, tmp_path: Path
) -> None:
    """In a history who it is stays not known; a claim is refused, for somebody has to bill it."""
    identifier = {"value": "77"} | ({"system": system} if system else {})
    provider = {"provider": {"identifier": identifier}}
    lines = text_of(*[explanation() | provider] * 3)
    store, (problem,) = history(tmp_path, lines, "f.ndjson")
    assert [line.billing_provider for line in store.lines] == [None] * 3
    assert f"only a number of {system or 'no system'}" in problem.message
    found, problems = read(tmp_path, text_of(claim() | provider))
    assert found == []
    assert len(problems) == 2
