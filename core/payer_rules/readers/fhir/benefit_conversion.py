"""Conversion of an ``ExplanationOfBenefit`` into history lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from payer_rules.claims import Provider
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path
from payer_rules.history import HistoryLine, Status
from payer_rules.readers.bill_types import setting_of_bill_type
from payer_rules.readers.fast_construct import ServiceValues, Span
from payer_rules.readers.fhir.care_teams import rendering_providers
from payer_rules.readers.fhir.claim_conversion import (
    claim_id,
    item_context,
    member_of,
    use_of,
)
from payer_rules.readers.fhir.claim_facts import bill_type
from payer_rules.readers.fhir.references import ReferenceResolver, id_of
from payer_rules.readers.fhir.resources import (
    FhirAdjudication,
    FhirExplanationOfBenefit,
    FhirQuantity,
)
from payer_rules.readers.fhir.service_lines import (
    code_without_procedure,
    is_uncoded,
    line_of,
    number,
)
from payer_rules.readers.fhir.systems import (
    CARIN_IDENTIFIER_TYPES,
    CONTROL_NUMBERS,
    code_of,
    value_of,
    words_of,
)
from payer_rules.readers.fhir.treatment_facts import with_treatment_facts

_VOID: Final = frozenset(["cancelled", "entered-in-error"])
_UNDECIDED: Final = frozenset(["queued", "partial"])
_PAID: Final = frozenset(["paidtoprovider", "paidtopatient", "benefit"])
#: The categories with the amounts of a line, by its field.
_AMOUNTS: Final = (("allowed", ("eligible", "allowed")), ("paid", ("benefit", "paidtoprovider")))
_UNIQUE_CLAIM_ID: Final = "uc"
_STATUS_OF_CLAIM: Final = frozenset(
    ["http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBPayerAdjudicationStatus"]
)


def history_of(
    resource: FhirExplanationOfBenefit,
    references: ReferenceResolver,
    setting: str | None = None,
) -> Iterator[HistoryLine | tuple[FieldError, ...]]:
    """Yield the adjudicated lines, and for a line that cannot be read its errors.

    Raises `InvalidValueError` if none of it can be read.
    """
    field_errors: list[FieldError] = [*_refusals(resource)]
    claim = _claim(resource)
    member = member_of(resource, references, field_errors)
    if claim is None:
        message, remedy = "the explanation names no claim", "Write claim, or id."
        field_errors.append(FieldError((), message, remedy, ErrorCode.FHIR_ELEMENT))
    if field_errors or member is None or claim is None:
        raise InvalidValueError(field_errors)
    context = item_context(resource, references)
    bill = bill_type(resource, references.parties.unread)
    make = partial(
        _line,
        claim=claim,
        payer_claim=_payer_claim(resource),
        payer=references.payer(resource.insurer),
        member=member.id,
        billing_provider=references.provider(resource.provider),
        diagnoses=context.diagnoses,
        setting=setting_of_bill_type(bill or "") or setting,
    )
    whole = _status(resource)
    for at, item in enumerate(resource.item):
        if is_uncoded(item) and code_without_procedure(item) is None:
            continue
        path: Path = ("item", at)
        found: list[FieldError] = []
        rendered = rendering_providers(resource.care_team, item.care_team_sequence, references)
        who = rendered[0] if len(rendered) == 1 else None
        of_line = _results(item.adjudication)
        status = whole or _status_of_line(of_line)
        paid = _paid_units(of_line, path, found) if status == "paid" else None
        amounts: dict[str, Decimal | None] = {}
        if status == "paid":
            amounts = {name: _amount_of(of_line, words, path, found) for name, words in _AMOUNTS}
        make_line = partial(make, status=status, paid_units=paid, **amounts)
        line = line_of(make_line, item, path, context, who, found, _submitted(of_line))
        if line is not None and item.body_site is not None:
            line = with_treatment_facts(line, item)
        is_sound = line is not None and not found
        if is_sound or not is_uncoded(item):
            yield line if line is not None and is_sound else tuple(found)
    if resource.add_item:
        message = f"services that the payer added are not counted: {len(resource.add_item)}"
        remedy = "Write each of them as an item with its adjudication."
        yield (FieldError(("addItem",), message, remedy, ErrorCode.FHIR_ELEMENT),)


def _line(
    number: int,
    service: ServiceValues,
    span: Span,
    rendering: Provider | None,
    **adjudicated: Any,  # noqa: ANN401
) -> HistoryLine:
    return HistoryLine(
        number=number,
        date_from=span[0],
        date_to=span[1],
        rendering_provider=rendering,
        **service._asdict(),
        **adjudicated,
    )


def _refusals(resource: FhirExplanationOfBenefit) -> Iterator[FieldError]:
    if resource.use != "claim":
        message = f"use is {use_of(resource)}: nothing was claimed, so nothing counts"
        remedy = "Explanations of use 'claim' are read."
        yield FieldError(("use",), message, remedy, ErrorCode.FHIR_USE)
    if resource.outcome == "error":
        message = "outcome is 'error': the claim was not adjudicated"
        remedy = "Explanations of other outcomes are read."
        yield FieldError(("outcome",), message, remedy, ErrorCode.FHIR_USE)
    if not resource.item:
        remedy = "Lines are read from item."
        yield FieldError((), "it has no item", remedy, ErrorCode.FHIR_ELEMENT)


def _claim(resource: FhirExplanationOfBenefit) -> str | None:
    """Return the id of the claim explained, or of the explanation if it names no claim."""
    reference = resource.claim
    if reference is not None and reference.reference:
        return id_of(reference.reference) or reference.reference
    if reference is not None and reference.identifier and reference.identifier.value:
        return reference.identifier.value
    return claim_id(resource)


def _payer_claim(resource: FhirExplanationOfBenefit) -> str | None:
    """Return the payer's claim control number, if an identifier is one."""
    number = value_of(resource.identifier, CONTROL_NUMBERS)
    if number is not None:
        return number
    for each in resource.identifier:
        if each.value and code_of(each.type, CARIN_IDENTIFIER_TYPES) == _UNIQUE_CLAIM_ID:
            return each.value
    return None


