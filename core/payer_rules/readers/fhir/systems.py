"""Code systems by the addresses that FHIR resources name them with, and the codes of a concept.

The same code may mean something different in another system, so a code is taken only from a coding
whose system is listed here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from payer_rules.readers.fhir.resources import FhirConcept, FhirIdentifier
from payer_rules.text.quoting import redacted

#: CPT is level I of HCPCS: either system may hold a procedure's code or a modifier.
PROCEDURES: Final = frozenset(
    [
        "http://www.ama-assn.org/go/cpt",
        "urn:oid:2.16.840.1.113883.6.12",
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "urn:oid:2.16.840.1.113883.6.285",
        "urn:oid:2.16.840.1.113883.6.14",
        "http://terminology.hl7.org/CodeSystem/HCPCS",
        "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes",
        # NOTE: CMS's own servers, now and before (Blue Button, AB2D, BCDA, DPC).
        "https://bluebutton.cms.gov/resources/codesystem/hcpcs",
        "https://www.cms.gov/Medicare/Coding/MedHCPCSGenInfo/index.html",
    ]
)
PLACES: Final = frozenset(
    [
        "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
        "https://www.cms.gov/medicare/coding/place-of-service-codes/place_of_service_code_set.html",
        "https://www.cms.gov/Medicare/Coding/place-of-service-codes",
        "https://bluebutton.cms.gov/resources/variables/line_place_of_srvc_cd",
    ]
)
DIAGNOSES: Final = frozenset(
    ["http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"]
)
NPI: Final = frozenset(["http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.6"])
TAXONOMIES: Final = frozenset(
    ["http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101"]
)
SPECIALTIES: Final = frozenset(["https://bluebutton.cms.gov/fhir/CodeSystem/CLM-PRVDR-SPCLTY-CD"])
REVENUE_CODES: Final = frozenset(
    [
        "https://www.nubc.org/CodeSystem/RevenueCodes",
        "https://bluebutton.cms.gov/fhir/CodeSystem/CLM-REV-CNTR-CD",
        "https://bluebutton.cms.gov/resources/variables/rev_cntr",
    ]
)
#: NUBC's occurrence codes.
OCCURRENCE_CODES: Final = frozenset(
    ["http://terminology.hl7.org/CodeSystem/v2-0350", "urn:oid:2.16.840.1.113883.6.301.7"]
)
#: The American Dental Association's numbers of teeth and areas of the mouth.
TEETH: Final = frozenset(
    ["http://terminology.hl7.org/CodeSystem/ADAUniversalToothDesignationSystem"]
)
ORAL_AREAS: Final = frozenset(["http://terminology.hl7.org/CodeSystem/ADAAreaOralCavitySystem"])
DRUGS: Final = frozenset(["http://hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69"])
BILL_TYPES: Final = frozenset(
    ["https://www.nubc.org/CodeSystem/TypeOfBill", "https://www.cms.gov/codes/billtype"]
)
MINUTES: Final = frozenset(["http://unitsofmeasure.org"])
#: The reason for a missing code, in place of a code.
ABSENT: Final = frozenset(["http://terminology.hl7.org/CodeSystem/data-absent-reason"])
#: The payer's claim control number in CMS's system.
CONTROL_NUMBERS: Final = frozenset(["https://bluebutton.cms.gov/identifiers/CLM-CNTL-NUM"])
#: CARIN's types of identifiers, such as the payer's number of a claim, or that of the payer.
CARIN_IDENTIFIER_TYPES: Final = frozenset(
    ["http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType"]
)
IDENTIFIER_TYPES: Final = frozenset(["http://terminology.hl7.org/CodeSystem/v2-0203"])

ADJUSTMENT_GROUPS: Final = "https://x12.org/codes/claim-adjustment-group-codes"
ADJUSTMENT_REASONS: Final = "https://x12.org/codes/claim-adjustment-reason-codes"
REMARKS: Final = "https://x12.org/codes/remittance-advice-remark-codes"
#: The most codings of a concept that a message names.
_MOST_CODINGS: Final = 3


def is_of(system: str | None, systems: frozenset[str]) -> bool:
    """Return True if the address names one of the systems, with http or https, in any case."""
    return system in systems or (system is not None and _plain(system) in _plain_systems(systems))


@lru_cache(maxsize=1024)
def _plain(system: str) -> str:
    return system.lower().removeprefix("https://").removeprefix("http://").rstrip("/")


@lru_cache(maxsize=64)
def _plain_systems(systems: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_plain, systems))


def code_of(concept: FhirConcept | None, systems: frozenset[str]) -> str | None:
    """Return the first code of the concept in one of the systems; ``None`` if it has none."""
    if concept is not None:
        for coding in concept.coding:
            # NOTE: every line of a file passes here, and nearly all have a system as it is listed.
            if coding.code and (coding.system in systems or is_of(coding.system, systems)):
                return coding.code
    return None


def codings_in_words(concept: FhirConcept) -> str:
    """Return the codings of the concept for a message."""
    codings = [
        f"{redacted(coding.code)} of {system_in_words(coding.system)}"
        for coding in concept.coding[:_MOST_CODINGS]
    ]
    return " and ".join(dict.fromkeys(codings))


def system_in_words(system: str | None) -> str:
    """Return the address of the system for a message; text that is no address is not quoted."""
    is_address = system is not None and system.startswith(("http://", "https://", "urn:"))
    return system if system is not None and is_address else "no system"


def codes_of(concept: FhirConcept, systems: frozenset[str]) -> tuple[str, ...]:
    """Return the different codes of the concept in the systems, in their order.

    Several codings translate one meaning, but CMS's own server writes the modifiers of a line as
    codings of one concept.
    """
    if len(concept.coding) == 1:
        only = concept.coding[0]
        is_known = only.system in systems or is_of(only.system, systems)
        return (only.code,) if only.code and is_known else ()
    codes = [coding.code for coding in concept.coding if is_of(coding.system, systems)]
    return tuple(dict.fromkeys([code for code in codes if code]))


def words_of(concept: FhirConcept | None) -> frozenset[str]:
    """Return all codes of the concept, in any system: for words that mean the same in all."""
    if concept is None:
        return frozenset()
    return frozenset([coding.code for coding in concept.coding if coding.code])


def value_of(identifiers: Collection[FhirIdentifier], systems: frozenset[str]) -> str | None:
    """Return the value of the first identifier in one of the systems."""
    for each in identifiers:
        if each.value and is_of(each.system, systems):
            return each.value
    return None
