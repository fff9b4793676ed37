"""Facts that claim forms ask for and a `Claim` does not have: names, addresses, trading partners.

No rule depends on them. All may be left out; a writer whose form requires one that is missing
reports it and writes nothing.
"""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = [
    "Address",
    "Consents",
    "Envelope",
    "Insurer",
    "PatientDetails",
    "ProviderDetails",
    "SubmissionDetails",
    "TradingPartner",
]


@attrs.frozen(kw_only=True)
class Address:
    """A street with its number, and the rest; ``state`` has two letters, ``zip`` 5 or 9 digits."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None


@attrs.frozen(kw_only=True)
class ProviderDetails:
    """A provider: an organization by its ``name``, a person by last and first name.

    ``tax_id`` is an employer's number (EI), or a social security number if ``tax_id_kind`` is SY.
    """

    name: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    tax_id: str | None = None
    tax_id_kind: Literal["EI", "SY"] = "EI"
    address: Address = Address()


@attrs.frozen(kw_only=True)
class PatientDetails:
    """The member as a person; ``group`` is the number of the insured group."""

    last_name: str | None = None
    first_name: str | None = None
    gender: Literal["F", "M", "U"] | None = None
    group: str | None = None
    address: Address = Address()


@attrs.frozen(kw_only=True)
class Insurer:
    """The payer of the claim, with the id that the receiver knows it by.

    ``filing`` is the claim filing indicator (SBR09), such as ``CI`` of a commercial insurer.
    """

    name: str | None = None
    id: str | None = None
    filing: str | None = None


@attrs.frozen(kw_only=True)
class Consents:
    """The signatures and consents, in the codes of CLM06 to CLM09.

    The provider's signature is on file (Y, N); assignment is accepted (A), for laboratory services
    only (B) or not (C); benefits are assigned (Y, N, W for not applicable); the patient lets
    information be released (Y, or I if the law requires no signature).
    """

    signature: Literal["Y", "N"] | None = None
    assignment: Literal["A", "B", "C"] | None = None
    benefits: Literal["Y", "N", "W"] | None = None
    release: Literal["Y", "I"] | None = None


@attrs.frozen(kw_only=True)
class TradingPartner:
    """The sender or receiver of a file; ``qualifier`` is the kind of its id (ISA05, ISA07).

    ``contact``, ``phone`` and ``email`` are for questions of the receiver.
    """

    name: str | None = None
    id: str | None = None
    qualifier: str = "ZZ"
    contact: str | None = None
    phone: str | None = None
    email: str | None = None


@attrs.frozen(kw_only=True)
class Envelope:
    """The envelope of an X12 file; ``control`` is its number, which no file had before."""

    control: int | None = None
    usage: Literal["test", "production"] | None = None
    submitter: TradingPartner = TradingPartner()
    receiver: TradingPartner = TradingPartner()


@attrs.frozen(kw_only=True)
class SubmissionDetails:
    """The facts of one claim that its form asks for: patient, insurer, consents."""

    patient: PatientDetails = PatientDetails()
    insurer: Insurer = Insurer()
    consents: Consents = Consents()
