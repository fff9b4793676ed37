"""The parts of FHIR R4 resources that are read, as structs of their JSON.

A struct is named ``Fhir`` and FHIR's own name of the type; `FhirConcept` is a ``CodeableConcept``.

Everything else in a resource is passed over. Where FHIR demands an element and a claim cannot be
read without it, it has no default; what a claim can be read without may be absent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeAlias

import msgspec

_PREFIX: Final = "Fhir"


def fhir_type(kind: type[FhirResource]) -> str:
    """Return FHIR's name of the type of resource."""
    return kind.__name__.removeprefix(_PREFIX)


def _tag(class_name: str) -> str:
    return class_name.removeprefix(_PREFIX)


class FhirElement(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """An element of a resource."""


class FhirCoding(FhirElement, frozen=True):
    """A code in a system."""

    system: str | None = None
    code: str | None = None


class FhirConcept(FhirElement, frozen=True):
    """A ``CodeableConcept``: one meaning, coded in several systems."""

    coding: tuple[FhirCoding, ...] = ()


class FhirIdentifier(FhirElement, frozen=True):
    """An identifier that an organization assigned."""

    type: FhirConcept | None = None
    system: str | None = None
    value: str | None = None


class FhirReference(FhirElement, frozen=True):
    """A reference to another resource, by its address or by an identifier."""

    reference: str | None = None
    identifier: FhirIdentifier | None = None


class FhirQuantity(FhirElement, frozen=True):
    """A number with its unit; also an amount of money."""

    value: Decimal | None = None
    system: str | None = None
    code: str | None = None


class FhirPeriod(FhirElement, frozen=True):
    """A period from one day to another, both included."""

    start: str | None = None
    end: str | None = None


class FhirCareTeamMember(FhirElement, frozen=True):
    """A member of the care team, with the role."""

    sequence: int
    provider: FhirReference
    role: FhirConcept | None = None
    qualification: FhirConcept | None = None


class FhirDiagnosis(FhirElement, frozen=True):
    """A diagnosis, by its code or as another resource."""

    sequence: int
    diagnosis_codeable_concept: FhirConcept | None = None
    diagnosis_reference: FhirReference | None = None


class FhirInsurance(FhirElement, frozen=True):
    """An insurance; the focal one is asked to pay."""

    focal: bool = False
    sequence: int | None = None
    coverage: FhirReference | None = None
    claim_response: FhirReference | None = None
    pre_auth_ref: tuple[str, ...] | None = None


class FhirRelated(FhirElement, frozen=True):
    """Another claim, and its relationship to this one."""

    claim: FhirReference | None = None
    relationship: FhirConcept | None = None


class FhirAccident(FhirElement, frozen=True):
    """The accident of which an injury is."""

    date: str | None = None


class FhirSupportingInfo(FhirElement, frozen=True):
    """Supporting information, such as the type of bill or the day of receipt."""

    category: FhirConcept | None = None
    code: FhirConcept | None = None
    timing_date: str | None = None
    timing_period: FhirPeriod | None = None


class FhirAdjudication(FhirElement, frozen=True):
    """A result of adjudication: an amount, a number, or a reason."""

    category: FhirConcept | None = None
    reason: FhirConcept | None = None
    amount: FhirQuantity | None = None
    value: Decimal | None = None


class FhirItem(FhirElement, frozen=True):
    """A service line; only an ``ExplanationOfBenefit`` has ``adjudication``."""

    sequence: int
    product_or_service: FhirConcept | None = None
    modifier: tuple[FhirConcept, ...] = ()
    quantity: FhirQuantity | None = None
    serviced_date: str | None = None
    serviced_period: FhirPeriod | None = None
    location_codeable_concept: FhirConcept | None = None
    revenue: FhirConcept | None = None
    net: FhirQuantity | None = None
    body_site: FhirConcept | None = None
    sub_site: tuple[FhirConcept, ...] = ()
    care_team_sequence: tuple[int, ...] = ()
    diagnosis_sequence: tuple[int, ...] | None = None
    detail: tuple[msgspec.Raw, ...] = ()
    adjudication: tuple[FhirAdjudication, ...] = ()


class FhirItemDetail(FhirElement, frozen=True):
    """A detail of a service line, such as the drug that it bills."""

    product_or_service: FhirConcept | None = None
    quantity: FhirQuantity | None = None
    sub_detail: tuple[msgspec.Raw, ...] = ()


class FhirResource(FhirElement, frozen=True, kw_only=True, tag_field="resourceType", tag=_tag):
    """A resource."""

    id: str | None = None


class FhirClaimBase(FhirResource, frozen=True):
    """The elements that a claim and an explanation of benefit have in common."""

    status: str
    use: str
    patient: FhirReference
    identifier: tuple[FhirIdentifier, ...] = ()
    contained: tuple[msgspec.Raw, ...] = ()
    type: FhirConcept | None = None
    sub_type: FhirConcept | None = None
    billable_period: FhirPeriod | None = None
    provider: FhirReference | None = None
    related: tuple[FhirRelated, ...] = ()
    referral: FhirReference | None = None
    prescription: FhirReference | None = None
    care_team: tuple[FhirCareTeamMember, ...] = ()
    supporting_info: tuple[FhirSupportingInfo, ...] = ()
    diagnosis: tuple[FhirDiagnosis, ...] | None = None
    accident: FhirAccident | None = None
    insurance: tuple[FhirInsurance, ...] = ()
    item: tuple[FhirItem, ...] = ()


class FhirClaim(FhirClaimBase, frozen=True):
    """A claim, or a request for a predetermination or authorization (``use``)."""


class FhirExplanationOfBenefit(FhirClaimBase, frozen=True):
    """A claim with its adjudication."""

    claim: FhirReference | None = None
    insurer: FhirReference | None = None
    outcome: str | None = None
    add_item: tuple[msgspec.Raw, ...] = ()
    adjudication: tuple[FhirAdjudication, ...] = ()


class FhirPatient(FhirResource, frozen=True):
    """The person insured."""

    identifier: tuple[FhirIdentifier, ...] = ()
    birth_date: str | None = None
    gender: str | None = None


class FhirPractitioner(FhirResource, frozen=True):
    """A person who treats patients."""

    identifier: tuple[FhirIdentifier, ...] = ()


class FhirOrganization(FhirResource, frozen=True):
    """A practice, a hospital, a payer."""

    identifier: tuple[FhirIdentifier, ...] = ()


class FhirPractitionerRole(FhirResource, frozen=True):
    """A practitioner at an organization."""

    identifier: tuple[FhirIdentifier, ...] = ()
    practitioner: FhirReference | None = None
    organization: FhirReference | None = None
    specialty: tuple[FhirConcept, ...] = ()


class FhirCondition(FhirResource, frozen=True):
    """A diagnosis as a resource of its own."""

    code: FhirConcept | None = None


class FhirEntry(FhirElement, frozen=True):
    """A resource in a bundle, not decoded yet."""

    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw(b"")


class FhirBundle(FhirResource, frozen=True):
    """A collection of resources."""

    entry: tuple[FhirEntry, ...] = ()


class FhirResourceHead(FhirElement, frozen=True):
    """The type and id of any resource."""

    resource_type: str | None = None
    id: str | None = None


#: Resources that a claim may refer to.
FhirReferenced: TypeAlias = (
    FhirPatient | FhirPractitioner | FhirOrganization | FhirPractitionerRole | FhirCondition
)
FhirRead: TypeAlias = FhirClaim | FhirExplanationOfBenefit | FhirReferenced | FhirBundle
