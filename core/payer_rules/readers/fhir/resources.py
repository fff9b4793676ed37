"""The parts of FHIR R4 resources that are read, as they stand in JSON.

Everything else in a resource is passed over. Where FHIR demands an element and a claim cannot be
read without it, it has no default; what a claim can be read without may be absent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import msgspec


class Element(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of a resource."""


class Coding(Element, frozen=True):
    """A code in a system."""

    system: str | None = None
    code: str | None = None


class Concept(Element, frozen=True):
    """A ``CodeableConcept``: one meaning, coded in several systems."""

    coding: tuple[Coding, ...] = ()


class Identifier(Element, frozen=True):
    """A number that somebody gave."""

    type: Concept | None = None
    system: str | None = None
    value: str | None = None


class Reference(Element, frozen=True):
    """Another resource, by its address or by an identifier."""

    reference: str | None = None
    identifier: Identifier | None = None


class Quantity(Element, frozen=True):
    """A number with its unit; also an amount of money."""

    value: Decimal | None = None
    system: str | None = None
    code: str | None = None


class Period(Element, frozen=True):
    """From a day to another, both included."""

    start: str | None = None
    end: str | None = None


class CareTeamMember(Element, frozen=True):
    """Who took part, in which role."""

    sequence: int
    provider: Reference
    role: Concept | None = None
    qualification: Concept | None = None


class Diagnosis(Element, frozen=True):
    """A diagnosis, by its code or as another resource."""

    sequence: int
    diagnosis_codeable_concept: Concept | None = None
    diagnosis_reference: Reference | None = None


class Insurance(Element, frozen=True):
    """An insurance; the focal one is asked to pay."""

    focal: bool = False
    pre_auth_ref: tuple[str, ...] | None = None


class Related(Element, frozen=True):
    """Another claim, and what it is to this one."""

    claim: Reference | None = None
    relationship: Concept | None = None


class SupportingInfo(Element, frozen=True):
    """Something said beside, such as the type of bill or the day of receipt."""

    category: Concept | None = None
    code: Concept | None = None
    timing_date: str | None = None


class Adjudication(Element, frozen=True):
    """One result of adjudication: an amount, a number, or a reason."""

    category: Concept | None = None
    reason: Concept | None = None
    amount: Quantity | None = None
    value: Decimal | None = None


class Item(Element, frozen=True):
    """A service line; only an ``ExplanationOfBenefit`` has ``adjudication``."""

    sequence: int
    product_or_service: Concept | None = None
    modifier: tuple[Concept, ...] = ()
    quantity: Quantity | None = None
    serviced_date: str | None = None
    serviced_period: Period | None = None
    location_codeable_concept: Concept | None = None
    revenue: Concept | None = None
    net: Quantity | None = None
    care_team_sequence: tuple[int, ...] = ()
    diagnosis_sequence: tuple[int, ...] | None = None
    detail: tuple[msgspec.Raw, ...] = ()
    adjudication: tuple[Adjudication, ...] = ()


class Resource(Element, frozen=True, kw_only=True, tag_field="resourceType", tag=True):
    """A resource; its class is called as FHIR calls its type."""

    id: str | None = None


class Billed(Resource, frozen=True):
    """What a claim and its adjudication have in common."""

    status: str
    use: str
    patient: Reference
    identifier: tuple[Identifier, ...] = ()
    contained: tuple[msgspec.Raw, ...] = ()
    type: Concept | None = None
    sub_type: Concept | None = None
    billable_period: Period | None = None
    provider: Reference | None = None
    related: tuple[Related, ...] = ()
    referral: Reference | None = None
    prescription: Reference | None = None
    care_team: tuple[CareTeamMember, ...] = ()
    supporting_info: tuple[SupportingInfo, ...] = ()
    diagnosis: tuple[Diagnosis, ...] | None = None
    insurance: tuple[Insurance, ...] = ()
    item: tuple[Item, ...] = ()


class Claim(Billed, frozen=True):
    """A claim, or a question about one beforehand (``use``)."""


class ExplanationOfBenefit(Billed, frozen=True):
    """A claim with its adjudication."""

    claim: Reference | None = None
    outcome: str | None = None
    adjudication: tuple[Adjudication, ...] = ()


class Patient(Resource, frozen=True):
    """The person insured."""

    identifier: tuple[Identifier, ...] = ()
    birth_date: str | None = None


class Practitioner(Resource, frozen=True):
    """A person who treats."""

    identifier: tuple[Identifier, ...] = ()


class Organization(Resource, frozen=True):
    """A practice, a hospital, a payer."""

    identifier: tuple[Identifier, ...] = ()


class PractitionerRole(Resource, frozen=True):
    """A person at an organization."""

    identifier: tuple[Identifier, ...] = ()
    practitioner: Reference | None = None
    organization: Reference | None = None
    specialty: tuple[Concept, ...] = ()


class Condition(Resource, frozen=True):
    """A diagnosis that stands by itself."""

    code: Concept | None = None


class Entry(Element, frozen=True):
    """A resource in a bundle, not yet read."""

    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw(b"")


class Bundle(Resource, frozen=True):
    """Resources together."""

    entry: tuple[Entry, ...] = ()


class Head(Element, frozen=True):
    """What any resource says of itself first."""

    resource_type: str | None = None
    id: str | None = None


#: Whom a claim may refer to.
Party: TypeAlias = Patient | Practitioner | Organization | PractitionerRole | Condition
Read: TypeAlias = Claim | ExplanationOfBenefit | Party | Bundle
