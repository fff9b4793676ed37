"""Conversion of the items of a claim into service lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

import attrs
import msgspec

from payer_rules.claims import Provider, ServiceLine, code_of_revenue_line
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import ServiceValues, Span
from payer_rules.readers.fhir.dates import served
from payer_rules.readers.fhir.item_details import errors_of_details
from payer_rules.readers.fhir.resources import FhirConcept, FhirItem, FhirQuantity
from payer_rules.readers.fhir.systems import (
    ABSENT,
    MINUTES,
    PLACES,
    PROCEDURES,
    REVENUE_CODES,
    code_of,
    codes_of,
    codings_in_words,
    is_of,
)
from payer_rules.readers.fhir.unrecognized_systems import UnrecognizedSystems
from payer_rules.text.quoting import redacted
from payer_rules.vocabularies.formats import REVENUE_CODE

L = TypeVar("L", bound=ServiceLine)

_ONE: Final = Decimal(1)
_WHOLE: Final = "Write whole minutes."
_STAND_IN: Final = "00000"
#: Characters of a modifier; a procedure code has more.
_MODIFIER: Final = 2
#: A number with more digits before or after the point is a typing error.
_DIGITS: Final = 9
_SYSTEMS: Final = (
    "Code it in CPT (http://www.ama-assn.org/go/cpt) or HCPCS"
    " (https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets)."
)


# NOTE: one is made for each claim, and attrs would take three times as long.
class ItemContext(msgspec.Struct, frozen=True, gc=False):
    """The facts to which items refer: the only day of the claim, and its diagnoses by sequence.

    Diagnoses and places are ``None`` if not all diagnoses are known. ``days`` are those that the
    file has named so far, ``unread`` the code systems in it that are not recognized.
    """

    day: date | None
    diagnoses: tuple[str, ...] | None
    places: Mapping[int, int] | None
    days: ParseCache[str, date | None]
    unread: UnrecognizedSystems


def line_of(
    make: Callable[[int, ServiceValues, Span, Provider | None], L],
    item: FhirItem,
    path: Path,
    context: ItemContext,
    rendering: Provider | None,
    field_errors: list[FieldError],
    submitted: FhirQuantity | None = None,
) -> L | None:
    """Return the service line of the item, made by ``make``; ``None`` if it cannot be made.

    Errors are added to the list; with any, the line is not to be used. ``submitted`` is the charge
    if the item has none.
    """
    span = served(item, path, context.day, context.days, field_errors)
    units, minutes = _amount(item.quantity, path, field_errors) if item.quantity else (_ONE, None)
    amount = item.net or submitted
    pointed = item.diagnosis_sequence
    modifiers = _modifiers(item, path, field_errors) if item.modifier else ()
    concept = item.product_or_service
    if concept is not None and len(concept.coding) > 1:
        code, more = _procedure(concept, path, field_errors)
        modifiers = tuple(dict.fromkeys((*more, *modifiers)))
    else:
        code = code_of(concept, PROCEDURES)
    if item.detail and code is not None:
        field_errors.extend(errors_of_details(item, code, path))
    place = item.location_codeable_concept
    service = ServiceValues(
        code or code_without_procedure(item) or _no_code(item, path, field_errors),
        modifiers,
        units,
        minutes,
        number(amount.value, path, "net", field_errors) if amount else None,
        _read(place, PLACES, "locationCodeableConcept", path, context) if place else None,
        pointed and _pointers(pointed, path, context.places, field_errors),
        _read(item.revenue, REVENUE_CODES, "revenue", path, context) if item.revenue else None,
    )
    try:
        return make(item.sequence, service, span, rendering)
    except InvalidValueError as error:
        field_errors.extend(fhir_errors(error, path))
        return None


def _procedure(
    concept: FhirConcept, path: Path, field_errors: list[FieldError]
) -> tuple[str | None, tuple[str, ...]]:
    """Return the procedure code and the modifiers among several codings, in any order.

    With two procedure codes it is not known which of them is billed.
    """
    codes = codes_of(concept, PROCEDURES)
    procedures = [code for code in codes if len(code.strip()) != _MODIFIER]
    if not procedures:
        return (codes[0] if codes else None), codes[1:]
    if len(procedures) > 1:
        message = f"the item has {len(procedures)} procedure codes: {codings_in_words(concept)}"
        remedy = "Write each service as an item of its own, with one procedure code."
        where = (*path, "productOrService")
        field_errors.append(FieldError(where, message, remedy, ErrorCode.FHIR_ELEMENT))
    return procedures[0], tuple(code for code in codes if len(code.strip()) == _MODIFIER)


def _read(
    concept: FhirConcept, systems: frozenset[str], element: str, path: Path, context: ItemContext
) -> str | None:
    """Return the code of the element; without a recognized one, report its code systems."""
    code = code_of(concept, systems)
    if code is None:
        context.unread.record(element, concept, (*path, element))
    return code


def is_uncoded(item: FhirItem) -> bool:
    """Return True if the item has a revenue code, and no service or a reason for its absence."""
    if item.revenue is None or item.detail or not code_of(item.revenue, REVENUE_CODES):
        return False
    service = item.product_or_service
    return service is None or all(each.system in ABSENT for each in service.coding)


def code_without_procedure(item: FhirItem) -> str | None:
    """Return the code of a line with a revenue code alone; ``None`` if the item is no such line."""
    revenue = code_of(item.revenue, REVENUE_CODES) if is_uncoded(item) else None
    revenue_code = REVENUE_CODE.canonical(revenue or "")
    return code_of_revenue_line(revenue_code) if revenue_code else None


_FHIR_NAMES: Final = {
    "lines": "item",
    "number": "sequence",
    "code": "productOrService",
    "modifiers": "modifier",
    "units": "quantity",
    "date_to": "servicedPeriod",
    "minutes": "quantity",
    "paid_units": "adjudication",
}


def fhir_errors(error: InvalidValueError, outer: Path) -> Iterator[FieldError]:
    """Yield the errors of a value below the path, with FHIR's names of the fields."""
    for field_error in error.field_errors:
        names = (_FHIR_NAMES.get(str(part), part) for part in field_error.path)
        yield attrs.evolve(field_error, path=(*outer, *names))


