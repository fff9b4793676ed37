"""Laws of reading claims: the fact that each segment states, and the errors that reject a claim alone."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
import pytest
import pyx12.params
import pyx12.x12n_document
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from x12_shapes import NO_DATES, claims
from x12_texts import INSTITUTIONAL, claim_segments, claims_in, header, interchange

from payer_rules.claims import (
    Authorization,
    Claim,
    Drug,
    Member,
    Provider,
    ServiceLine,
    TreatmentDates,
)
from payer_rules.readers import FiledClaim

LINE: Final = ServiceLine(
    code="90853",
    modifiers=("95",),
    date_from=date(2024, 8, 15),
    charge=Decimal("120.00"),
    place_of_service="11",
    diagnosis_pointers=(1, 2),
    drug="none",
)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1", birth_date=date(1980, 1, 2), sex="f"),
    billing_provider=Provider(npi="1234567893", taxonomy="261QM0801X"),
    frequency_code="1",
    diagnoses=("F411", "F331"),
    condition_codes=(),
    occurrences=(),
    dates=NO_DATES,
    other_payers=(),
    lines=[LINE],
)
HEADER: Final = header(CLAIM)
BODY: Final = [*claim_segments(CLAIM)]


def only(*body: str) -> tuple[Claim, ServiceLine]:
    """The one claim of the segments, which are sound, and its first line."""
    (filed,), problems = claims_in(interchange([*HEADER, *body]))
    assert problems == []
    return filed.claim, filed.claim.lines[0]


def problems_of(*segments: str) -> list[str]:
    """The problems of a transaction, without the file's name."""
    return [
        str(problem).removeprefix("f.837, ") for problem in claims_in(interchange([*segments]))[1]
    ]


def test_a_claim_says_what_its_segments_say() -> None:
    """A claim written as an 837P is read as the same claim, with its position."""
    (filed,), problems = claims_in(interchange([*HEADER, *BODY]))
    assert problems == []
    assert filed.claim == CLAIM
    assert (filed.file, filed.number, filed.segment) == ("f.837", 1, 21)
    assert (filed.history, filed.payer_id) == (None, "12345")


@given(claims(is_institutional=True))
def test_an_institutional_claim_comes_back(claim: Claim) -> None:
    """Every claim of an outpatient department that an 837I can hold is read as it was written."""
    body = claim_segments(claim, is_institutional=True)
    (filed,), problems = claims_in(interchange([*header(claim), *body], version=INSTITUTIONAL))
    assert problems == []
    assert filed.claim == claim


def test_what_the_tests_write_is_valid(tmp_path: Path) -> None:
    """pyx12's validator, which knows the guides, accepts the 837I that the tests write."""
    line = attrs.evolve(LINE, revenue_code="0915", place_of_service=None)
    claim = attrs.evolve(CLAIM, bill_type="131", lines=[line])
    body = claim_segments(claim, is_institutional=True)
    file = tmp_path / "c.837"
    file.write_text(interchange([*header(claim), *body], version=INSTITUTIONAL))
    answer = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()):
        is_valid = pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(), src_file=str(file), fd_997=answer, fd_html=None
        )
    assert is_valid
    assert "IK5*A~" in answer.getvalue()


def test_a_dependent_is_a_member_of_its_own() -> None:
    """Children of one subscriber have different ids that begin with his; theirs is the birth date."""
    levels = [*HEADER[:10], "HL*2*1*22*1", "SBR*P********CI", "NM1*IL*1*DOE*JOHN****MI*M1"]
    for number, name in ((3, "ANN"), (4, "Bob"), (5, "ANN")):
        child = [
            f"HL*{number}*2*23*0",
            "PAT*19",
            f"NM1*QC*1*DOE*{name}",
            f"DMG*D8*201{number}0101*F",
        ]
        levels += [*child, *BODY]
    filed, problems = claims_in(interchange(levels))
    assert problems == []
    members = [item.claim.member for item in filed]
    assert [member.birth_date for member in members] == [
        date(2013, 1, 1),
        date(2014, 1, 1),
        date(2015, 1, 1),
    ]
    ann, bob, again = [member.id for member in members]
    assert ann == again != bob
    assert all(item.startswith("M1/") and "ANN" not in item for item in (ann, bob))


