"""What the service answers to clients of FHIR: claim responses, outcomes, and what it can do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from fhir_writer import bundle, claim_resource, patient_resource

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.cli import main

pytest.importorskip("litestar", reason="the service needs the extra serve")

SUBMIT: Final = "/fhir/Claim/$submit"
TYPE: Final = "application/fhir+json"
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1", birth_date=date(1980, 1, 1)),
    billing_provider=Provider(npi="1234567893"),
    setting="practitioner",
    diagnoses=["F32.9"],
    lines=[
        ServiceLine(
            number=number,
            code="90853",
            date_from=date(2026, 3, number),
            place_of_service="11",
            charge=60,
        )
        for number in (1, 2, 3)
    ],
)
OTHER: Final = attrs.evolve(CLAIM, id="C2")


def insured(payer: str, claim: Claim = CLAIM) -> dict[str, Any]:
    """The claim as a resource whose insurer has the identifier."""
    resource = claim_resource(claim) | {"insurer": {"identifier": {"value": payer}}}
    return resource | {"patient": {"identifier": {"value": claim.member.id}}}


def sound(document: dict[str, Any]) -> dict[str, Any]:
    """The resource, which FHIR's own model takes."""
    models = pytest.importorskip("fhir.resources.R4B", reason="the extra fhir-check")
    models.get_fhir_model_class(document["resourceType"]).model_validate_json(json.dumps(document))
    return document


def asked(served: Any, body: Any, status: int = 200, **params: str) -> dict[str, Any]:
    """The resource that answers the body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = served.client.post(SUBMIT, content=content, params=params)
    assert (response.status_code, response.headers["content-type"]) == (status, TYPE), response.text
    return sound(response.json())


def of_command(folder: Path, body: dict[str, Any], *payers: str) -> list[dict[str, Any]]:
    """The claim responses that `check` writes on a file with the body."""
    path, out = folder / "fhir.json", folder / "responses.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    options = [word for payer in payers for word in ("--payer", payer)]
    profiles = ("--profiles", str(folder / "acme"))
    main(["check", str(path), *options, *profiles, "--report", f"claim-response:{out}"])
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_claim_is_answered_as_the_command_does(served: Any) -> None:
    """The response is that of `check --report claim-response` on the same claim."""
    body = insured("nobody")
    assert [asked(served, body, payer="acme")] == of_command(served.folder, body, "acme")
    assert "deny" in asked(served, body, payer="acme")["disposition"]


def test_a_bundle_is_answered_by_a_bundle(served: Any) -> None:
    """Each claim of a bundle has its response, in order, and what cannot be read is an outcome."""
    claims = [claim_resource(CLAIM), claim_resource(OTHER)]
    body = bundle(*claims, patient_resource(CLAIM))
    answer = asked(served, body, payer="acme")
    found = [each["resource"] for each in answer["entry"]]
    assert found == of_command(served.folder, body, "acme")
    broken = bundle(claims[0], {**claims[1], "item": []}, patient_resource(CLAIM))
    answer = asked(served, broken, payer="acme")
    kinds = [each["resource"]["resourceType"] for each in answer["entry"]]
    assert kinds == ["ClaimResponse", "OperationOutcome"]


def test_parameters_are_answered_as_their_resource(served: Any) -> None:
    """A claim as the parameter `resource` of the operation has the answer of the claim alone."""
    parameter = {"name": "resource", "resource": insured("acme")}
    body = {"resourceType": "Parameters", "parameter": [parameter]}
    assert asked(served, body) == asked(served, insured("acme"))
    for parameters in ([], [parameter, parameter], [{"name": "other", "resource": {}}]):
        body = {"resourceType": "Parameters", "parameter": parameters}
        assert asked(served, body, 400)["resourceType"] == "OperationOutcome"


def test_the_insurer_names_the_payer(served: Any) -> None:
    """The identifier of the insurer is the payer, unless a parameter names another."""
    assert asked(served, insured("acme"))["insurer"]["identifier"]["value"] == "acme"
    other = asked(served, insured("acme"), payer="medicare")
    assert other["insurer"]["identifier"]["value"] == "medicare"
    numbered = insured("87726")
    assert asked(served, numbered)["insurer"]["identifier"]["value"] == "uhc"
    numbered["insurer"]["identifier"]["system"] = "urn:oid:2.16.840.1.113883.4.4"
    assert asked(served, numbered, 422)["resourceType"] == "OperationOutcome"
    (issue,) = asked(served, insured("nobody"), 422)["issue"]
    assert "no payer is named" in issue["details"]["text"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"ISA*00*", 400),
        (b"[" * 100_000, 400),
        (b"{}", 400),
        (b'{"resourceType": "Patient"}', 400),
        (b'{"resourceType": 1}', 400),
        (b'{"resourceType": "Claim"}', 422),
        (b'{"resourceType": "Bundle", "type": "collection"}', 422),
        (b"\xff\xfe", 400),
        (b"", 400),
    ],
    ids=str,
)
def test_what_is_no_claim_is_an_outcome(served: Any, body: bytes, status: int) -> None:
    """A body that has no claim is refused with an OperationOutcome."""
    outcome = asked(served, body[:200_000], status, payer="acme")
    assert outcome["resourceType"] == "OperationOutcome"
    assert all(each["severity"] == "error" for each in outcome["issue"])


def test_the_statement_names_what_is_there(served: Any) -> None:
    """The CapabilityStatement is sound, and has the one operation."""
    response = served.client.get("/fhir/metadata")
    statement = sound(response.json())
    assert response.headers["content-type"] == TYPE
    (resource,) = statement["rest"][0]["resource"]
    assert resource["type"] == "Claim"
    assert [each["name"] for each in resource["operation"]] == ["submit"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("GET", "/fhir/Patient", 404), ("GET", SUBMIT, 405), ("POST", "/fhir/metadata", 405)],
)
def test_other_addresses_of_fhir_are_outcomes(
    served: Any, method: str, address: str, status: int
) -> None:
    """What is not there is refused in the form that clients of FHIR read."""
    response = served.client.request(method, address)
    assert response.status_code == status
    assert sound(response.json())["resourceType"] == "OperationOutcome"
