"""The segments of a service line in an 837P: LX, SV1, DTP and REF of loop 2400."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim, Drug, ServiceLine, TreatmentDates, is_revenue_line
from payer_rules.errors import Path
from payer_rules.writers.x12.element_writer import ElementWriter, composite, eight, number, segment

#: The dates of treatment in the order of the guide, with their qualifiers in DTP.
_QUALIFIERS: Final = {
    "onset": "431",
    "initial_treatment": "454",
    "last_seen": "304",
    "accident": "439",
    "last_menstrual_period": "484",
    "discharge": "096",
    "order": "471",
}
_MOST_POINTERS: Final = 4
_MOST_UNITS: Final = Decimal(10) ** 8
_LEAST_UNIT: Final = Decimal("0.001")
#: CPT's section of anesthesia, 00100 to 01999: what is billed by time.
_is_anesthesia: Final = re.compile(r"0(?:0[1-9]|1[0-9])[0-9]{2}").fullmatch


def line_segments(
    at: int, line: ServiceLine, claim: Claim, numbers: Collection[str], writer: ElementWriter
) -> Iterator[str]:
    """Yield the segments of the line, with the numbers of its authorizations.

    ``at`` is its position in the claim, counted from 0.
    """
    path: Path = ("lines", at)
    yield segment("LX", str(at + 1))
    yield _sv1(line, claim, path, writer)
    if line.date_from == line.date_to:
        yield segment("DTP", "472", "D8", eight(line.date_from))
    else:
        yield segment("DTP", "472", "RD8", f"{eight(line.date_from)}-{eight(line.date_to)}")
    yield from date_segments(line.dates)
    for each in numbers:
        authorization = writer.text(
            each, ("authorizations", "number"), "the number of the authorization", 1, 50
        )
        yield segment("REF", "G1", authorization)
    if isinstance(line.drug, Drug):
        yield from _drug_segments(line.drug)


def date_segments(dates: TreatmentDates | None) -> Iterator[str]:
    """Yield the DTP of each date of treatment of a claim or line."""
    for name, qualifier in _QUALIFIERS.items():
        day = getattr(dates, name, None)
        if isinstance(day, date):
            yield segment("DTP", qualifier, "D8", eight(day))


def _drug_segments(drug: Drug) -> Iterator[str]:
    """Yield loop 2410: the number of the drug, its quantity and its unit."""
    yield segment("LIN", "", "N4", drug.number)
    if drug.quantity is not None and drug.unit is not None:
        yield segment("CTP", "", "", "", number(drug.quantity), drug.unit)


def _sv1(line: ServiceLine, claim: Claim, path: Path, writer: ElementWriter) -> str:
    what = f"of line {line.number}"
    if is_revenue_line(line.code):
        message = f"line {line.number} has only a revenue code"
        writer.report_problem(
            (*path, "code"), message, "Write a procedure code: the form is an 837P."
        )
    modifiers = (
        writer.text(each, (*path, "modifiers", n), f"modifier {each!r} {what}", 2, 2)
        for n, each in enumerate(line.modifiers)
    )
    charge = writer.amount(line.charge, (*path, "charge"), f"the charge {what}")
    place = writer.text(
        line.place_of_service,
        (*path, "place_of_service"),
        f"the place of service {what}",
        2,
        2,
    )
    own = place if line.place_of_service != claim.lines[0].place_of_service else ""
    return segment(
        "SV1",
        composite("HC", line.code, *modifiers),
        charge,
        *_amount(line, path, writer),
        own,
        "",
        _pointers(line, claim, path, writer),
    )


def _amount(line: ServiceLine, path: Path, writer: ElementWriter) -> tuple[str, str]:
    """Return the units (UN); the minutes (MJ) of anesthesia if they are known."""
    if line.minutes and _is_anesthesia(line.code):
        return "MJ", str(line.minutes)
    if line.units >= _MOST_UNITS or line.units % _LEAST_UNIT:
        message = f"line {line.number} has {line.units} units"
        remedy = "The form takes eight digits, three of them after the point."
        writer.report_problem((*path, "units"), message, remedy)
    return "UN", number(line.units)


def _pointers(line: ServiceLine, claim: Claim, path: Path, writer: ElementWriter) -> str:
    """Return the diagnoses that the service was for; of a single one there is no choice."""
    known = len(claim.diagnoses or ())
    pointers = line.diagnosis_pointers
    if not pointers and known == 1:
        return "1"
    if not known:
        return ""
    if not pointers:
        what = f"for which of the {known} diagnoses line {line.number} was"
        writer.report_missing((*path, "diagnosis_pointers"), what)
        return ""
    if len(pointers) > _MOST_POINTERS or not all(1 <= each <= known for each in pointers):
        message = f"line {line.number} points to diagnoses {', '.join(map(str, pointers))}"
        remedy = f"Write at most {_MOST_POINTERS} numbers, from 1 to {known}."
        writer.report_problem((*path, "diagnosis_pointers"), message, remedy)
    return composite(*map(str, pointers))