def test_the_line_wins_over_the_claim() -> None:
    """Place of service and rendering provider of a line are its own, or those of the claim."""
    claim, first = only(
        "CLM*C1*2***11:B:1",
        "HI*ABK:F331",
        "NM1*82*1*DOE*A****XX*1111111111",
        "PRV*PE*PXC*103TC0700X",
        "LX*1",
        "SV1*HC:90853*1*UN*1*10**1",
        "DTP*472*RD8*20240815-20240817",
        "NM1*82*1*DOE*B****XX*2222222222",
        "PRV*PE*PXC*101YM0800X",
        "LX*2",
        "SV1*HC:90853*1*UN*1***1",
        "DTP*472*D8*20240816",
    )
    second = claim.lines[1]
    assert (first.place_of_service, second.place_of_service) == ("10", "11")
    assert first.rendering_provider == Provider(npi="2222222222", taxonomy="101YM0800X")
    assert second.rendering_provider == Provider(npi="1111111111", taxonomy="103TC0700X")
    assert (first.date_from, first.date_to) == (date(2024, 8, 15), date(2024, 8, 17))


def test_another_payer_overwrites_nothing() -> None:
    """Subscriber, payer, provider, numbers and dates of loops 2320, 2330 and 2430 are not read."""
    others = [
        "SBR*S*18*GRP******BL",
        "CAS*CO*45*100",
        "NM1*IL*1*ROE*RICHARD****MI*OTHER",
        "NM1*PR*2*OTHER PAYER*****PI*99999",
        "REF*G1*OTHERAUTH",
        "REF*F8*OTHERNUMBER",
        "NM1*82*1",
        "REF*G2*X",
        "NM1*85*2",
    ]
    lines = [*BODY, "SVD*99999*80*HC:90853**1", "CAS*CO*45*40", "DTP*573*D8*20240901"]
    at = next(at for at, segment in enumerate(lines) if segment.startswith("LX"))
    (filed,), problems = claims_in(interchange([*HEADER, *lines[:at], *others, *lines[at:]]))
    assert problems == []
    assert attrs.evolve(filed.claim, other_payers=()) == CLAIM
    assert filed.payer_id == "12345"
    own = [*lines[: at + 3], "NM1*82*1*DOE*B****XX*2222222222"]
    (filed,), problems = claims_in(interchange([*HEADER, *own[:at], *others, *own[at:]]))
    assert problems == []
    assert filed.claim.lines[0].rendering_provider == Provider(npi="2222222222")


def test_numbers_of_a_claim() -> None:
    """Authorizations of claim and lines are the claim's, those of another payer are not."""
    claim, _ = only(
        "CLM*C1*1***11:B:7",
        "REF*G1*A1",
        "REF*9F*R1",
        "REF*F8*ICN1",
        "NTE*ADD*REF*G1*A9",
        "HI*ABK:F411**ABF:F331*ABN:X58",
        "LX*1",
        "SV1*HC:90853*1*UN*1***1",
        "DTP*472*D8*20240815",
        "REF*G1*A2",
        "REF*F8*ICN2",
        "REF*G1*A1",
        "REF*G1*A3**2U:99999",
    )
    assert claim.diagnoses == ("F411", "F331")
    assert claim.authorizations == (Authorization(number="A1"), Authorization(number="A2"))
    assert (claim.referral, claim.replaces, claim.frequency_code) == ("R1", "ICN1", "7")


def test_what_is_not_there_is_none_or_not_known() -> None:
    """The form carries diagnoses and condition codes; without authorizations they are not known."""
    claim, line = only("CLM*C1*1***11:B:1", "LX*1", "SV1*HC:90853**UN*1", "DTP*472*D8*20240815")
    assert (claim.diagnoses, claim.condition_codes) == ((), ())
    unknown = (claim.authorizations, claim.setting, claim.bill_type, claim.received)
    assert {*unknown, line.rendering_provider, line.charge, line.diagnosis_pointers} == {None}