def _status(resource: FhirExplanationOfBenefit) -> Status | None:
    """Return the status of the whole claim, if it decides that of the lines."""
    replaced = any("replacedby" in words_of(each.relationship) for each in resource.related)
    if resource.status in _VOID or replaced:
        return "void"
    if resource.status == "draft" or resource.outcome in _UNDECIDED:
        return "pending"
    for each in resource.adjudication:
        word = code_of(each.reason, _STATUS_OF_CLAIM) or code_of(each.category, _STATUS_OF_CLAIM)
        if word == "denied":
            return "denied"
        if word == "paid":
            return "paid"
    return None


def _status_of_line(of_line: Mapping[str, FhirAdjudication]) -> Status | None:
    """Return paid if an amount was, denied if a reason is given; ``None`` if neither is known."""
    if any(_amount(of_line[word]) > 0 for word in _PAID & of_line.keys()):
        return "paid"
    return "denied" if "denialreason" in of_line else None


def _paid_units(
    of_line: Mapping[str, FhirAdjudication], path: Path, field_errors: list[FieldError]
) -> Decimal | None:
    allowed = of_line.get("allowedunits")
    return number(allowed.value, path, "adjudication", field_errors) if allowed else None


def _amount_of(
    of_line: Mapping[str, FhirAdjudication],
    words: tuple[str, ...],
    path: Path,
    field_errors: list[FieldError],
) -> Decimal | None:
    """Return the amount of the first category stated; ``None`` if it is none, or below zero."""
    result = next((of_line[word] for word in words if word in of_line), None)
    amount = result.amount if result else None
    value = number(amount.value, path, "adjudication", field_errors) if amount else None
    return value if value is None or value >= 0 else None


def _submitted(of_line: Mapping[str, FhirAdjudication]) -> FhirQuantity | None:
    result = of_line.get("submitted")
    return result.amount if result else None


def _results(results: Iterable[FhirAdjudication]) -> dict[str, FhirAdjudication]:
    found: dict[str, FhirAdjudication] = {}
    for each in results:
        for word in words_of(each.category):
            found.setdefault(word, each)
    return found


def _amount(result: FhirAdjudication) -> Decimal:
    value = result.amount.value if result.amount else None
    return value if value is not None and value.is_finite() else Decimal(0)
