"""Dates of treatment, occurrence codes, body sites and drugs as elements of a FHIR claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from payer_rules.claims import BodySite, Claim, Drug, Occurrence, ServiceLine
from payer_rules.writers.fhir.elements import (
    CATEGORIES,
    NDC,
    OCCURRENCE_CODES,
    ORAL_AREAS,
    SIDES,
    TEETH,
    TOOTH_SURFACES,
    JsonObject,
    JsonValue,
    concept,
    numeral,
    stated,
)


def treatment_information(claim: Claim, *, first: int) -> Iterator[JsonObject]:
    """Yield the dates and occurrence codes as supporting information, numbered from ``first``."""
    found = [*_dates(claim), *map(_occurrence, claim.occurrences or ())]
    for at, information in enumerate(found, start=first):
        yield {"sequence": at, **information}


def _dates(claim: Claim) -> Iterator[JsonObject]:
    onset = claim.dates.onset if claim.dates else None
    discharge = claim.dates.discharge if claim.dates else None
    if isinstance(onset, date):
        yield {"category": concept(CATEGORIES, "onset"), "timingDate": onset.isoformat()}
    if isinstance(discharge, date):
        period: JsonObject = {"end": discharge.isoformat()}
        yield {"category": concept(CATEGORIES, "hospitalized"), "timingPeriod": period}


def _occurrence(occurrence: Occurrence) -> JsonObject:
    first, last = occurrence.date_from, occurrence.date_to
    is_span = last is not None and last != first
    period = stated(
        {
            "start": first.isoformat() if first else None,
            "end": last.isoformat() if last else None,
        }
    )
    return stated(
        {
            "category": concept(CATEGORIES, "info"),
            "code": concept(OCCURRENCE_CODES, occurrence.code),
            "timingDate": first.isoformat() if first and not is_span else None,
            "timingPeriod": period if is_span else None,
        }
    )


def treatment_elements(line: ServiceLine) -> JsonObject:
    """Return the elements of the item that state its body site and its drug."""
    elements: JsonObject = {}
    if isinstance(line.body_site, BodySite):
        elements |= _body_site(line.body_site)
    if isinstance(line.drug, Drug):
        elements["detail"] = [_detail(line.drug)]
    return elements


def _body_site(site: BodySite) -> JsonObject:
    parts = ((TEETH, site.tooth), (ORAL_AREAS, site.quadrant), (SIDES, site.side))
    codings = [concept(system, code)["coding"] for system, code in parts if code]
    flat: list[JsonValue] = [
        each for coding in codings if isinstance(coding, list) for each in coding
    ]
    elements: JsonObject = {"bodySite": {"coding": flat}}
    if site.surfaces:
        elements["subSite"] = [concept(TOOTH_SURFACES, surface) for surface in site.surfaces]
    return elements


def _detail(drug: Drug) -> JsonObject:
    quantity: JsonObject | None = None
    if drug.quantity is not None:
        quantity = stated({"value": numeral(drug.quantity), "code": drug.unit})
    return stated(
        {"sequence": 1, "productOrService": concept(NDC, drug.number), "quantity": quantity}
    )