def test_who_supervises_and_who_has_no_npi() -> None:
    """NM1*DQ supervises who renders; who has no NPI goes by the number that REF gives."""
    body = ["HI*ABK:F331", "LX*1", "SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240815"]
    _, line = only("CLM*C1*1***11:B:1", "NM1*DQ*1*DOE*A****XX*1999999999", *body)
    assert line.rendering_provider == attrs.evolve(
        CLAIM.billing_provider, supervised_by=Provider(npi="1999999999")
    )
    own = [*body, "NM1*DQ*1*DOE*B****XX*1888888888"]
    _, line = only("CLM*C1*1***11:B:1", "NM1*DQ*1*DOE*A****XX*1999999999", *own)
    assert line.rendering_provider is not None
    assert line.rendering_provider.supervised_by == Provider(npi="1888888888")
    _, line = only("CLM*C1*1***11:B:1", "NM1*82*1*DOE*A", "REF*G2*88877", *body)
    assert line.rendering_provider == Provider(npi="G2:88877")
    _, line = only("CLM*C1*1***11:B:1", "NM1*82*1*DOE*A", "REF*G2", *body)
    assert line.rendering_provider == Provider(npi="")


def test_the_setting_of_professional_claims_is_the_readers() -> None:
    """An 837P does not state the setting of its claims; the caller may know it."""
    import payer_rules.readers.x12.claim_parser as reading
    from payer_rules.readers.x12.parser import read_stream

    text = io.BytesIO(interchange([*HEADER, *BODY]).encode())
    (filed,) = read_stream(text, reading.ClaimParser("f", "practitioner"))
    assert isinstance(filed, FiledClaim)
    assert filed.claim.setting == "practitioner"


@pytest.mark.parametrize(("bill_type", "setting"), [("13", "outpatient-hospital"), ("76", None)])
def test_the_setting_of_institutional_claims_is_that_of_the_bill_type(
    bill_type: str, setting: str | None
) -> None:
    """13 is a hospital's outpatient department; other bill types have no setting."""
    body = [
        f"CLM*C1*1***{bill_type}:A:1",
        "LX*1",
        "SV2*0915*HC:90853*1*UN*1",
        "DTP*472*D8*20240815",
    ]
    (filed,), problems = claims_in(interchange([*HEADER, *body], version=INSTITUTIONAL))
    assert problems == []
    assert (filed.claim.setting, filed.claim.bill_type) == (setting, f"{bill_type}1")


def test_a_rate_code_is_no_procedure_code() -> None:
    """A line of a rate code (HIPPS) is left aside as one of a revenue code alone."""
    lines = ["LX*1", "SV2*0022*HP:1AA10*500*UN*2", "LX*2", "SV2*0915*HC:90853*100*UN*1"]
    body = ["CLM*C1*1***13:A:1", "DTP*434*RD8*20240815-20240815", *lines]
    (filed,), problems = claims_in(interchange([*HEADER, *body], version=INSTITUTIONAL))
    assert (filed.uncoded, problems) == ((1,), [])
    assert [line.number for line in filed.claim.lines] == [2]


def test_an_institutional_line_has_the_day_of_a_statement_of_one_day() -> None:
    """Where the statement is of several days, a line without a date is not guessed."""
    for last, count in (("20240815", 1), ("20240816", 0)):
        body = [
            "CLM*C1*1***13:A:1",
            f"DTP*434*RD8*20240815-{last}",
            "LX*1",
            "SV2*0915*HC:90853*1*UN*1",
        ]
        filed, problems = claims_in(interchange([*HEADER, *body], version=INSTITUTIONAL))
        assert (len(filed), len(problems)) == (count, 1 - count)


