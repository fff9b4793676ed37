"""What an 837 states apart from its claims: the billing provider's ZIP code and when it was sent."""

from __future__ import annotations

from datetime import date
from typing import Final

from x12_texts import INSTITUTIONAL, claims_in, interchange

from payer_rules.readers.filed_claims import FormFacts

CLAIM: Final = (
    *("CLM*C1*80***11:B:1*Y*A*Y*Y", "HI*ABK:F331", "LX*1", "SV1*HC:90853*80*UN*1*11**1"),
    "DTP*472*D8*20240814",
)
BILLING: Final = (
    *("HL*1**20*1", "NM1*85*2*CLINIC*****XX*1234567893", "N3*1 EXAMPLE ST"),
    "N4*CHICAGO*IL*606011234",
)
#: The address to which payments go, which is not that of the services.
PAY_TO: Final = ("NM1*87*2", "N3*2 EXAMPLE ST", "N4*ALBANY*NY*12207")
MEMBER: Final = ("HL*2*1*22*0", "SBR*P*18", "NM1*IL*1*DOE*JANE****MI*M1", "N4*GARY*IN*46402")
BEGINNING: Final = "BHT*0019*00*1*20240816*1200*CH"


def facts_of(*segments: str, version: str = "005010X222A1") -> list[FormFacts | None]:
    """Return the facts of the forms of all claims in a transaction."""
    filed, problems = claims_in(interchange([*segments], version=version))
    assert not problems
    return [item.form for item in filed]


def test_the_zip_code_is_that_of_the_billing_provider() -> None:
    """Addresses of members and for payments are not the provider's."""
    sent = date(2024, 8, 16)
    expected = FormFacts(form="837P", zip_code="606011234", sent=sent)
    assert facts_of(BEGINNING, *BILLING, *PAY_TO, *MEMBER, *CLAIM) == [expected]


def test_a_provider_without_an_address_has_no_zip_code() -> None:
    """A provider's ZIP code is not that of the provider before it."""
    second = ("HL*3**20*1", "NM1*85*2*CLINIC*****XX*1234567893")
    member = ("HL*4*3*22*0", *MEMBER[1:])
    found = facts_of(BEGINNING, *BILLING, *MEMBER, *CLAIM, *second, *member, *CLAIM)
    assert [item and item.zip_code for item in found] == ["606011234", None]


def test_without_a_beginning_the_interchange_shows_when_it_was_sent() -> None:
    """BHT04 is the day of the transaction; ISA09 is that of the interchange."""
    (found,) = facts_of(*BILLING, *MEMBER, *CLAIM)
    assert found is not None
    assert found.sent == date(2024, 8, 15)


def test_an_institutional_form_says_so() -> None:
    """The form is that of the guide."""
    lines = ("LX*1", "SV2*0915*HC:90853*80*UN*1", "DTP*472*D8*20240814")
    claim = ("CLM*C1*80***13:A:1**A*Y*Y", "HI*ABK:F331", *lines)
    (found,) = facts_of(BEGINNING, *BILLING, *MEMBER, *claim, version=INSTITUTIONAL)
    assert found is not None
    assert found.form == "837I"
