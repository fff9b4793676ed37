"""References between resources, and the members and providers that they identify."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, TypeAlias

import attrs
import msgspec

from payer_rules.claims import Member, Provider
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fhir.dates import day
from payer_rules.readers.fhir.resources import (
    FhirConcept,
    FhirCondition,
    FhirIdentifier,
    FhirOrganization,
    FhirPatient,
    FhirPractitioner,
    FhirPractitionerRole,
    FhirReference,
    FhirReferenced,
    fhir_type,
)
from payer_rules.readers.fhir.systems import (
    CARIN_IDENTIFIER_TYPES,
    IDENTIFIER_TYPES,
    NPI,
    SPECIALTIES,
    TAXONOMIES,
    code_of,
    is_of,
    value_of,
)
from payer_rules.readers.fhir.unrecognized_systems import UnrecognizedSystems
from payer_rules.vocabularies.formats import provider_number

#: NPI, taxonomy and specialty.
_Named: TypeAlias = tuple[str, str | None, str | None]
_MEMBER_NUMBER: Final = "MB"
_PAYER_NUMBER: Final = "payerid"
_PROVIDER_NUMBERS: Final = frozenset(["NPI", "TAX", "EN"])
#: The gender that FHIR states for administration.
_SEXES: Final = {"female": "f", "male": "m", "other": "x"}
_CONTAINED: Final = msgspec.json.Decoder(FhirReferenced)
#: ``Practitioner/9``, also at the end of an address, without the version after it.
_ID: Final = re.compile(r"(?:^|/)[A-Z][A-Za-z]+/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")
_BY_NUMBER: Final = re.compile(r"[A-Z][A-Za-z]+\?identifier=([^|]+)\|([^|&]+)$")


@attrs.frozen
class ReferenceIndex:
    """The resources that claims may refer to, as far as they were read."""

    _found: dict[str, FhirReferenced] = attrs.field(factory=dict)
    _providers: ParseCache[_Named, Provider] = attrs.field(factory=lambda: ParseCache(_provider_of))
    #: Code systems of the file that are not recognized.
    unread: UnrecognizedSystems = attrs.field(factory=UnrecognizedSystems)
    #: By text: the services of a file are on few days.
    days: ParseCache[str, date | None] = attrs.field(factory=lambda: ParseCache(day))
    #: By address: the patients of a file have many claims.
    members: ParseCache[str, Member | None] = attrs.field(
        default=attrs.Factory(lambda self: ParseCache(self._member), takes_self=True)
    )

    def add(self, party: FhirReferenced, full_url: str | None = None) -> None:
        """Add the resource by its type and id, and by its address in a bundle."""
        if party.id:
            self._found[f"{fhir_type(type(party))}/{party.id}"] = party
        if full_url:
            self._found[full_url] = party
        self.members.clear()

    def find(self, reference: str) -> FhirReferenced | None:
        """Return the resource at the address; a relative address has its type and id."""
        found = self._found.get(reference)
        if found is None and "/_history/" in reference:
            return self._found.get(reference.partition("/_history/")[0])
        return found

    def provider(
        self, npi: str, qualification: FhirConcept | None, role: FhirReferenced | None
    ) -> Provider:
        """Return the provider with its taxonomy and specialty: one value for all claims."""
        taxonomy = specialty = None
        if qualification is not None:
            taxonomy = code_of(qualification, TAXONOMIES)
            specialty = code_of(qualification, SPECIALTIES)
        if taxonomy is None and isinstance(role, FhirPractitionerRole):
            codes = (code_of(each, TAXONOMIES) for each in role.specialty)
            taxonomy = next((code for code in codes if code), None)
        return self._providers[provider_number(npi), taxonomy, specialty]

    def _member(self, address: str) -> Member | None:
        return _member_of(self.find(address), FhirReference(reference=address))


# NOTE: one is made for each claim, and attrs would take three times as long.
class ReferenceResolver(msgspec.Struct, frozen=True, gc=False):
    """Resolves the references of a resource: to its contained resources, then to the file's."""

    parties: ReferenceIndex
    contained: Collection[msgspec.Raw]

    def party(self, reference: FhirReference | None) -> FhirReferenced | None:
        """Return the resource referred to; ``None`` if it was not read."""
        address = reference.reference if reference else None
        if not address:
            return None
        if address.startswith("#"):
            return self._own(address[1:])
        return self.parties.find(address)

    def _own(self, name: str) -> FhirReferenced | None:
        for raw in self.contained:
            try:
                party: FhirReferenced = _CONTAINED.decode(raw)
            # NOTE: contained resources may be of any type; those that cannot be decoded are
            # ignored.
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            if party.id == name:
                return party
        return None

    def provider(
        self, reference: FhirReference | None, qualification: FhirConcept | None = None
    ) -> Provider | None:
        """Return the provider; ``None`` if no NPI of it is known."""
        if reference is None:
            return None
        known = reference.identifier
        if known is not None and known.value and is_of(known.system, NPI):
            return self.parties.provider(known.value, qualification, None)
        party = self.party(reference)
        npi = self._npi(party) or _in_address(reference.reference)
        if npi is None and known is not None and known.value:
            self.parties.unread.record_number(known.system)
        return self.parties.provider(npi, qualification, party) if npi else None

    def _npi(self, party: FhirReferenced | None) -> str | None:
        if isinstance(party, FhirPractitioner | FhirOrganization):
            return value_of(party.identifier, NPI)
        if not isinstance(party, FhirPractitionerRole):
            return None
        own = value_of(party.identifier, NPI)
        if own:
            return own
        for reference in (party.practitioner, party.organization):
            # NOTE: one step only: a role that refers to a role is not followed.
            behind = self.party(reference)
            if isinstance(behind, FhirPractitioner | FhirOrganization):
                npi = value_of(behind.identifier, NPI)
                if npi:
                    return npi
        return None

    def payer(self, reference: FhirReference | None) -> str | None:
        """Return the payer's identifier of the insurer; ``None`` if none is known.

        It is the one of CARIN's type ``payerid``, or else the first that is no NPI or tax number.
        """
        if reference is None:
            return None
        party = self.party(reference)
        own = party.identifier if isinstance(party, FhirOrganization) else ()
        stated = (reference.identifier, *own) if reference.identifier else own
        named = [each for each in stated if each.value and each.value.strip()]
        for each in named:
            if code_of(each.type, CARIN_IDENTIFIER_TYPES) == _PAYER_NUMBER:
                return each.value
        others = (each.value for each in named if not _is_of_provider(each))
        return next(others, None)

    def member(self, reference: FhirReference) -> Member | None:
        """Return the member; ``None`` if nothing identifies one.

        The id is the member number if one is stated, or that of the patient's resource. The id of a
        contained resource is only valid within its claim, so there only an identifier counts.
        """
        address = reference.reference
        alone = address is None or address.startswith("#") or reference.identifier is not None
        if address is None or alone:
            return _member_of(self.party(reference), reference)
        return self.parties.members[address]

    def condition(self, reference: FhirReference | None) -> FhirConcept | None:
        """Return the code of the condition referred to."""
        party = self.party(reference)
        return party.code if isinstance(party, FhirCondition) else None


