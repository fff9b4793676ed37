"""A claim as a FHIR R4 ``Claim``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from payer_rules.claims import Claim, ServiceLine, is_revenue_line
from payer_rules.writers.fhir.care_teams import CareTeam
from payer_rules.writers.fhir.elements import (
    BILL_TYPES,
    CLAIM_TYPES,
    DIAGNOSES,
    INFORMATION,
    PLACES,
    PRIORITIES,
    RELATIONS,
    REVENUE_CODES,
    UNITS,
    JsonObject,
    JsonValue,
    address_of,
    by_npi,
    concept,
    days,
    is_id,
    member_number,
    money,
    numeral,
    procedure,
    stated,
)
from payer_rules.writers.fhir.treatment_elements import treatment_elements, treatment_information


def claim_resource(claim: Claim, *, created: date) -> JsonObject:
    """Return the claim as JSON data; ``created`` is the day on which the resource is made.

    Members and providers are identified by their numbers, so the resource can be read alone. A
    claim without a type of bill is a professional one.
    """
    team = CareTeam.of(claim)
    form = "professional" if claim.bill_type is None else "institutional"
    return stated(
        {
            "resourceType": "Claim",
            "id": claim.id if is_id(claim.id) else None,
            "identifier": [{"value": claim.id}],
            "status": "active",
            "type": concept(CLAIM_TYPES, form),
            "use": "claim",
            "patient": {
                "reference": address_of("Patient", claim.member.id),
                "identifier": member_number(claim.member.id),
            },
            "created": created.isoformat(),
            "provider": by_npi(claim.billing_provider.npi),
            "priority": concept(PRIORITIES, "normal"),
            "related": [*_related(claim)],
            "prescription": _request(claim.order),
            "referral": _request(claim.referral),
            "careTeam": list[JsonValue](team.members()),
            "supportingInfo": [*_information(claim)],
            "accident": _accident(claim),
            "diagnosis": [
                {"sequence": at, "diagnosisCodeableConcept": concept(DIAGNOSES, code)}
                for at, code in enumerate(claim.diagnoses or (), start=1)
            ],
            "insurance": [_insurance(claim)],
            "item": [_item(line, team) for line in claim.lines],
        }
    )


def _related(claim: Claim) -> Iterator[JsonObject]:
    """Yield the earlier claim for the same services."""
    if claim.replaces is not None:
        before: JsonObject = {"identifier": {"value": claim.replaces}}
        yield {"claim": before, "relationship": concept(RELATIONS, "prior")}


def _request(number: str | None) -> JsonObject | None:
    """Return a referral or an order by its number."""
    return None if number in (None, "none") else {"identifier": {"value": number}}


def _accident(claim: Claim) -> JsonObject | None:
    """Return the day of the accident, if it is known."""
    day = claim.dates.accident if claim.dates else None
    return {"date": day.isoformat()} if isinstance(day, date) else None


def _information(claim: Claim) -> Iterator[JsonObject]:
    if claim.received is not None:
        category = concept(INFORMATION, "clmrecvddate")
        yield {"sequence": 1, "category": category, "timingDate": claim.received.isoformat()}
    if claim.bill_type is not None:
        category = concept(INFORMATION, "typeofbill")
        yield {"sequence": 2, "category": category, "code": concept(BILL_TYPES, claim.bill_type)}
    yield from treatment_information(claim, first=3)


def _insurance(claim: Claim) -> JsonObject:
    insurance: JsonObject = {
        "sequence": 1,
        "focal": True,
        "coverage": {"reference": address_of("Coverage", f"{claim.payer}/{claim.member.id}")},
    }
    if claim.authorizations:
        insurance["preAuthRef"] = [each.number for each in claim.authorizations]
    return insurance


def _item(line: ServiceLine, team: CareTeam) -> JsonObject:
    one_day = line.date_from == line.date_to
    place, revenue, charge = line.place_of_service, line.revenue_code, line.charge
    return stated(
        {
            "sequence": line.number,
            "careTeamSequence": list[JsonValue](team.numbers(line)),
            "diagnosisSequence": list[JsonValue](line.diagnosis_pointers or ()),
            "revenue": concept(REVENUE_CODES, revenue) if revenue is not None else None,
            "productOrService": None if is_revenue_line(line.code) else procedure(line.code),
            "modifier": [procedure(each) for each in line.modifiers],
            "servicedDate": line.date_from.isoformat() if one_day else None,
            "servicedPeriod": None if one_day else days(line.date_from, line.date_to),
            "locationCodeableConcept": concept(PLACES, place) if place is not None else None,
            "quantity": _quantity(line),
            "net": money(charge) if charge is not None else None,
            **treatment_elements(line),
        }
    )


def _quantity(line: ServiceLine) -> JsonObject:
    """Return the units; the minutes instead if there is a single unit and they are known."""
    if line.minutes is not None and line.units == 1:
        return {"value": line.minutes, "unit": "min", "system": UNITS, "code": "min"}
    return {"value": numeral(line.units)}
