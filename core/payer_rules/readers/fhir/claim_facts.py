"""Facts of a claim apart from its lines: type of bill, receipt, earlier claim, authorizations."""

from __future__ import annotations

from datetime import date
from typing import Final

from payer_rules.claims import Authorization, OtherPayer, PayerOrder
from payer_rules.readers.fhir.dates import day
from payer_rules.readers.fhir.references import id_of
from payer_rules.readers.fhir.resources import FhirClaimBase, FhirReference
from payer_rules.readers.fhir.systems import BILL_TYPES, code_of, words_of
from payer_rules.readers.fhir.unrecognized_systems import UnrecognizedSystems
from payer_rules.vocabularies.claim_frequencies import REPLACEMENT

#: Categories of supporting information in CARIN's guide for payers' data.
_RECEIVED: Final = "clmrecvddate"
_BILL_TYPE: Final = "typeofbill"
#: FHIR R4 has ``prior`` as an example: the earlier claim for the same services.
_BEFORE: Final = frozenset(["prior", "replaces"])
_ORDERS: Final[dict[int, PayerOrder]] = {1: "primary", 2: "secondary", 3: "tertiary"}


def bill_type(resource: FhirClaimBase, unread: UnrecognizedSystems) -> str | None:
    """Return the type of bill from the supporting information, or the claim's subtype."""
    for at, each in enumerate(resource.supporting_info):
        if _BILL_TYPE in words_of(each.category):
            code = code_of(each.code, BILL_TYPES)
            if code is None:
                unread.record("typeOfBill", each.code, ("supportingInfo", at))
            return code
    return code_of(resource.sub_type, BILL_TYPES)


def received(resource: FhirClaimBase) -> date | None:
    """Return the day of receipt, if it is stated; ``created`` is when the resource was made."""
    for each in resource.supporting_info:
        if _RECEIVED in words_of(each.category):
            return day(each.timing_date)
    return None


def replaced(resource: FhirClaimBase) -> tuple[str | None, str | None]:
    """Return the earlier claim for the same services, and 7 if this claim replaces it."""
    for each in resource.related:
        words = words_of(each.relationship)
        if each.claim and words & _BEFORE:
            return pointed(each.claim), REPLACEMENT if "replaces" in words else None
    return None, None


def pointed(reference: FhirReference | None) -> str | None:
    """Return what identifies the resource referred to."""
    if reference is None:
        return None
    if reference.reference:
        return id_of(reference.reference) or reference.reference
    return reference.identifier.value if reference.identifier else None


def authorizations(resource: FhirClaimBase) -> tuple[Authorization, ...] | None:
    """Return the authorizations of the insurance that is asked to pay."""
    for each in resource.insurance:
        if each.focal and each.pre_auth_ref is not None:
            return tuple(Authorization(number=number) for number in each.pre_auth_ref)
    return None


def other_payers(resource: FhirClaimBase) -> tuple[OtherPayer, ...] | None:
    """Return the other insurances; ``None`` if there are none, as not every claim lists them.

    An insurance with a ``claimResponse`` has decided, on a day that the claim does not state.
    """
    found = tuple(
        OtherPayer(
            id=pointed(each.coverage),
            order=_ORDERS.get(each.sequence or 0),
            reasons=() if each.claim_response is not None else None,
        )
        for each in resource.insurance
        if not each.focal
    )
    return found or None