def _is_of_provider(identifier: FhirIdentifier) -> bool:
    """Return True for an NPI or a tax number, which name no payer."""
    if is_of(identifier.system, NPI):
        return True
    return code_of(identifier.type, IDENTIFIER_TYPES) in _PROVIDER_NUMBERS


def id_of(address: str) -> str | None:
    """Return the id in an address such as ``Patient/9``; ``None`` if it has none."""
    found = _ID.search(address)
    return found[1] if found else None


def _provider_of(named: _Named) -> Provider:
    npi, taxonomy, specialty = named
    return Provider(npi=npi, taxonomy=taxonomy, specialty=specialty)


def _member_of(party: FhirReferenced | None, reference: FhirReference) -> Member | None:
    """Return the member referred to; ``party`` is its resource, if it was read."""
    patient = party if isinstance(party, FhirPatient) else None
    identifiers = _identifiers(reference, patient)
    number = _number(identifiers) or _id(reference, patient)
    if number is None:
        number = next((each.value for each in identifiers if each.value), None)
    born = day(patient.birth_date) if patient else None
    number = number.strip() if number else None
    sex = _SEXES.get(patient.gender or "") if patient else None
    return Member(id=number, birth_date=born, sex=sex) if number else None


def _number(identifiers: Iterable[FhirIdentifier]) -> str | None:
    """Return the member number, if an identifier is one."""
    for each in identifiers:
        if each.value and code_of(each.type, IDENTIFIER_TYPES) == _MEMBER_NUMBER:
            return each.value
    return None


def _id(reference: FhirReference, patient: FhirPatient | None) -> str | None:
    """Return the id of the patient's resource; ``None`` if it is only valid within this claim."""
    address = reference.reference
    if not address or address.startswith("#"):
        return None
    return (patient.id if patient else None) or id_of(address)


def _identifiers(
    reference: FhirReference, patient: FhirPatient | None
) -> tuple[FhirIdentifier, ...]:
    own = patient.identifier if patient else ()
    return (*own, reference.identifier) if reference.identifier else own


def _in_address(address: str | None) -> str | None:
    """Return the NPI in an address such as ``Practitioner?identifier=SYSTEM|NPI``."""
    found = _BY_NUMBER.search(address) if address else None
    return found[2] if found and is_of(found[1], NPI) else None
