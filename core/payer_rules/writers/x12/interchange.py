"""The envelopes of an 837P: ISA, GS and ST around claims, each under its own levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.errors import Path
from payer_rules.writers.parties import Envelope, ProviderDetails, SubmissionDetails, TradingPartner
from payer_rules.writers.x12.claim_segments import claim_segments
from payer_rules.writers.x12.element_writer import ElementWriter, segment
from payer_rules.writers.x12.party_segments import billing_segments, insured_segments

GUIDE: Final = "005010X222A1"
_MOST_CONTROL: Final = 999_999_999
_USAGES: Final = {"test": "T", "production": "P"}


@attrs.frozen
class X12ClaimSegments:
    """A claim as segments: the billing provider, the subscriber, and the claim itself."""

    billing: tuple[str, ...]
    insured: tuple[str, ...]
    claim: tuple[str, ...]


def form_claim(
    claim: Claim, submission: SubmissionDetails, providers: Mapping[str, ProviderDetails]
) -> X12ClaimSegments:
    """Return the segments of the claim; raises `InvalidValueError` with all that is missing.

    ``providers`` are those who bill, render and supervise, by NPI.
    """
    writer = ElementWriter()
    billing = tuple(billing_segments(claim.billing_provider, providers, writer))
    insured = tuple(insured_segments(claim, submission, writer))
    own = writer.finish(claim_segments(claim, submission.consents, providers, writer))
    return X12ClaimSegments(billing, insured, own)


def interchange(claims: Iterable[X12ClaimSegments], envelope: Envelope, created: datetime) -> str:
    """Return the text of a file with the claims.

    Claims of one billing provider follow one another, in their order. Raises `InvalidValueError`
    with all that the envelope is missing.
    """
    writer = ElementWriter()
    head = writer.finish(_envelope(envelope, created, writer))
    isa, gs, *submitter = head
    inside = [segment("ST", "837", "0001", GUIDE), *submitter, *_levels(claims)]
    control = envelope.control
    around = [
        *(isa, gs, *inside),
        segment("SE", str(len(inside) + 1), "0001"),
        segment("GE", "1", str(control)),
        segment("IEA", "1", f"{control:09}"),
    ]
    return "".join(f"{each}~\n" for each in around)


def _levels(claims: Iterable[X12ClaimSegments]) -> Iterator[str]:
    """Yield an HL 20 for each billing provider, and an HL 22 for the member of each claim."""
    together: dict[tuple[str, ...], list[X12ClaimSegments]] = {}
    for each in claims:
        together.setdefault(each.billing, []).append(each)
    level = 0
    for billing, own in together.items():
        level += 1
        above = level
        yield segment("HL", str(above), "", "20", "1")
        yield from billing
        for each in own:
            level += 1
            yield segment("HL", str(level), str(above), "22", "0")
            yield from each.insured
            yield from each.claim


def _envelope(envelope: Envelope, created: datetime, writer: ElementWriter) -> Iterator[str]:
    """Yield ISA, GS, and the segments before the levels: BHT, loops 1000A and 1000B."""
    control, usage = envelope.control, envelope.usage
    if control is None:
        writer.report_missing(
            ("envelope", "control"), "the number of the interchange, one for each file,"
        )
    elif not 1 <= control <= _MOST_CONTROL:
        remedy = "Write a number of nine digits that no file had before."
        writer.report_problem(("envelope", "control"), f"the control number is {control}", remedy)
    if usage is None:
        writer.report_missing(
            ("envelope", "usage"), "whether the file is for 'test' or 'production'"
        )
    sender, receiver = (
        writer.text(each.id, ("envelope", key, "id"), f"the {key}'s id", 2, 15)
        for key, each in (("submitter", envelope.submitter), ("receiver", envelope.receiver))
    )
    sender_kind = _qualified("submitter", envelope.submitter, writer)
    receiver_kind = _qualified("receiver", envelope.receiver, writer)
    number, day, hour = control or 0, f"{created:%Y%m%d}", f"{created:%H%M}"
    yield (
        f"ISA*00*{'':10}*00*{'':10}*{sender_kind}*{sender:15}"
        f"*{receiver_kind}*{receiver:15}*{day[2:]}*{hour}*^*00501"
        f"*{number:09}*0*{_USAGES.get(usage or '')}*:"
    )
    yield segment("GS", "HC", sender, receiver, day, hour, str(number), "X", GUIDE)
    yield segment("BHT", "0019", "00", str(number), day, hour, "CH")
    yield from _submitter(envelope.submitter, sender, writer)
    name = writer.text(
        envelope.receiver.name, ("envelope", "receiver", "name"), "the receiver's name", 1, 60
    )
    yield segment("NM1", "40", "2", name, "", "", "", "", "46", receiver)


def _qualified(key: str, who: TradingPartner, writer: ElementWriter) -> str:
    return writer.text(who.qualifier, ("envelope", key, "qualifier"), "the qualifier", 2, 2)


def _submitter(who: TradingPartner, sender: str, writer: ElementWriter) -> Iterator[str]:
    path: Path = ("envelope", "submitter")
    name = writer.text(who.name, (*path, "name"), "the submitter's name", 1, 60)
    yield segment("NM1", "41", "2", name, "", "", "", "", "46", sender)
    contact = writer.text(who.contact, (*path, "contact"), "whom a receiver asks", 1, 60)
    if not who.phone and not who.email:
        remedy = "Write phone = …, or email = …, under envelope.submitter."
        writer.report_problem(path, "neither phone nor email of the submitter is known", remedy)
    reached: list[str] = []
    if who.phone:
        reached += ["TE", writer.text(who.phone, (*path, "phone"), "the submitter's phone", 1, 256)]
    if who.email:
        reached += ["EM", writer.text(who.email, (*path, "email"), "the submitter's email", 1, 256)]
    yield segment("PER", "IC", contact, *reached)
