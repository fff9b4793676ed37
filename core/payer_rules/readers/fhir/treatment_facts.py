"""Treatment dates, occurrence codes, body sites and drugs, from a claim and its items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, TypeVar

import attrs

from payer_rules.claims import BodySite, Drug, Occurrence, ServiceLine, TreatmentDates
from payer_rules.readers.fhir.dates import day
from payer_rules.readers.fhir.item_details import details_of
from payer_rules.readers.fhir.resources import (
    FhirClaimBase,
    FhirItem,
    FhirItemDetail,
    FhirSupportingInfo,
)
from payer_rules.readers.fhir.systems import (
    DRUGS,
    OCCURRENCE_CODES,
    ORAL_AREAS,
    TEETH,
    code_of,
    words_of,
)
from payer_rules.vocabularies import QUADRANTS, SIDES, SURFACES
from payer_rules.vocabularies.formats import NDC, OCCURRENCE_CODE, TOOTH

L = TypeVar("L", bound=ServiceLine)

_ONSET: Final = "onset"
#: Periods of a stay, which end on the day of discharge: CARIN's word and FHIR's own.
_STAYS: Final = frozenset(["admissionperiod", "hospitalized"])
#: Units of drugs as claim forms write them, and as UCUM does.
_UNITS: Final = {
    **{"F2": "F2", "GR": "GR", "ME": "ME", "ML": "ML", "UN": "UN"},
    **{"[iU]": "F2", "g": "GR", "mg": "ME", "mL": "ML"},
}


def treatment_dates(resource: FhirClaimBase) -> TreatmentDates | None:
    """Return the date of the accident, and those of onset and discharge, if any is stated."""
    days: dict[str, date] = {}
    accident = day(resource.accident.date) if resource.accident else None
    if accident is not None:
        days["accident"] = accident
    for each in resource.supporting_info:
        words = words_of(each.category)
        first, last = _period(each)
        if _ONSET in words and first is not None:
            days["onset"] = first
        elif words & _STAYS and last is not None and each.timing_period is not None:
            days["discharge"] = last
    return TreatmentDates(**days) if days else None


def occurrences(resource: FhirClaimBase) -> tuple[Occurrence, ...] | None:
    """Return the occurrence codes; ``None`` if there are none, as not every claim states them."""
    return tuple(_occurrences(resource)) or None


def _occurrences(resource: FhirClaimBase) -> Iterator[Occurrence]:
    for each in resource.supporting_info:
        code = OCCURRENCE_CODE.canonical(code_of(each.code, OCCURRENCE_CODES) or "")
        if code is not None:
            first, last = _period(each)
            yield Occurrence(code=code, date_from=first, date_to=last)


def _period(information: FhirSupportingInfo) -> tuple[date | None, date | None]:
    """Return the first and last day of the information."""
    period = information.timing_period
    if period is None:
        first = last = day(information.timing_date)
    else:
        first, last = day(period.start), day(period.end)
    in_order = first is None or last is None or first <= last
    return (first, last) if in_order else (None, None)


def with_treatment_facts(line: L, item: FhirItem) -> L:
    """Return the line with the body site and the drug of its item."""
    drug = next(filter(None, map(_drug, details_of(item.detail))), None)
    site = _body_site(item) if item.body_site is not None else None
    if drug is None and site is None:
        return line
    return attrs.evolve(line, body_site=site, drug=drug)


def _body_site(item: FhirItem) -> BodySite | None:
    concept = item.body_site
    tooth = TOOTH.canonical(code_of(concept, TEETH) or "")
    quadrant = QUADRANTS.canonical(code_of(concept, ORAL_AREAS) or "-")
    side = next((word for word in SIDES.words if word in words_of(concept)), None)
    if tooth is None and quadrant is None:
        return BodySite(side=side) if side else None
    surfaces = [word for each in item.sub_site for word in words_of(each)]
    letters = dict.fromkeys(
        letter for word in surfaces for letter in _known(word, SURFACES.canonical)
    )
    letters = letters if tooth else {}
    return BodySite(tooth=tooth, surfaces=tuple(letters), quadrant=quadrant, side=side)


def _known(texts: frozenset[str] | str, canonical: Callable[[str], str | None]) -> Iterator[str]:
    """Yield those of the texts that are known, in canonical form."""
    return (word for text in sorted(texts) if (word := canonical(text)) is not None)


def _drug(detail: FhirItemDetail) -> Drug | None:
    """Return the drug of a detail; ``None`` if it names none by its NDC."""
    number = NDC.canonical(code_of(detail.product_or_service, DRUGS) or "")
    if number is None:
        return None
    amount = detail.quantity
    value = amount.value if amount is not None else None
    is_sound = value is not None and value.is_finite() and value > 0
    unit = _UNITS.get(amount.code or "") if amount is not None else None
    return Drug(number=number, quantity=value if is_sound else None, unit=unit)  # type: ignore[arg-type]
