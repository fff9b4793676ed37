"""The segments of a claim in an 837P, from CLM on (loop 2300)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from payer_rules.claims import Authorization, Claim, ServiceLine
from payer_rules.vocabularies.claim_frequencies import CORRECTION, ORIGINAL, WITHDRAWING
from payer_rules.writers.parties import Consents, ProviderDetails
from payer_rules.writers.x12.element_writer import ElementWriter, composite, number, segment
from payer_rules.writers.x12.line_segments import date_segments, line_segments
from payer_rules.writers.x12.rendering import Rendering

#: Frequency codes of a claim that names an earlier one in REF*F8.
_NAMING_EARLIER: Final = WITHDRAWING | {CORRECTION}
_MOST_LINES: Final = 50
_MOST_DIAGNOSES: Final = 12
#: One with the claim, five with each line.
_MOST_NUMBERS: Final = 6


def claim_segments(
    claim: Claim,
    consents: Consents,
    providers: Mapping[str, ProviderDetails],
    writer: ElementWriter,
) -> Iterator[str]:
    """Yield the segments of the claim and its lines; missing facts are reported to the writer."""
    rendering = Rendering.of(claim, providers, writer)
    yield _clm(claim, consents, writer)
    yield from date_segments(claim.dates)
    yield from _references(claim, writer)
    yield from _codes(claim, writer)
    yield from rendering.of_claim
    further = _authorizations(claim)[1:]
    if len(claim.lines) > _MOST_LINES:
        message = f"the claim has {len(claim.lines)} lines, and the form takes {_MOST_LINES}"
        writer.report_problem(("lines",), message, "Bill the others by a claim of their own.")
    for at, line in enumerate(claim.lines):
        own = [each.number for each in further if _first_of(claim, each) is line]
        yield from line_segments(at, line, claim, own, writer)
        yield from rendering.of_line(line)


def _clm(claim: Claim, consents: Consents, writer: ElementWriter) -> str:
    given = {
        "signature": (consents.signature, "whether the provider's signature is on file (Y, N)"),
        "assignment": (consents.assignment, "whether assignment is accepted (A, B, C)"),
        "benefits": (consents.benefits, "whether benefits are assigned (Y, N, W)"),
        "release": (consents.release, "whether information may be released (Y, I)"),
    }
    for key, (value, what) in given.items():
        if value is None:
            writer.report_missing(("consents", key), what)
    signature, assignment, benefits, release = (value or "" for value, _ in given.values())
    total = sum((line.charge or Decimal(0) for line in claim.lines), Decimal(0))
    # NOTE: a payer need not keep more than 20 characters of it, and answers with those.
    text = writer.text(claim.id, ("id",), "the claim's id", 1, 20)
    place = composite(claim.lines[0].place_of_service or "", "B", _frequency(claim, writer))
    return segment(
        "CLM", text, number(total), "", "", place, signature, assignment, benefits, release
    )


def _frequency(claim: Claim, writer: ElementWriter) -> str:
    """Return the frequency code; a claim without one that replaces nothing is an original."""
    code = claim.frequency_code
    if code is None and claim.replaces is not None:
        writer.report_missing(
            ("frequency_code",), "whether the claim replaces another (7) or voids it (8)"
        )
    if code in _NAMING_EARLIER and claim.replaces is None:
        writer.report_missing(("replaces",), "the payer's number of the claim that is replaced")
    return writer.text(code or ORIGINAL, ("frequency_code",), "the frequency code", 1, 1)


def _references(claim: Claim, writer: ElementWriter) -> Iterator[str]:
    if claim.referral not in (None, "none"):
        text = writer.text(claim.referral, ("referral",), "the number of the referral", 1, 50)
        yield segment("REF", "9F", text)
    numbers = _authorizations(claim)
    if len(numbers) > _MOST_NUMBERS:
        message = f"the claim has {len(numbers)} authorizations"
        writer.report_problem(
            ("authorizations",), message, f"Write those that matter, {_MOST_NUMBERS}."
        )
    for each in numbers[:1]:
        path = ("authorizations", 0, "number")
        text = writer.text(each.number, path, "the number of the authorization", 1, 50)
        yield segment("REF", "G1", text)
    if claim.replaces is not None:
        text = writer.text(claim.replaces, ("replaces",), "the number of the claim before", 1, 50)
        yield segment("REF", "F8", text)


def _authorizations(claim: Claim) -> list[Authorization]:
    """Return the authorizations of the claim's services, or of unknown services."""
    return [each for each in claim.authorizations or () if _first_of(claim, each) is not None]


def _first_of(claim: Claim, authorization: Authorization) -> ServiceLine | None:
    """Return the first line that the authorization may be for."""
    codes = authorization.codes
    return next((line for line in claim.lines if codes is None or line.code in codes), None)


def _codes(claim: Claim, writer: ElementWriter) -> Iterator[str]:
    """Yield the segments of diagnoses (ICD-10-CM, without the point) and condition codes."""
    if not claim.diagnoses:
        writer.report_missing(("diagnoses",), "the diagnosis")
    elif len(claim.diagnoses) > _MOST_DIAGNOSES:
        message = f"the claim has {len(claim.diagnoses)} diagnoses, and the form takes 12"
        writer.report_problem(("diagnoses",), message, "Write those for which the services were.")
    else:
        yield segment("HI", *_diagnoses(claim.diagnoses, writer))
    if claim.condition_codes:
        text = (
            writer.text(each, ("condition_codes", at), "a condition code", 2, 2)
            for at, each in enumerate(claim.condition_codes)
        )
        yield segment("HI", *(composite("BG", each) for each in text))


def _diagnoses(codes: tuple[str, ...], writer: ElementWriter) -> Iterator[str]:
    for at, code in enumerate(codes):
        plain = code.replace(".", "")
        what = f"diagnosis {code!r}, without its point,"
        yield composite("ABF" if at else "ABK", writer.text(plain, ("diagnoses", at), what, 3, 7))
