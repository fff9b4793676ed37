"""Laws of writing an 837P: it is valid, it agrees with the claim, and it invents nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from x12_shapes import claims
from x12_texts import (
    ADDRESS,
    CONSENTS,
    ENVELOPE,
    INSURER,
    ORGANIZATION,
    PATIENT,
    PERSON,
    SUBMISSION,
    claims_in,
    parties_of,
)

from payer_rules.claims import Authorization, Claim, Member, Provider, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.readers.x12.validation import validated
from payer_rules.writers.parties import Envelope, ProviderDetails, SubmissionDetails
from payer_rules.writers.x12 import form_claim, interchange

MADE: Final = datetime(2025, 10, 7, 9, 30)
CLINIC: Final = Provider(npi="1234567893", taxonomy="261QM0801X")
LINE: Final = ServiceLine(
    code="90853",
    modifiers=("GT",),
    date_from=date(2025, 10, 6),
    place_of_service="10",
    charge=Decimal("85.50"),
    diagnosis_pointers=(1,),
)
CLAIM: Final = Claim(
    id="G1-2",
    member=Member(id="M2", birth_date=date(1980, 5, 1)),
    billing_provider=CLINIC,
    lines=[LINE],
    diagnoses=("F331",),
    condition_codes=(),
    frequency_code="1",
)
WORDS: Final = st.text("ABCZabcz019 .,'&()-", min_size=2, max_size=30).filter(
    lambda text: text == text.strip()
)


def text_of(
    *expected: Claim,
    submission: SubmissionDetails = SUBMISSION,
    providers: Mapping[str, ProviderDetails] | None = None,
) -> str:
    """The claims as a file."""
    known = providers if providers is not None else parties_of(*expected)
    return interchange([form_claim(item, submission, known) for item in expected], ENVELOPE, MADE)


def lacking(claim: Claim = CLAIM, **fields: Any) -> dict[str, str]:
    """Return the missing parts of a claim: the path, and the message."""
    with pytest.raises(InvalidValueError) as raised:
        text_of(claim, **fields)
    return {
        ".".join(map(str, error.path)): f"{error.message}. {error.remedy}"
        for error in raised.value.field_errors
    }


def problems_of(text: str, folder: Path) -> list[str]:
    """What pyx12 finds wrong with the text by the guide."""
    file = folder / "claims.837"
    file.write_text(text, encoding="ascii")
    return [str(item) for item in validated(file, file.name)]


@given(claims())
def test_a_claim_comes_back(claim: Claim) -> None:
    """What was written as an 837P is read as the same claim, in all that the form can carry."""
    (filed,), problems = claims_in(text_of(claim))
    assert problems == []
    assert filed.claim == claim
    assert filed.payer_id == INSURER.id


@given(st.lists(claims(), min_size=1, max_size=4))
def test_claims_of_one_who_bills_stand_together(several: list[Claim]) -> None:
    """None is lost, whoever bills, and those of one keep their order."""
    filed, problems = claims_in(text_of(*several))
    assert problems == []
    together = dict.fromkeys(item.billing_provider for item in several)
    ordered = [item for biller in together for item in several if item.billing_provider == biller]
    assert [item.claim for item in filed] == ordered


@settings(max_examples=examples(8))
@given(claim=claims(), words=st.lists(WORDS, min_size=9, max_size=9))
def test_a_file_is_valid(
    claim: Claim, words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """pyx12, which knows the guides, accepts the file for all names."""
    last, first, name, street, city, insurer, clinic, doctor, other = words
    home = attrs.evolve(ADDRESS, street=street, city=city)
    submission = SubmissionDetails(
        patient=attrs.evolve(PATIENT, last_name=last, first_name=first, group=name, address=home),
        insurer=attrs.evolve(INSURER, name=insurer),
        consents=CONSENTS,
    )
    providers = {
        npi: attrs.evolve(party, name=clinic)
        if party.name is not None
        else attrs.evolve(party, last_name=doctor, first_name=other)
        for npi, party in parties_of(claim).items()
    }
    text = text_of(claim, submission=submission, providers=providers)
    assert problems_of(text, tmp_path_factory.getbasetemp()) == []


def test_who_bills_may_be_a_person(tmp_path: Path) -> None:
    """A person's last and first name take the place of the organization's name."""
    alone = attrs.evolve(PERSON, tax_id="123456789", tax_id_kind="SY", address=ORGANIZATION.address)
    text = text_of(CLAIM, providers={CLINIC.npi: alone})
    assert "NM1*85*1*ROE*MARY****XX*1234567893~" in text
    assert "REF*SY*123456789~" in text
    assert problems_of(text, tmp_path) == []


def test_without_anything_beside_everything_is_named_once() -> None:
    """Each missing part is a message with the key to write; the claim is not written."""
    bare = attrs.evolve(
        CLAIM,
        member=Member(id="M2"),
        diagnoses=None,
        lines=[ServiceLine(code="90853", date_from=LINE.date_from)],
    )
    missing = lacking(bare, submission=SubmissionDetails(), providers={})
    assert list(missing) == [
        *("providers.1234567893", "providers.1234567893.address.street"),
        *(f"providers.1234567893.{key}" for key in ("address.city", "address.state")),
        *(f"providers.1234567893.{key}" for key in ("address.zip", "tax_id")),
        *("patient.last_name", "patient.first_name", "insurer.filing", "patient.address.street"),
        *(f"patient.address.{key}" for key in ("city", "state", "zip")),
        *("member.birth_date", "patient.gender", "insurer.name", "insurer.id"),
        *(f"consents.{key}" for key in ("signature", "assignment", "benefits", "release")),
        *("diagnoses", "lines.0.charge", "lines.0.place_of_service"),
    ]
    assert missing["patient.address.zip"] == (
        "the ZIP code of the patient is not known. Write zip = … under patient.address."
    )
    assert missing["lines.0.charge"] == "the charge of line 1 is not known. Write charge = …."
    assert missing["providers.1234567893"] == (
        "the name of provider 1234567893 is not known. "
        "Write name = …, or last_name and first_name, under providers.1234567893."
    )


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"id": "X" * 21}, "id", "the claim's id has 21 characters, and the form takes 1 to 20"),
        ({"id": "A*B"}, "id", "the claim's id has a sign that X12 does not carry"),
        ({"frequency_code": "7"}, "replaces", "the payer's number of the claim that is replaced"),
        (
            {"frequency_code": None, "replaces": "ICN1"},
            "frequency_code",
            "whether the claim replaces another (7) or voids it (8) is not known",
        ),
        ({"diagnoses": ()}, "diagnoses", "the diagnosis is not known"),
        ({"diagnoses": ("F331",) * 13}, "diagnoses", "the claim has 13 diagnoses"),
        (
            {"authorizations": [Authorization(number=str(at)) for at in range(7)]},
            "authorizations",
            "the claim has 7 authorizations",
        ),
        ({"billing_provider": Provider(npi="G2:1")}, "providers.G2:1", "which is not an NPI"),
        (
            {"lines": [attrs.evolve(LINE, number=at) for at in range(1, 52)]},
            "lines",
            "the claim has 51 lines, and the form takes 50",
        ),
    ],
)
def test_what_the_form_cannot_say_of_a_claim(
    change: dict[str, Any], path: str, message: str
) -> None:
    """It is reported, with its value unless it is a name or address, and nothing is written."""
    assert message in lacking(attrs.evolve(CLAIM, **change))[path]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"charge": Decimal("85.505")}, "charge", "which is not an amount of dollars and cents"),
        ({"units": Decimal("0.0001")}, "units", "line 1 has 0.0001 units"),
        ({"place_of_service": None}, "place_of_service", "the place of service of line 1"),
        ({"diagnosis_pointers": (2,)}, "diagnosis_pointers", "line 1 points to diagnoses 2"),
    ],
)
def test_what_the_form_cannot_say_of_a_line(
    change: dict[str, Any], path: str, message: str
) -> None:
    """It is reported with the line's number."""
    line = attrs.evolve(LINE, **change)
    assert message in lacking(attrs.evolve(CLAIM, lines=[line]))[f"lines.0.{path}"]


