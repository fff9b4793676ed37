"""X12 texts for tests: claims written as 837P and 837I, and what may stand around them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.errors import Fault
from payer_rules.readers import Uncoded
from payer_rules.readers.x12 import Payment, SubmittedClaim
from payer_rules.readers.x12.claim_reading import ClaimReading
from payer_rules.readers.x12.payment_reading import PaymentReading
from payer_rules.readers.x12.reading import read_stream

PROFESSIONAL: Final = "005010X222A1"
INSTITUTIONAL: Final = "005010X223A2"


@attrs.frozen
class Signs:
    """The delimiters of a file, and what stands behind each terminator."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    newline: str = "\n"


def interchange(
    *transactions: list[str], version: str = PROFESSIONAL, signs: Signs = Signs()
) -> str:
    """An interchange around transactions, each a list of segments without ST and SE.

    Segments are written with ``*`` and ``:`` and come out with the signs.
    """
    kind, group = ("835", "HP") if version.startswith("005010X221") else ("837", "HC")
    segments = [f"GS*{group}*SENDER*RECEIVER*20240815*1200*7*X*{version}"]
    for at, inside in enumerate(transactions, 1):
        third = "" if kind == "835" else f"*{version}"
        segments.append(f"ST*{kind}*{at:04}{third}")
        segments += [*inside, f"SE*{len(inside) + 2}*{at:04}"]
    segments += [f"GE*{len(transactions)}*7", "IEA*1*000000009"]
    isa = (
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
        "*240815*1200*^*00501*000000009*0*T*"
    )
    written = [isa.replace("*", signs.element) + signs.component]
    table = str.maketrans({"*": signs.element, ":": signs.component})
    written += [segment.translate(table) for segment in segments]
    return "".join(f"{each}{signs.terminator}{signs.newline}" for each in written)


def header(claim: Claim, *, is_institutional: bool = False) -> list[str]:
    """What stands before the claim: submitter, who bills, the subscriber."""
    biller, member = claim.billing_provider, claim.member
    taxonomy = [f"PRV*BI*PXC*{biller.taxonomy}"] if biller.taxonomy else []
    born = [f"DMG*D8*{member.birth_date:%Y%m%d}*F"] if member.birth_date else []
    # NOTE: the institutional guide wants both, the professional one neither.
    return [
        "BHT*0019*00*0123*20240815*1023*CH",
        "NM1*41*2*SUBMITTER*****46*TGJ23",
        "PER*IC*CONTACT*EM*DESK@CLINIC.EXAMPLE",
        "NM1*40*2*RECEIVER*****46*66783JJT",
        "HL*1**20*1",
        *taxonomy,
        f"NM1*85*2*CLINIC*****XX*{biller.npi}",
        "N3*1 EXAMPLE ST",
        "N4*ALBANY*NY*122071234",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        "SBR*P*18*******MC",
        f"NM1*IL*1*DOE*JANE****MI*{member.id}",
        "N3*2 EXAMPLE AVE",
        "N4*ALBANY*NY*12207",
        *born,
        "NM1*PR*2*PAYER*****PI*12345",
    ]


def claim_segments(claim: Claim, *, is_institutional: bool = False) -> Iterator[str]:
    """The claim's own segments, from CLM on."""
    total = sum((line.charge or Decimal(0) for line in claim.lines), Decimal(0))
    first = claim.lines[0]
    if is_institutional:
        assert claim.bill_type is not None
        place = f"{claim.bill_type[:2]}:A:{claim.frequency_code}"
        yield f"CLM*{claim.id}*{total}***{place}**A*Y*Y"
        days = [day for line in claim.lines for day in (line.date_from, line.date_to)]
        yield f"DTP*434*RD8*{min(days):%Y%m%d}-{max(days):%Y%m%d}"
        yield "CL1*3**30"
    else:
        yield f"CLM*{claim.id}*{total}***{first.place_of_service}:B:{claim.frequency_code}*Y*A*Y*Y"
    if claim.referral:
        yield f"REF*9F*{claim.referral}"
    yield from (f"REF*G1*{each.number}" for each in claim.authorizations or ())
    if claim.replaces:
        yield f"REF*F8*{claim.replaces}"
    yield from _codes(claim, is_institutional=is_institutional)
    if is_institutional:
        yield "NM1*71*1*DOE*JOHN****XX*1234567893"
    for line in claim.lines:
        yield from _line(line, first, is_institutional=is_institutional)


def _codes(claim: Claim, *, is_institutional: bool) -> Iterator[str]:
    if claim.diagnoses:
        principal, *others = claim.diagnoses
        if is_institutional:
            yield f"HI*ABK:{principal}"
            if others:
                yield "*".join(["HI", *(f"ABF:{each}" for each in others)])
        else:
            yield "*".join(["HI", f"ABK:{principal}", *(f"ABF:{each}" for each in others)])
    if claim.condition_codes:
        yield "*".join(["HI", *(f"BG:{each}" for each in claim.condition_codes)])


def _line(line: ServiceLine, first: ServiceLine, *, is_institutional: bool) -> Iterator[str]:
    yield f"LX*{line.number}"
    procedure = ":".join(["HC", line.code, *line.modifiers])
    charge = "" if line.charge is None else str(line.charge)
    basis, amount = ("UN", line.units) if line.minutes is None else ("MJ", line.minutes)
    if is_institutional:
        yield f"SV2*{line.revenue_code}*{procedure}*{charge}*{basis}*{amount}"
    else:
        own = line.place_of_service if line.place_of_service != first.place_of_service else ""
        pointers = ":".join(map(str, line.diagnosis_pointers or ()))
        yield f"SV1*{procedure}*{charge}*{basis}*{amount}*{own}**{pointers}".rstrip("*")
    if line.date_from == line.date_to:
        yield f"DTP*472*D8*{line.date_from:%Y%m%d}"
    else:
        yield f"DTP*472*RD8*{line.date_from:%Y%m%d}-{line.date_to:%Y%m%d}"
    if line.rendering_provider is not None:
        yield from _rendering(line.rendering_provider)


def _rendering(provider: Provider) -> Iterator[str]:
    yield f"NM1*82*1*DOE*JOHN****XX*{provider.npi}"
    if provider.taxonomy:
        yield f"PRV*PE*PXC*{provider.taxonomy}"


def claims_in(text: str | bytes) -> tuple[list[SubmittedClaim], list[Fault]]:
    """The claims in the text, and the faults, as a file of that content gives them."""
    content = text if isinstance(text, bytes) else text.encode()
    found = read_stream(io.BytesIO(content), ClaimReading("f.837"))
    return parted(found)


def payments_in(text: str | bytes) -> tuple[list[Payment], list[Fault]]:
    """The payments in the text, and the faults."""
    content = text if isinstance(text, bytes) else text.encode()
    found = [*read_stream(io.BytesIO(content), PaymentReading("f.835"))]
    return (
        [each for each in found if isinstance(each, Payment)],
        [each for each in found if isinstance(each, Fault)],
    )


def parted(
    found: Iterable[SubmittedClaim | Uncoded | Fault],
) -> tuple[list[SubmittedClaim], list[Fault]]:
    """The claims, and the faults."""
    found = [*found]
    return (
        [each for each in found if isinstance(each, SubmittedClaim)],
        [each for each in found if isinstance(each, Fault)],
    )


def day(text: str) -> date:
    """A date as X12 writes it."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
