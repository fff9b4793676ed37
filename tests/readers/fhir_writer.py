"""FHIR resources for tests: claims by the writer, and other resources."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from payer_rules.claims import Claim
from payer_rules.writers import fhir
from payer_rules.writers.fhir.elements import CPT, HCPCS, NPI, concept
from payer_rules.writers.fhir.elements import DIAGNOSES as ICD
from payer_rules.writers.fhir.elements import PLACES as PLACE
from payer_rules.writers.fhir.elements import TAXONOMIES as TAXONOMY

__all__ = [
    "CPT",
    "HCPCS",
    "ICD",
    "MEMBER_NUMBER",
    "NPI",
    "PLACE",
    "TAXONOMY",
    "bundle",
    "claim_resource",
    "concept",
    "patient_resource",
]
MEMBER_NUMBER: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"


def claim_resource(claim: Claim) -> dict[str, Any]:
    """The claim as a resource that needs no other, but for the patient's date of birth.

    It goes by the ids of resources alone, so that tests can take them away.
    """
    result: dict[str, Any] = dict(fhir.claim_resource(claim, created=date(2024, 8, 20)))
    del result["identifier"]
    return result | {"patient": {"reference": f"Patient/{claim.member.id}"}}


def patient_resource(claim: Claim) -> dict[str, Any]:
    """The patient of the claim, by the id of the resource."""
    born = claim.member.birth_date
    fields = {"resourceType": "Patient", "id": claim.member.id}
    return fields | ({"birthDate": born.isoformat()} if born else {})


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """The resources together, by type and id."""
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