def test_a_diagnosis_is_pointed_to_where_there_is_no_choice() -> None:
    """A line points to a single diagnosis by itself; of several it must state its own."""
    line = attrs.evolve(LINE, diagnosis_pointers=None)
    assert "SV1*HC:90853:GT*85.5*UN*1***1~" in text_of(attrs.evolve(CLAIM, lines=[line]))
    missing = lacking(attrs.evolve(CLAIM, lines=[line], diagnoses=("F331", "F411")))
    assert (
        "for which of the 2 diagnoses line 1 was is not known"
        in missing["lines.0.diagnosis_pointers"]
    )


def test_authorizations_stand_where_they_may_be_for() -> None:
    """The first with the claim, others with the first line of their codes; of no line, nowhere."""
    lines = [LINE, attrs.evolve(LINE, number=2, code="90837")]
    numbers = (
        Authorization(number="A1"),
        Authorization(number="A2", codes=frozenset(["90837"])),
        Authorization(number="A3", codes=frozenset(["99999"])),
    )
    text = text_of(attrs.evolve(CLAIM, lines=lines, authorizations=numbers))
    claim, _, second = text.partition("LX*2~")
    assert (claim.count("REF*G1*A1~"), second.count("REF*G1*A2~")) == (1, 1)
    assert text.count("REF*G1") == 2


