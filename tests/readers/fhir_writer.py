"""Claims as FHIR R4 resources, as a billing system writes them: the reader's other half."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from payer_rules.claims import Authorization, Claim, Provider, ServiceLine

NPI: Final = "http://hl7.org/fhir/sid/us-npi"
CPT: Final = "http://www.ama-assn.org/go/cpt"
HCPCS: Final = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACE: Final = (
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)
TAXONOMY: Final = "http://nucc.org/provider-taxonomy"
SPECIALTY: Final = "https://bluebutton.cms.gov/fhir/CodeSystem/CLM-PRVDR-SPCLTY-CD"
ICD: Final = "http://hl7.org/fhir/sid/icd-10-cm"
INFO: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
BILL: Final = "https://www.nubc.org/CodeSystem/TypeOfBill"
REVENUE: Final = "https://www.nubc.org/CodeSystem/RevenueCodes"
TYPE: Final = "http://terminology.hl7.org/CodeSystem/claim-type"
RELATION: Final = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
MEMBER_NUMBER: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
ROLE: Final = "http://terminology.hl7.org/CodeSystem/claimcareteamrole"


def concept(system: str, code: str) -> dict[str, Any]:
    """A concept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def procedure(code: str) -> dict[str, Any]:
    """A procedure's code or a modifier, in the system that it is of."""
    return concept(CPT if code.isdigit() else HCPCS, code)


def by_npi(provider: Provider) -> dict[str, Any]:
    """A reference to a provider by its NPI."""
    return {"identifier": {"system": NPI, "value": provider.npi}}


def claim_resource(claim: Claim) -> dict[str, Any]:
    """The claim as a resource that needs no other, but for the patient's date of birth."""
    renderers = list(dict.fromkeys(line.rendering_provider for line in claim.lines))
    team = [provider for provider in renderers if provider is not None]
    told: dict[str, Any] = {
        "resourceType": "Claim",
        "id": claim.id,
        "status": "active",
        "type": concept(TYPE, "professional"),
        "use": "claim",
        "patient": {"reference": f"Patient/{claim.member.id}"},
        "created": "2024-08-20",
        "provider": by_npi(claim.billing_provider),
        "priority": {"coding": [{"code": "normal"}]},
        "insurance": [_insurance(claim.authorizations)],
        "careTeam": [_member(at, each) for at, each in enumerate(team, start=1)],
        "supportingInfo": [*_infos(claim)],
        "item": [_item(line, team) for line in claim.lines],
    }
    if claim.diagnoses is not None:
        told["diagnosis"] = [
            {"sequence": at, "diagnosisCodeableConcept": concept(ICD, code)}
            for at, code in enumerate(claim.diagnoses, start=1)
        ]
    if claim.replaces is not None:
        related = {"claim": {"reference": f"Claim/{claim.replaces}"}}
        told["related"] = [{**related, "relationship": concept(RELATION, "prior")}]
    for key, given in (("referral", claim.referral), ("prescription", claim.order)):
        if given is not None:
            told[key] = {"reference": f"ServiceRequest/{given}"}
    return {key: value for key, value in told.items() if value != []}


def patient_resource(claim: Claim) -> dict[str, Any]:
    """The patient of the claim."""
    born = claim.member.birth_date
    told = {"resourceType": "Patient", "id": claim.member.id}
    return told | ({"birthDate": born.isoformat()} if born else {})


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """The resources together."""
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _insurance(authorizations: tuple[Authorization, ...] | None) -> dict[str, Any]:
    told: dict[str, Any] = {"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/1"}}
    if authorizations is not None:
        told["preAuthRef"] = [each.number for each in authorizations]
    return told


def _member(sequence: int, provider: Provider) -> dict[str, Any]:
    told = {"sequence": sequence, "provider": by_npi(provider), "role": concept(ROLE, "rendering")}
    codes = ((TAXONOMY, provider.taxonomy), (SPECIALTY, provider.specialty))
    coding = [{"system": system, "code": code} for system, code in codes if code is not None]
    return told | ({"qualification": {"coding": coding}} if coding else {})


def _infos(claim: Claim) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    if claim.received is not None:
        day = {"timingDate": claim.received.isoformat()}
        told.append({"sequence": 1, "category": concept(INFO, "clmrecvddate"), **day})
    if claim.bill_type is not None:
        code = {"code": concept(BILL, claim.bill_type)}
        told.append({"sequence": 2, "category": concept(INFO, "typeofbill"), **code})
    return told


def _item(line: ServiceLine, team: list[Provider]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sequence": line.number,
        "productOrService": procedure(line.code),
        "quantity": {"value": plain(line.units)},
    }
    if line.rendering_provider is not None:
        told["careTeamSequence"] = [team.index(line.rendering_provider) + 1]
    if line.modifiers:
        told["modifier"] = [procedure(each) for each in line.modifiers]
    if line.date_from == line.date_to:
        told["servicedDate"] = line.date_from.isoformat()
    else:
        days = (line.date_from.isoformat(), line.date_to.isoformat())
        told["servicedPeriod"] = dict(zip(("start", "end"), days, strict=True))
    if line.place_of_service is not None:
        told["locationCodeableConcept"] = concept(PLACE, line.place_of_service)
    if line.charge is not None:
        told["net"] = {"value": plain(line.charge), "currency": "USD"}
    if line.revenue_code is not None:
        told["revenue"] = concept(REVENUE, line.revenue_code)
    if line.diagnosis_pointers is not None:
        told["diagnosisSequence"] = list(line.diagnosis_pointers)
    return told


def plain(number: Decimal) -> float | int:
    """The number as JSON writes it."""
    return int(number) if number == number.to_integral_value() else float(number)
