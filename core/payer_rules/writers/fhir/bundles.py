"""A claim as a FHIR R4 ``Bundle`` with the patient and the coverage that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from payer_rules.claims import Claim
from payer_rules.errors import FieldError, InvalidValueError
from payer_rules.vocabularies.claim_frequencies import VOID
from payer_rules.writers.fhir.claim_resource import claim_resource
from payer_rules.writers.fhir.elements import (
    JsonObject,
    address_of,
    member_number,
    stated,
)
from payer_rules.writers.parties import Address, Insurer, PatientDetails, SubmissionDetails

_GENDERS: Final = {"F": "female", "M": "male", "U": "unknown"}
_SEXES: Final = {"f": "female", "m": "male", "x": "other"}


def claim_bundle(claim: Claim, submission: SubmissionDetails, *, created: date) -> JsonObject:
    """Return a bundle of the claim and the resources that it refers to, each with an address.

    Raises `InvalidValueError` if the payer is not known, or FHIR has no form of the claim.
    """
    field_errors = [*_field_errors(claim)]
    if field_errors:
        raise InvalidValueError(field_errors)
    held = {
        address_of("Claim", claim.id): claim_resource(claim, created=created),
        address_of("Patient", claim.member.id): patient_resource(claim, submission.patient),
        address_of("Coverage", f"{claim.payer}/{claim.member.id}"): _coverage(claim, submission),
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in held.items()],
    }


def _field_errors(claim: Claim) -> Iterator[FieldError]:
    if claim.payer is None:
        yield FieldError(("payer",), "the payer is not known", "Write payer = ….")
    if claim.frequency_code == VOID:
        message = "the claim voids another, which a FHIR claim cannot state"
        yield FieldError(("frequency_code",), message, "Write it as an 837P.")


def patient_resource(claim: Claim, patient: PatientDetails) -> JsonObject:
    """Return the patient with the member's number and what is known of the person."""
    born = claim.member.birth_date
    name = stated(
        {
            "family": patient.last_name,
            "given": [patient.first_name] if patient.first_name else None,
        }
    )
    address = _address(patient.address)
    return stated(
        {
            "resourceType": "Patient",
            "identifier": [member_number(claim.member.id)],
            "name": [name] if name else None,
            "gender": _GENDERS.get(patient.gender or "") or _SEXES.get(claim.member.sex or ""),
            "birthDate": born.isoformat() if born else None,
            "address": [address] if address else None,
        }
    )


def _coverage(claim: Claim, submission: SubmissionDetails) -> JsonObject:
    return {
        "resourceType": "Coverage",
        "status": "active",
        "subscriberId": claim.member.id,
        "beneficiary": {"reference": address_of("Patient", claim.member.id)},
        "payor": [_payor(claim, submission.insurer)],
    }


def _payor(claim: Claim, insurer: Insurer) -> JsonObject:
    """Return the payer with the id that its receiver knows it by, or with ours."""
    return stated({"identifier": {"value": insurer.id or claim.payer}, "display": insurer.name})


def _address(address: Address) -> JsonObject:
    return stated(
        {
            "line": [address.street] if address.street else None,
            "city": address.city,
            "state": address.state,
            "postalCode": address.zip,
        }
    )
