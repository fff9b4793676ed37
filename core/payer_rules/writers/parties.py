"""What forms say beside a claim: who sends, bills, is insured and pays, by name and address.

No rule asks for these facts, so a `Claim` has none of them. All may be left out; a writer whose
form demands one that is not there says so and writes nothing.
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

    ``tax_id`` is an employer's number (EI), or where ``tax_id_kind`` says so a social security
    number (SY).
    """

    name: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    tax_id: str | None = None
    tax_id_kind: Literal["EI", "SY"] = "EI"
    address: Address = Address()


@attrs.frozen(kw_only=True)
class PatientDetails:
    """The member as a person; ``group`` is the number of the group by which it is insured."""

    last_name: str | None = None
    first_name: str | None = None
    gender: Literal["F", "M", "U"] | None = None
    group: str | None = None
    address: Address = Address()


@attrs.frozen(kw_only=True)
class Insurer:
    """Whom the claim goes to, by the id that its receiver knows it by.

    ``filing`` is the claim filing indicator (SBR09), such as ``CI`` of a commercial insurer.
    """

    name: str | None = None
    id: str | None = None
    filing: str | None = None


@attrs.frozen(kw_only=True)
class Consents:
    """What was signed and agreed, in the codes of CLM06 to CLM09.

    The provider's signature is on file (Y, N); assignment is accepted (A), for laboratory services
    only (B) or not (C); benefits are assigned (Y, N, W for not applicable); the patient lets
    information be released (Y, or I where the law asks for no signature).
    """

    signature: Literal["Y", "N"] | None = None
    assignment: Literal["A", "B", "C"] | None = None
    benefits: Literal["Y", "N", "W"] | None = None
    release: Literal["Y", "I"] | None = None


@attrs.frozen(kw_only=True)
class TradingPartner:
    """Who sends or receives a file; ``qualifier`` says whose number the id is (ISA05, ISA07).

    ``contact``, ``phone`` and ``email`` tell a receiver whom to ask.
    """

    name: str | None = None
    id: str | None = None
    qualifier: str = "ZZ"
    contact: str | None = None
    phone: str | None = None
    email: str | None = None


@attrs.frozen(kw_only=True)
class Envelope:
    """What stands around the claims of an X12 file; ``control`` is its number, never used twice."""

    control: int | None = None
    usage: Literal["test", "production"] | None = None
    submitter: TradingPartner = TradingPartner()
    receiver: TradingPartner = TradingPartner()


@attrs.frozen(kw_only=True)
class SubmissionDetails:
    """What a form says of one claim beside it."""

    patient: PatientDetails = PatientDetails()
    insurer: Insurer = Insurer()
    consents: Consents = Consents()
