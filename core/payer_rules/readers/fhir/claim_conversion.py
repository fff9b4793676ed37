"""Conversion of a FHIR claim into a `Claim`; what FHIR does not state is not known."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from payer_rules.claims import Claim, Member, ServiceLine, is_revenue_line
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path
from payer_rules.readers.bill_types import frequency_of_bill_type, setting_of_bill_type
from payer_rules.readers.fast_construct import checked_line, make_claim
from payer_rules.readers.fhir.care_teams import RenderingProviders, rendering_providers
from payer_rules.readers.fhir.claim_facts import (
    authorizations,
    bill_type,
    other_payers,
    pointed,
    received,
    replaced,
)
from payer_rules.readers.fhir.dates import only_day
from payer_rules.readers.fhir.references import ReferenceResolver
from payer_rules.readers.fhir.resources import FhirClaim, FhirClaimBase
from payer_rules.readers.fhir.service_lines import ItemContext, fhir_errors, is_uncoded, line_of
from payer_rules.readers.fhir.systems import DIAGNOSES, code_of
from payer_rules.readers.fhir.treatment_facts import (
    occurrences,
    treatment_dates,
    with_treatment_facts,
)
from payer_rules.readers.filed_claims import without_repeated
from payer_rules.readers.size_limits import MOST_LINES
from payer_rules.text.quoting import redacted

_PAYMENT: Final = "claim"
_ASKING: Final = frozenset(["preauthorization", "predetermination"])
_WITHDRAWN: Final = frozenset(["cancelled", "entered-in-error"])
_NO_NPI: Final = (
    "Give it an identifier of system http://hl7.org/fhir/sid/us-npi, or add the resource that it"
    " refers to to the bundle or to the files."
)
_NO_MEMBER: Final = (
    "Refer to a Patient by its id, or give the patient an identifier: the id of a contained"
    " resource is only valid within its claim."
)
_BY_SEQUENCE: Final = attrgetter("sequence")


def claim_of(
    resource: FhirClaim, references: ReferenceResolver, setting: str | None = None
) -> Claim | None:
    """Return the claim; ``None`` if none of its items can be read.

    Raises `InvalidValueError` with all errors. ``setting`` is that of claims that do not state
    theirs.
    """
    is_sized = 0 < len(resource.item) <= MOST_LINES
    if resource.use != _PAYMENT or resource.status in _WITHDRAWN or not is_sized:
        raise InvalidValueError(_refusals(resource))
    field_errors: list[FieldError] = []
    named = claim_id(resource)
    if named is None:
        remedy = "Write id, or an identifier."
        field_errors.append(FieldError((), "the claim has no id", remedy, ErrorCode.FHIR_ELEMENT))
    member = member_of(resource, references, field_errors)
    billing = references.provider(resource.provider)
    if billing is None:
        field_errors.append(
            FieldError(
                ("provider",), "the billing provider has no NPI here", _NO_NPI, ErrorCode.FHIR_PARTY
            )
        )
    context = item_context(resource, references)
    lines = _lines(resource, references, context, field_errors)
    bill = bill_type(resource, references.parties.unread)
    replaces, stated = replaced(resource)
    if field_errors or named is None or member is None or billing is None:
        raise InvalidValueError(field_errors)
    if not lines:
        return None
    try:
        return make_claim(
            id=named,
            member=member,
            billing_provider=billing,
            lines=lines,
            setting=setting_of_bill_type(bill or "") or setting,
            bill_type=bill,
            occurrences=occurrences(resource) if resource.supporting_info else None,
            dates=treatment_dates(resource),
            other_payers=other_payers(resource) if len(resource.insurance) > 1 else None,
            diagnoses=context.diagnoses,
            authorizations=authorizations(resource),
            referral=pointed(resource.referral),
            order=pointed(resource.prescription),
            received=received(resource),
            frequency_code=stated or frequency_of_bill_type(bill),
            replaces=replaces,
        )
    except InvalidValueError as error:
        raise InvalidValueError(fhir_errors(error, ())) from error


def use_of(resource: FhirClaimBase) -> str:
    """Return the use of the resource, for a message."""
    return repr(resource.use) if resource.use in _ASKING else redacted(resource.use)


def _refusals(resource: FhirClaimBase) -> Iterator[FieldError]:
    if resource.use != _PAYMENT:
        message = f"use is {use_of(resource)}: it asks what would be paid, and for no payment"
        yield FieldError(("use",), message, "Claims of use 'claim' are read.", ErrorCode.FHIR_USE)
    if resource.status in _WITHDRAWN:
        message = f"status is {resource.status!r}: the claim is withdrawn"
        remedy = "Claims of status 'active' and 'draft' are read."
        yield FieldError(("status",), message, remedy, ErrorCode.FHIR_USE)
    if not resource.item:
        remedy = "Write each service as an item."
        yield FieldError((), "the claim has no item", remedy, ErrorCode.FHIR_ELEMENT)
    if len(resource.item) > MOST_LINES:
        message = f"the claim has {len(resource.item)} items, and at most {MOST_LINES} are read"
        yield FieldError(("item",), message, "Write several claims.", ErrorCode.TOO_LARGE)


def claim_id(resource: FhirClaimBase) -> str | None:
    """Return the id of the resource, or its first identifier."""
    if resource.id:
        return resource.id
    return next((each.value for each in resource.identifier if each.value), None)


def member_of(
    resource: FhirClaimBase, references: ReferenceResolver, field_errors: list[FieldError]
) -> Member | None:
    """Return the member; ``None``, with an error, if nothing identifies one."""
    member = references.member(resource.patient)
    if member is None:
        message = "the patient is not identified"
        field_errors.append(FieldError(("patient",), message, _NO_MEMBER, ErrorCode.FHIR_PARTY))
    return member


def item_context(resource: FhirClaimBase, references: ReferenceResolver) -> ItemContext:
    """Return what the items refer to; diagnoses are not known if one has no ICD-10-CM code."""
    only, known = only_day(resource.billable_period), references.parties
    if resource.diagnosis is None:
        return ItemContext(only, None, None, known.days, known.unread)
    codes: list[str] = []
    places: dict[int, int] = {}
    several = len(resource.diagnosis) > 1
    for each in sorted(resource.diagnosis, key=_BY_SEQUENCE) if several else resource.diagnosis:
        concept = each.diagnosis_codeable_concept or references.condition(each.diagnosis_reference)
        code = code_of(concept, DIAGNOSES)
        if code is None:
            known.unread.record("diagnosis", concept, ("diagnosis",))
            return ItemContext(only, None, None, known.days, known.unread)
        codes.append(code)
        places[each.sequence] = len(codes)
    return ItemContext(only, tuple(codes), places, known.days, known.unread)


def _lines(
    resource: FhirClaimBase,
    references: ReferenceResolver,
    context: ItemContext,
    field_errors: list[FieldError],
) -> list[ServiceLine]:
    lines = []
    by_members: dict[tuple[int, ...], RenderingProviders] = {}
    for at, item in enumerate(resource.item):
        path: Path = ("item", at)
        own_errors = field_errors
        if item.revenue is not None and is_uncoded(item):
            # NOTE: what is wrong with such an item is no matter: most rules are about procedures.
            own_errors = []
        pointed = item.care_team_sequence
        rendering = by_members.get(pointed)
        if rendering is None:
            rendering = by_members[pointed] = rendering_providers(
                resource.care_team, pointed, references
            )
        who = rendering[0] if rendering else None
        if rendering and (who is None or len(rendering) > 1):
            own_errors.append(_unclear(rendering, path))
        line = line_of(checked_line, item, path, context, who, own_errors)
        if line is not None and not (own_errors and own_errors is not field_errors):
            if item.body_site is not None or item.detail:
                line = with_treatment_facts(line, item)
            lines.append(line)
    return without_repeated(lines) if any(is_revenue_line(line.code) for line in lines) else lines


def _unclear(rendering: RenderingProviders, path: Path) -> FieldError:
    where = (*path, "careTeamSequence")
    if len(rendering) > 1:
        message = f"{len(rendering)} members of the care team may have rendered the item"
        remedy = "Name one in careTeamSequence, or give it role 'rendering'."
        return FieldError(where, message, remedy, ErrorCode.FHIR_PARTY)
    # NOTE: without the error, the billing provider would count as the rendering one.
    message = "the rendering provider has no NPI here"
    return FieldError(where, message, _NO_NPI, ErrorCode.FHIR_PARTY)
