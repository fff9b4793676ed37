"""X12 texts for tests: claims as 837P by the writer and as 837I, with envelopes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, Drug, Provider, ServiceLine
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.x12 import Payment
from payer_rules.readers.x12.claim_parser import ClaimParser
from payer_rules.readers.x12.parser import read_stream
from payer_rules.readers.x12.payment_parser import PaymentParser
from payer_rules.writers.parties import (
    Address,
    Consents,
    Envelope,
    Insurer,
    PatientDetails,
    ProviderDetails,
    SubmissionDetails,
    TradingPartner,
)
from payer_rules.writers.x12 import form_claim
from payer_rules.writers.x12 import interchange as interchange_of

ADDRESS: Final = Address(street="2 EXAMPLE AVE", city="ALBANY", state="NY", zip="12207")
PATIENT: Final = PatientDetails(last_name="DOE", first_name="JANE", gender="F", address=ADDRESS)
INSURER: Final = Insurer(name="PAYER", id="12345", filing="MC")
CONSENTS: Final = Consents(signature="Y", assignment="A", benefits="Y", release="Y")
SUBMISSION: Final = SubmissionDetails(patient=PATIENT, insurer=INSURER, consents=CONSENTS)
ORGANIZATION: Final = ProviderDetails(
    name="CLINIC",
    tax_id="123456789",
    address=Address(street="1 EXAMPLE ST", city="ALBANY", state="NY", zip="122071234"),
)
PERSON: Final = ProviderDetails(last_name="ROE", first_name="MARY")
ENVELOPE: Final = Envelope(
    control=42,
    usage="production",
    submitter=TradingPartner(
        name="SUBMITTER", id="SENDER1", contact="CONTACT", email="DESK@CLINIC.EXAMPLE"
    ),
    receiver=TradingPartner(name="RECEIVER", id="CLEAR1"),
)
PROFESSIONAL: Final = "005010X222A1"
INSTITUTIONAL: Final = "005010X223A2"


@attrs.frozen
class Signs:
    """The delimiters of a file, and the text after each terminator."""

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
    return "".join(f"{item}{signs.terminator}{signs.newline}" for item in written)


def parties_of(*claims: Claim) -> dict[str, ProviderDetails]:
    """Names for all who bill, render or supervise; who bills and does not supervise is an organization."""
    named = [claim.rendering_provider(line) for claim in claims for line in claim.lines]
    above = [item.supervised_by for item in named if isinstance(item.supervised_by, Provider)]
    found = {item.npi: PERSON for item in [*named, *above]}
    for claim in claims:
        npi = claim.billing_provider.npi
        who = PERSON if npi in {item.npi for item in above} else ORGANIZATION
        found[npi] = attrs.evolve(who, tax_id="123456789", address=ORGANIZATION.address)
    return found


def written(claim: Claim) -> list[str]:
    """The segments of the transaction with this claim, as the product writes it; no ST and SE."""
    ready = form_claim(claim, SUBMISSION, parties_of(claim))
    text = interchange_of([ready], ENVELOPE, datetime(2024, 8, 15, 10, 23))
    _, _, _, *inside, _, _, _ = text.split("~\n")[:-1]
    return inside


def header(claim: Claim) -> list[str]:
    """Return the segments before the claim: submitter, billing provider, subscriber."""
    born = claim.member.birth_date
    member = attrs.evolve(claim.member, birth_date=born or date(1980, 1, 2))
    line = ServiceLine(
        code="90853", date_from=date(2024, 8, 15), place_of_service="11", charge=Decimal(1)
    )
    stand_in = Claim(
        id="C1",
        member=member,
        billing_provider=claim.billing_provider,
        lines=[line],
        diagnoses=("F331",),
    )
    inside = written(stand_in)
    above = inside[: next(at for at, item in enumerate(inside) if item.startswith("CLM"))]
    return [item for item in above if born or not item.startswith("DMG")]


def claim_segments(claim: Claim, *, is_institutional: bool = False) -> list[str]:
    """The claim's own segments, from CLM on."""
    if is_institutional:
        return [*_institutional(claim)]
    inside = written(claim)
    return inside[next(at for at, item in enumerate(inside) if item.startswith("CLM")) :]


