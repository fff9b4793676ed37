"""The items of a claim as service lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

import attrs
import msgspec

from payer_rules.claims import Provider, ServiceLine
from payer_rules.errors import Misfit, MisfitError, Path
from payer_rules.readers.cache import ParseCache
from payer_rules.readers.fast_construct import Parts, Span
from payer_rules.readers.fhir.dates import served
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

L = TypeVar("L", bound=ServiceLine)

_ONE: Final = Decimal(1)
_WHOLE: Final = "Write whole minutes."
_STAND_IN: Final = "00000"
#: Characters of a modifier; a procedure code has more.
_MODIFIER: Final = 2
#: Beyond this many digits before or behind the point a number is a slip.
_DIGITS: Final = 9
_SYSTEMS: Final = (
    "Code it in CPT (http://www.ama-assn.org/go/cpt) or HCPCS"
    " (https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets)."
)


# NOTE: there is one for each claim, and attrs takes three times as long to make it.
class ItemContext(msgspec.Struct, frozen=True, gc=False):
    """What items refer to: the only day of the claim, its diagnoses, and their places by sequence.

    Diagnoses and places are ``None`` where not all diagnoses are known. ``days`` are those that
    the file has named so far, ``unread`` the systems in it that are not read.
    """

    day: date | None
    diagnoses: tuple[str, ...] | None
    places: Mapping[int, int] | None
    days: ParseCache[str, date | None]
    unread: UnrecognizedSystems


def line_of(
    make: Callable[[int, Parts, Span, Provider | None], L],
    item: FhirItem,
    path: Path,
    context: ItemContext,
    rendering: Provider | None,
    misfits: list[Misfit],
    submitted: FhirQuantity | None = None,
) -> L | None:
    """The service line that the item is, as ``make`` makes it; ``None`` where that does not fit.

    What does not fit is added to the misfits; with some, the line is not to be used. ``submitted``
    is the charge where the item has none.
    """
    span = served(item, path, context.day, context.days, misfits)
    units, minutes = _amount(item.quantity, path, misfits) if item.quantity else (_ONE, None)
    amount = item.net or submitted
    pointed = item.diagnosis_sequence
    modifiers = _modifiers(item, path, misfits) if item.modifier else ()
    concept = item.product_or_service
    if concept is not None and len(concept.coding) > 1:
        code, more = _procedure(concept)
        modifiers = tuple(dict.fromkeys((*more, *modifiers)))
    else:
        code = code_of(concept, PROCEDURES)
    place = item.location_codeable_concept
    service = (
        code or _no_code(item, path, misfits),
        modifiers,
        units,
        minutes,
        number(amount.value, path, "net", misfits) if amount else None,
        _read(place, PLACES, "locationCodeableConcept", path, context) if place else None,
        pointed and _pointers(pointed, path, context.places, misfits),
        _read(item.revenue, REVENUE_CODES, "revenue", path, context) if item.revenue else None,
    )
    try:
        return make(item.sequence, service, span, rendering)
    except MisfitError as error:
        misfits.extend(fhir_misfits(error, path))
        return None


def _procedure(concept: FhirConcept) -> tuple[str | None, tuple[str, ...]]:
    """Return the procedure code and the modifiers among several codings, in whatever order."""
    codes = codes_of(concept, PROCEDURES)
    procedures = [code for code in codes if len(code.strip()) != _MODIFIER]
    if not procedures:
        return (codes[0] if codes else None), codes[1:]
    return procedures[0], tuple(code for code in codes if len(code.strip()) == _MODIFIER)


def _read(
    concept: FhirConcept, systems: frozenset[str], element: str, path: Path, context: ItemContext
) -> str | None:
    """Return the code of the element; without one that is read, its systems are reported."""
    code = code_of(concept, systems)
    if code is None:
        context.unread.record(element, concept, (*path, element))
    return code


def is_uncoded(item: FhirItem) -> bool:
    """Whether it has a revenue code, and instead of a service nothing or why there is none."""
    if item.revenue is None or item.detail or not code_of(item.revenue, REVENUE_CODES):
        return False
    service = item.product_or_service
    return service is None or all(each.system in ABSENT for each in service.coding)


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


def fhir_misfits(error: MisfitError, outer: Path) -> Iterator[Misfit]:
    """The misfits of a value below the path, told in FHIR's words."""
    for misfit in error.misfits:
        names = (_FHIR_NAMES.get(str(part), part) for part in misfit.path)
        yield attrs.evolve(misfit, path=(*outer, *names))


def _no_code(item: FhirItem, path: Path, misfits: list[Misfit]) -> str:
    if item.detail:
        problem = "the item is a group, whose services stand in its details"
        remedy = f"Write each service as an item. {_SYSTEMS}"
    elif item.product_or_service and item.product_or_service.coding:
        found = codings_in_words(item.product_or_service)
        problem, remedy = f"productOrService has no CPT or HCPCS code, only {found}", _SYSTEMS
    else:
        problem, remedy = "productOrService has no code", _SYSTEMS
    misfits.append(Misfit((*path, "productOrService"), problem, remedy))
    return _STAND_IN


def _modifiers(item: FhirItem, path: Path, misfits: list[Misfit]) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for at, concept in enumerate(item.modifier):
        codes = codes_of(concept, PROCEDURES)
        if not codes:
            problem = "the modifier has no CPT or HCPCS code"
            if concept.coding:
                problem += f", only {codings_in_words(concept)}"
            misfits.append(Misfit((*path, "modifier", at), problem, _SYSTEMS))
        found += codes
    return found


def _amount(
    quantity: FhirQuantity, path: Path, misfits: list[Misfit]
) -> tuple[Decimal, int | None]:
    """The units, 1 where none are stated, and the minutes where the quantity is in minutes."""
    value = number(quantity.value, path, "quantity", misfits)
    if value is None:
        return _ONE, None
    if quantity.code != "min" or not (quantity.system is None or is_of(quantity.system, MINUTES)):
        return value, None
    if value != int(value):
        misfits.append(
            Misfit((*path, "quantity"), f"{redacted(value)} is no number of minutes", _WHOLE)
        )
    return _ONE, int(value)


def number(
    value: Decimal | None, path: Path, element: str, misfits: list[Misfit]
) -> Decimal | None:
    """The amount or number; ``None`` where it is not stated, or, with a misfit, is beyond sense."""
    if value is None or (value.is_finite() and -_DIGITS <= value.adjusted() < _DIGITS):
        return value
    problem = "the number is beyond all sense"
    misfits.append(Misfit((*path, element), problem, "Write it such as 120.50."))
    return None


def _pointers(
    pointed: tuple[int, ...], path: Path, places: Mapping[int, int] | None, misfits: list[Misfit]
) -> tuple[int, ...] | None:
    if places is None:
        return None
    try:
        if len(pointed) == 1:
            return (places[pointed[0]],)
        return tuple(map(places.__getitem__, pointed))
    except KeyError:
        problem = "the item points to a diagnosis that the claim does not have"
        remedy = "Write the sequence of one of its diagnoses."
        misfits.append(Misfit((*path, "diagnosisSequence"), problem, remedy))
        return None