LINES: Final = ["LX*1", "SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240815"]
BREAKS: Final = {
    "second service": ([*LINES, "SV1*HC:90834*1*UN*1***1"], "line '1' has a second SV1"),
    "no LX": (["SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240815"], "SV1 has no LX before it"),
    "no service": (["LX*1", "DTP*472*D8*20240815"], "the line has no service"),
    "no line": ([], "the claim has no service line"),
    "units": (
        ["LX*1", "SV1*HC:90853*1*UN*ONE***1", LINES[2]],
        "the units (a text of 3 characters) are not a number",
    ),
    "no units": (["LX*1", "SV1*HC:90853*1*UN", LINES[2]], "the line has no units"),
    "zero": (["LX*1", "SV1*HC:90853*1*UN*0***1", LINES[2]], "the line has 0 units"),
    "minutes": (["LX*1", "SV1*HC:90853*1*MJ*1.5***1", LINES[2]], "the line has '1.5' minutes"),
    "charge": (
        ["LX*1", "SV1*HC:90853*1,50*UN*1***1", LINES[2]],
        "the charge ('1,50') is not a number",
    ),
    "code": (["LX*1", "SV1*HC:9085*1*UN*1***1", LINES[2]], "'9085' is not a procedure code"),
    "no code": (["LX*1", "SV1*HC*1*UN*1***1", LINES[2]], "the line has no procedure code"),
    "list": (
        ["LX*1", "SV1*WK:90853*1*UN*1***1", LINES[2]],
        "the code is of the list 'WK'",
    ),
    "pointer": (["LX*1", "SV1*HC:90853*1*UN*1***A", LINES[2]], "the diagnosis pointers ('A')"),
    "date": (
        [*LINES[:2], "DTP*472*D8*20241310"],
        "the date of service (a text of 8 characters) is not a date",
    ),
    "span": ([*LINES[:2], "DTP*472*RD8*20240815-20240801"], "the line ends before it starts"),
    "no date": (LINES[:2], "the line has no date of service"),
    "two dates": ([*LINES, LINES[2]], "the line has a second date of service"),
    "number": (["LX*A", *LINES[1:]], "the line number ('A') is not a number"),
    "twice": ([*LINES, *LINES], "line number 1 is used twice"),
    "form": (["LX*1", "SV2*0915*HC:90853*1*UN*1", LINES[2]], "SV2 is in a professional claim"),
    "principal": (["HI*ABK:F411*ABK:F331", *LINES], "a principal diagnosis comes after another"),
    "bare": (["HI*F411", *LINES], "a code of HI has no qualifier"),
    "no diagnosis": (["HI*ABK", *LINES], "a code of HI has no qualifier, or a qualifier no code"),
    "strange": (["XYZ*1", *LINES], "the guide of the 837 has no such segment"),
    "birth": (["DMG*D8*19800101*F", *LINES], "DMG does not belong here"),
    "subscriber": (["NM1*IL*1*DOE*JANE****MI*M2", *LINES], "NM1*IL does not belong here"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_claim_is_reported_and_no_other_lost(name: str) -> None:
    """The problem names segment, loop and claim; the claims of other levels are read."""
    inside, message = BREAKS[name]
    level = ["HL*3*1*22*0", *HEADER[11:]]
    text = interchange([*HEADER, "CLM*BAD*1***11:B:1", *inside, *level, *BODY])
    (filed,), problems = claims_in(text)
    assert filed.claim == CLAIM
    assert filed.number == 2
    assert any(message in problem.message for problem in problems)
    assert all("claim BAD" in problem.where and "loop 2" in problem.where for problem in problems)


@pytest.mark.parametrize(
    ("at", "put", "message"),
    [
        (10, "HL*2*9*22*0", "HL02 is '9', not the billing provider before it"),
        (10, "HL*2*1*24*0", "HL03 is '24'"),
        (10, None, "SBR does not belong here"),
        (4, None, "HL01 is '2', and 1 follows"),
        (12, "NM1*IL*1*DOE*JANE", "the claim has no member"),
        (6, "NM1*85*2*CLINIC", None),
        (15, "DMG*D8*19801301*F", "the date of birth is not a date"),
        (11, "SBR*P*18~REF*SY", None),
    ],
)
def test_what_stands_above_breaks_what_stands_below(
    at: int, put: str | None, message: str | None
) -> None:
    """A broken level costs its own claims, and no claim of a valid one after it."""
    fields = [*HEADER[:at], *([put] if put else []), *HEADER[at + 1 :], *BODY]
    again = ["HL*3**20*1", *HEADER[5:10], "HL*4*3*22*0", *HEADER[11:], *BODY]
    filed, problems = claims_in(interchange([*fields, *again]))
    assert filed[-1].claim == CLAIM
    messages = [problem.message for problem in problems]
    if message is None:
        assert len(filed) == 2
    else:
        assert len(filed) == 1
        assert any(message in item for item in messages)


def test_a_level_that_was_lost_gives_no_claim_to_another_member() -> None:
    """Where the HL of a second subscriber is lost, his claim is not taken for the first one's."""
    second = ["SBR*P*18*******MC", "NM1*IL*1*ROE*RICHARD****MI*M2", "DMG*D8*19700101*M"]
    filed, problems = claims_in(interchange([*HEADER, *BODY, *second, *BODY]))
    assert filed == []
    assert "DMG does not belong here" in {problem.message for problem in problems}


def test_problems_are_reported_as_a_person_reads_them() -> None:
    """File, segment, loop and claim; what is wrong, with the value; what to do."""
    broken = [segment.replace("UN*1", "UN*ONE") for segment in BODY]
    assert problems_of(*HEADER, *broken) == [
        "segment 24, loop 2400, claim C1: the units (a text of 3 characters) are not a number. Write digits, such as 1 or 1.5."
    ]
    assert problems_of(*HEADER, "CLM*C1*1***11", *BODY[1:]) == [
        "segment 21, loop 2300, claim C1: CLM05 is not that of a professional claim. "
        "Write it as 11:B:1, with place of service and frequency."
    ]


def test_minutes_are_not_units() -> None:
    """With MJ the amount is minutes of one service."""
    _, line = only("CLM*C1*1***22:B:1", "LX*1", "SV1*HC:00142:QK*827*MJ*61", "DTP*472*D8*20240815")
    assert (line.minutes, line.units) == (61, Decimal(1))


@settings(max_examples=examples(20))
@given(st.lists(claims(), min_size=1, max_size=3))
def test_claims_keep_their_order(several: list[Claim]) -> None:
    """Claims of one member come in the order of the file, numbered from 1."""
    body = [segment for claim in several for segment in claim_segments(claim)]
    filed, problems = claims_in(interchange([*header(several[0]), *body]))
    assert problems == []
    assert [item.number for item in filed] == [*range(1, len(several) + 1)]
    assert [item.claim.id for item in filed] == [claim.id for claim in several]


@pytest.mark.parametrize(
    "lost",
    ["HI*ABK:F411", "LX*1", "SV1*HC:90853*1*UN*1***1", "NM1*IL*1*DOE*JANE****MI*M2", "SBR*S*18"],
)
def test_what_stands_where_a_claim_was_lost_is_reported_once(lost: str) -> None:
    """Without its CLM nothing of a claim is read, and what follows under the level is in doubt."""
    stray = [*HEADER, lost, "HI*ABK:F331", "DTP*472*D8*20240815", *BODY]
    filed, problems = claims_in(interchange([*stray, "HL*3*1*22*0", *HEADER[11:], *BODY]))
    assert [item.claim for item in filed] in ([CLAIM], [CLAIM, CLAIM])
    assert len(problems) == (2 if len(filed) == 1 else 0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("CLM*", "CLMX*", "the guide of the 837 has no such segment"),
        ("SV1*", "SV1X*", "the segment is cut off after its tag"),
        ("NM1*85*2*CLINIC*****XX*1234567893", "NM1*85*2*CLINIC", "nobody bills the claim"),
        ("HL*2*1*22*0", "HL*2*1", "HL03 is ''"),
        ("NM1*IL*1*DOE*JANE****MI*M1", "NM1*IL*1", "the claim has no member"),
        ("CLM*C1*", "CLM**", "the claim has no readable id"),
        ("***11:B:1*Y*A*Y*Y", "", "CLM05 is not that of a professional claim"),
    ],
)
def test_segments_that_are_cut_or_joined_break_what_they_say(
    old: str, new: str, message: str
) -> None:
    """A tag with a letter too many is another tag; elements that are left out are empty."""
    text = interchange([segment.replace(old, new) for segment in (*HEADER, *BODY)])
    text = text.replace("REF*EI*123456789~\n", "").replace("SE*28", "SE*27")
    filed, problems = claims_in(text)
    assert filed == []
    assert any(message in problem.message for problem in problems)


def test_what_is_remembered_stays_small() -> None:
    """Texts and providers that a file repeats are remembered, and forgotten before they are many."""
    from payer_rules.readers import cache
    from payer_rules.readers.x12 import claim_building, element_values
    from payer_rules.readers.x12.claim_drafts import ProviderDraft

    texts = cache.ParseCache(str.upper)
    assert {texts[f"a{at}"] for at in range(3 * cache._MOST)} >= {"A0", "A7"}
    assert len(texts) <= cache._MOST
    builder = claim_building.ClaimBuilder(
        claim_building.PROFESSIONAL, element_values.ElementValues(":"), "*", setting=None
    )
    result = [
        builder.provider(ProviderDraft(f"{at:010}")) for at in range(claim_building._MOST + 2)
    ]
    assert len(builder._providers) == 2
    assert result[0] == builder.provider(ProviderDraft("0000000000"))


def test_dates_occurrences_and_drugs_are_read() -> None:
    """Dates of the claim and of a line, the drug of a line, and nothing of what is not stated."""
    claim, first = only(
        "CLM*C1*2***11:B:1",
        "DTP*431*D8*20240801",
        "DTP*096*D8*20240810",
        "HI*ABK:F331",
        *("LX*1", "SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240815", "DTP*454*D8*20240802"),
        *("LIN**N4*00002143380", "CTP****2.5*ML"),
        *("LX*2", "SV1*HC:90853*1*UN*1***1", "DTP*472*D8*20240816", "LIN**UP*123456789012"),
    )
    second = claim.lines[1]
    assert claim.dates == attrs.evolve(
        NO_DATES, onset=date(2024, 8, 1), discharge=date(2024, 8, 10)
    )
    assert first.dates == TreatmentDates(initial_treatment=date(2024, 8, 2))
    assert first.drug == Drug(number="00002143380", quantity=Decimal("2.5"), unit="ML")
    assert (second.dates, second.drug) == (None, "none")
    assert claim.treatment_date(first, "initial_treatment") == date(2024, 8, 2)
    assert claim.treatment_date(second, "initial_treatment") == "none"
    assert claim.treatment_date(first, "onset") == date(2024, 8, 1)


def test_the_onset_of_an_institutional_claim_is_an_occurrence() -> None:
    """Occurrence code 11 has the date of onset; an occurrence span has two days."""
    coded = ["CLM*C1*2***13:A:1", "DTP*096*TM*1130", "HI*ABK:F331"]
    occurrences = ["HI*BH:11:D8:20240801*BH:A1:D8:20240802", "HI*BI:70:RD8:20240803-20240804"]
    body = [*coded, *occurrences, "LX*1", "SV2*0915*HC:90853*1*UN*1", "DTP*472*D8*20240815"]
    (filed,), problems = claims_in(interchange([*HEADER, *body], version=INSTITUTIONAL))
    assert problems == []
    assert filed.claim.dates == TreatmentDates(onset=date(2024, 8, 1))
    assert filed.claim.occurrences is not None
    assert [(item.code, item.date_to) for item in filed.claim.occurrences] == [
        ("11", date(2024, 8, 1)),
        ("A1", date(2024, 8, 2)),
        ("70", date(2024, 8, 4)),
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("DTP*431*D8*20241301", "the date in DTP*431 is not a date"),
        ("HI*BH:11:D8:2024", "the date of an occurrence is not a date"),
        ("HI*BH:1:D8:20240801", "an occurrence code has no two characters"),
        ("LIN**N4*123", "the drug number in LIN03 is not an NDC"),
        ("CTP****x*ML", "the quantity of the drug is not readable"),
    ],
)
def test_a_fact_that_cannot_be_read_costs_only_itself(wrong: str, message: str) -> None:
    """A date, occurrence or drug that is not valid is reported, and the claim is read without it."""
    of_line = ["LIN**N4*00002143380"] if wrong.startswith("CTP") else []
    is_of_line = wrong.startswith(("LIN", "CTP"))
    at = len(BODY) if is_of_line else 1
    body = [*BODY[:at], *of_line, wrong, *BODY[at:]]
    (filed,), problems = claims_in(interchange([*HEADER, *body]))
    assert [problem.message for problem in problems] == [message]
    assert filed.claim.id == "C1"