def _no_code(item: FhirItem, path: Path, field_errors: list[FieldError]) -> str:
    if item.detail:
        message = "the item is a group, and its services are in its details"
        remedy = f"Write each service as an item. {_SYSTEMS}"
    elif item.product_or_service and item.product_or_service.coding:
        found = codings_in_words(item.product_or_service)
        message, remedy = f"productOrService has no CPT or HCPCS code, only {found}", _SYSTEMS
    else:
        message, remedy = "productOrService has no code", _SYSTEMS
    field_errors.append(
        FieldError((*path, "productOrService"), message, remedy, ErrorCode.FHIR_SYSTEM)
    )
    return _STAND_IN


def _modifiers(item: FhirItem, path: Path, field_errors: list[FieldError]) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for at, concept in enumerate(item.modifier):
        codes = codes_of(concept, PROCEDURES)
        if not codes:
            message = "the modifier has no CPT or HCPCS code"
            if concept.coding:
                message += f", only {codings_in_words(concept)}"
            field_errors.append(
                FieldError((*path, "modifier", at), message, _SYSTEMS, ErrorCode.FHIR_SYSTEM)
            )
        found += codes
    return found


def _amount(
    quantity: FhirQuantity, path: Path, field_errors: list[FieldError]
) -> tuple[Decimal, int | None]:
    """Return the units, 1 if none are stated, and the minutes if the quantity is in minutes."""
    value = number(quantity.value, path, "quantity", field_errors)
    if value is None:
        return _ONE, None
    if quantity.code != "min" or not (quantity.system is None or is_of(quantity.system, MINUTES)):
        return value, None
    if value != int(value):
        message = f"{redacted(value)} is not a number of minutes"
        field_errors.append(
            FieldError((*path, "quantity"), message, _WHOLE, ErrorCode.FHIR_ELEMENT)
        )
    return _ONE, int(value)


def number(
    value: Decimal | None, path: Path, element: str, field_errors: list[FieldError]
) -> Decimal | None:
    """Return the amount or number; ``None`` if it is not stated, or out of range (an error)."""
    if value is None or (value.is_finite() and -_DIGITS <= value.adjusted() < _DIGITS):
        return value
    message = "the number is out of range"
    field_errors.append(
        FieldError((*path, element), message, "Write it such as 120.50.", ErrorCode.FHIR_ELEMENT)
    )
    return None


def _pointers(
    pointed: tuple[int, ...],
    path: Path,
    places: Mapping[int, int] | None,
    field_errors: list[FieldError],
) -> tuple[int, ...] | None:
    if places is None:
        return None
    try:
        if len(pointed) == 1:
            return (places[pointed[0]],)
        return tuple(map(places.__getitem__, pointed))
    except KeyError:
        message = "the item points to a diagnosis that the claim does not have"
        remedy = "Write the sequence of one of its diagnoses."
        field_errors.append(
            FieldError((*path, "diagnosisSequence"), message, remedy, ErrorCode.FHIR_ELEMENT)
        )
        return None