def test_what_is_the_same_is_said_once() -> None:
    """Who bills is named in no claim, and who rendered all lines in none of them."""
    other = Provider(npi="1000000004", taxonomy="1041C0700X")
    both = [attrs.evolve(LINE, number=at, rendering_provider=other) for at in (1, 2)]
    assert text_of(attrs.evolve(CLAIM, lines=both)).count("NM1*82") == 1
    own = [attrs.evolve(item, rendering_provider=CLINIC) for item in both]
    assert "NM1*82" not in text_of(attrs.evolve(CLAIM, lines=own))
    mixed = text_of(attrs.evolve(CLAIM, lines=[both[0], own[1]]))
    assert mixed.index("LX*1~") < mixed.index("NM1*82") < mixed.index("LX*2~")


def test_a_supervisor_is_a_person() -> None:
    """The form has no organization that supervises."""
    above = Provider(npi="1000000004")
    line = attrs.evolve(LINE, rendering_provider=attrs.evolve(CLINIC, supervised_by=above))
    claim = attrs.evolve(CLAIM, lines=[line])
    missing = lacking(claim, providers={CLINIC.npi: ORGANIZATION, above.npi: ORGANIZATION})
    assert "has the name of an organization" in missing["providers.1000000004.name"]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ({"patient": attrs.evolve(PATIENT, last_name="DOE*ANN")}, "patient.last_name"),
        ({"patient": attrs.evolve(PATIENT, first_name=" ANN")}, "patient.first_name"),
        (
            {"patient": attrs.evolve(PATIENT, address=attrs.evolve(ADDRESS, city="Zürich"))},
            "patient.address.city",
        ),
    ],
)
def test_no_message_quotes_a_person(who: dict[str, Any], path: str) -> None:
    """A problem of a name or an address does not quote it."""
    (missing,) = lacking(submission=attrs.evolve(SUBMISSION, **who)).items()
    assert missing[0] == path
    assert not {"DOE", "ANN", "rich"} & {
        word for word in ("DOE", "ANN", "rich") if word in missing[1]
    }


def test_who_bills_has_a_whole_zip_code() -> None:
    """Five digits do for the patient alone."""
    short = attrs.evolve(ORGANIZATION, address=ADDRESS)
    missing = lacking(providers={CLINIC.npi: short})
    assert "the nine digits of ZIP+4" in missing["providers.1234567893.address.zip"]


def test_an_envelope_invents_nothing() -> None:
    """The sender states control number, usage, both ends and a contact."""
    with pytest.raises(InvalidValueError) as raised:
        interchange([], Envelope(), MADE)
    message = [".".join(map(str, error.path)) for error in raised.value.field_errors]
    assert message == [
        *("envelope.control", "envelope.usage", "envelope.submitter.id", "envelope.receiver.id"),
        *("envelope.submitter.name", "envelope.submitter.contact", "envelope.submitter"),
        "envelope.receiver.name",
    ]
    with pytest.raises(InvalidValueError, match="the control number is 0"):
        interchange([], attrs.evolve(ENVELOPE, control=0), MADE)


def test_an_envelope_says_when_and_for_what() -> None:
    """The time is the caller's, and a test file is marked as one."""
    test = attrs.evolve(ENVELOPE, usage="test")
    ready = form_claim(CLAIM, SUBMISSION, parties_of(CLAIM))
    isa, gs, *_ = interchange([ready], test, MADE).split("~\n")
    assert len(isa) == 105
    assert isa.endswith("*251007*0930*^*00501*000000042*0*T*:")
    assert gs == "GS*HC*SENDER1*CLEAR1*20251007*0930*42*X*005010X222A1"
