"""Codes, numbers and references as FHIR R4 writes them in JSON."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias
from uuid import NAMESPACE_URL, uuid5

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

CPT: Final = "http://www.ama-assn.org/go/cpt"
HCPCS: Final = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACES: Final = (
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)
DIAGNOSES: Final = "http://hl7.org/fhir/sid/icd-10-cm"
NPI: Final = "http://hl7.org/fhir/sid/us-npi"
TAXONOMIES: Final = "http://nucc.org/provider-taxonomy"
SPECIALTIES: Final = "https://bluebutton.cms.gov/fhir/CodeSystem/CLM-PRVDR-SPCLTY-CD"
REVENUE_CODES: Final = "https://www.nubc.org/CodeSystem/RevenueCodes"
BILL_TYPES: Final = "https://www.nubc.org/CodeSystem/TypeOfBill"
UNITS: Final = "http://unitsofmeasure.org"
INFORMATION: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
CATEGORIES: Final = "http://terminology.hl7.org/CodeSystem/claiminformationcategory"
OCCURRENCE_CODES: Final = "http://terminology.hl7.org/CodeSystem/v2-0350"
TEETH: Final = "http://terminology.hl7.org/CodeSystem/ADAUniversalToothDesignationSystem"
ORAL_AREAS: Final = "http://terminology.hl7.org/CodeSystem/ADAAreaOralCavitySystem"
TOOTH_SURFACES: Final = "http://terminology.hl7.org/CodeSystem/FDI-surface"
#: Our own words for the sides of the body.
SIDES: Final = "urn:payer-rules:side"
NDC: Final = "http://hl7.org/fhir/sid/ndc"
CLAIM_TYPES: Final = "http://terminology.hl7.org/CodeSystem/claim-type"
PRIORITIES: Final = "http://terminology.hl7.org/CodeSystem/processpriority"
RELATIONS: Final = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
ROLES: Final = "http://terminology.hl7.org/CodeSystem/claimcareteamrole"
IDENTIFIER_TYPES: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"

is_id: Final = re.compile(r"[A-Za-z0-9.-]{1,64}").fullmatch
_OURS: Final = uuid5(NAMESPACE_URL, "urn:payer-rules")


def concept(system: str, code: str) -> JsonObject:
    """Return a concept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def procedure(code: str) -> JsonObject:
    """Return the concept of a procedure code or modifier.

    Codes of digits alone are CPT's, the others are level II of HCPCS. Codes of both are in HCPCS,
    whose level I is CPT.
    """
    return concept(CPT if code.isdigit() else HCPCS, code)


def numeral(value: Decimal) -> int | float:
    """Return the number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)


def money(value: Decimal) -> JsonObject:
    """Return the amount in dollars."""
    return {"value": numeral(value), "currency": "USD"}


def days(first: date, last: date) -> JsonObject:
    """Return a period, both days included."""
    return {"start": first.isoformat(), "end": last.isoformat()}


def address_of(kind: str, name: str) -> str:
    """Return the address of the resource in a bundle; equal names have equal addresses."""
    return uuid5(_OURS, f"{kind}/{name}").urn


def by_npi(npi: str) -> JsonObject:
    """Return a reference to a provider by its NPI, which needs no resource."""
    return {"identifier": {"system": NPI, "value": npi}}


def member_number(number: str) -> JsonObject:
    """Return an identifier that is the number of a member."""
    return {"type": concept(IDENTIFIER_TYPES, "MB"), "value": number}


def stated(resource: JsonObject) -> JsonObject:
    """Return the resource without the elements that are empty."""
    return {key: value for key, value in resource.items() if value not in (None, [], {})}