def _institutional(claim: Claim) -> Iterator[str]:
    """The claim as an 837I, which the product does not write."""
    total = sum((line.charge or Decimal(0) for line in claim.lines), Decimal(0))
    assert claim.bill_type is not None
    yield f"CLM*{claim.id}*{total}***{claim.bill_type[:2]}:A:{claim.frequency_code}**A*Y*Y"
    days = [day for line in claim.lines for day in (line.date_from, line.date_to)]
    yield f"DTP*434*RD8*{min(days):%Y%m%d}-{max(days):%Y%m%d}"
    yield "CL1*3**30"
    if claim.referral:
        yield f"REF*9F*{claim.referral}"
    yield from (f"REF*G1*{item.number}" for item in claim.authorizations or ())
    if claim.replaces:
        yield f"REF*F8*{claim.replaces}"
    if claim.diagnoses:
        principal, *others = claim.diagnoses
        yield f"HI*ABK:{principal}"
        if others:
            yield "*".join(["HI", *(f"ABF:{item}" for item in others)])
    if claim.condition_codes:
        yield "*".join(["HI", *(f"BG:{code}" for code in claim.condition_codes)])
    if claim.occurrences:
        dated = (f"BH:{item.code}:D8:{item.date_from:%Y%m%d}" for item in claim.occurrences)
        yield "*".join(["HI", *dated])
    yield "NM1*71*1*DOE*JOHN****XX*1234567893"
    for line in claim.lines:
        yield from _institutional_line(line)


def _institutional_line(line: ServiceLine) -> Iterator[str]:
    yield f"LX*{line.number}"
    procedure = ":".join(["HC", line.code, *line.modifiers])
    basis, amount = ("UN", line.units) if line.minutes is None else ("MJ", line.minutes)
    yield f"SV2*{line.revenue_code}*{procedure}*{line.charge}*{basis}*{amount}"
    if line.date_from == line.date_to:
        yield f"DTP*472*D8*{line.date_from:%Y%m%d}"
    else:
        yield f"DTP*472*RD8*{line.date_from:%Y%m%d}-{line.date_to:%Y%m%d}"
    if isinstance(line.drug, Drug):
        yield f"LIN**N4*{line.drug.number}"
        yield f"CTP****{line.drug.quantity}*{line.drug.unit}"
    if line.rendering_provider is not None:
        yield f"NM1*82*1*DOE*JOHN****XX*{line.rendering_provider.npi}"
        if line.rendering_provider.taxonomy:
            yield f"PRV*PE*PXC*{line.rendering_provider.taxonomy}"


def claims_in(text: str | bytes) -> tuple[list[FiledClaim], list[Problem]]:
    """The claims in the text, and the problems, as a file of that content gives them."""
    content = text if isinstance(text, bytes) else text.encode()
    found = read_stream(io.BytesIO(content), ClaimParser("f.837"))
    return parted(found)


def payments_in(text: str | bytes) -> tuple[list[Payment], list[Problem]]:
    """The payments in the text, and the problems."""
    content = text if isinstance(text, bytes) else text.encode()
    found = [*read_stream(io.BytesIO(content), PaymentParser("f.835"))]
    return (
        [item for item in found if isinstance(item, Payment)],
        [item for item in found if isinstance(item, Problem)],
    )


def parted(
    found: Iterable[FiledClaim | UncodedClaim | Problem],
) -> tuple[list[FiledClaim], list[Problem]]:
    """The claims, and the problems."""
    found = [*found]
    return (
        [item for item in found if isinstance(item, FiledClaim)],
        [item for item in found if isinstance(item, Problem)],
    )


def day(text: str) -> date:
    """A date as X12 writes it."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
