"""Laws of reading payments: what the payer answered, and the history that it becomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from x12_texts import interchange, payments_in

from payer_rules.claims import Provider
from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.x12 import Payment, PaymentAdjustment, history_lines, settled_history

VERSION: Final = "005010X221A1"
HEAD: Final = [
    "BPR*I*80*C*CHK************20240901",
    "TRN*1*TRACE1*1999999999",
    "N1*PR*PAYER*XV*12345",
    "N1*PE*CLINIC*XX*1234567893",
    "LX*1",
]
CLAIM: Final = ["CLP*C1*1*120*80*20*12*ICN1", "NM1*QC*1*DOE*JANE****MI*M1"]
SERVICE: Final = ["SVC*HC:90853:95*120*80**1", "DTM*472*20240815", "CAS*CO*45*20", "CAS*PR*3*20"]


def read(*segments: str) -> tuple[list[Payment], list[Problem]]:
    """The payments of a transaction, and its problems."""
    return payments_in(interchange([*HEAD, *segments], version=VERSION))


def lines(*segments: str) -> list[HistoryLine]:
    """The history of the one payment of the segments, which are sound."""
    (payment,), problems = read(*segments)
    assert problems == []
    return [*history_lines(payment)]


def test_a_payment_says_what_its_segments_say() -> None:
    """Amounts, reasons and remarks of claim and service are those of the file."""
    segments = [
        CLAIM[0],
        "CAS*OA*94*-5**23*2*1",
        CLAIM[1],
        "NM1*82*1*DOE*JOHN****XX*1111111111",
        "MOA***MA01*MA18",
        *SERVICE,
        "REF*6R*L1",
        "REF*HPI*2222222222",
        "LQ*HE*N362",
        "LQ*RX*1",
    ]
    (payment,), problems = read(*segments)
    assert problems == []
    assert (payment.claim, payment.status, payment.payer_claim) == ("C1", "1", "ICN1")
    assert (payment.charge, payment.paid) == (Decimal(120), Decimal(80))
    assert payment.patient_responsibility == Decimal(20)
    assert (payment.member, payment.payer_id, payment.trace) == ("M1", "12345", "TRACE1")
    assert (payment.payee_npi, payment.rendering_npi) == ("1234567893", "1111111111")
    assert payment.adjustments == (
        PaymentAdjustment(group="OA", carc="94", amount=Decimal(-5)),
        PaymentAdjustment(group="OA", carc="23", amount=Decimal(2), quantity=Decimal(1)),
    )
    assert payment.remarks == ("MA01", "MA18")
    (service,) = payment.services
    assert [(item.group, item.carc) for item in service.adjustments] == [("CO", "45"), ("PR", "3")]
    assert (service.remarks, service.control_number) == (("N362",), "L1")
    assert (service.code, service.modifiers, service.submitted_code) == ("90853", ("95",), None)
    assert (payment.file, payment.segment) == ("f.835", 9)


def test_a_paid_service_becomes_a_line_of_history() -> None:
    """It has the claim's id, member and providers, and the units that were paid."""
    (line,) = lines(
        *CLAIM, "SVC*HC:90853*240*80**1*HC:90834*2", "DTM*472*20240815", "REF*HPI*1000000022"
    )
    assert line == HistoryLine(
        claim="C1",
        payer_claim="ICN1",
        payer="12345",
        member="M1",
        number=1,
        code="90853",
        units=Decimal(2),
        paid_units=Decimal(1),
        date_from=date(2024, 8, 15),
        charge=Decimal(240),
        billing_provider=Provider(npi="1234567893"),
        rendering_provider=Provider(npi="1000000022"),
        status="paid",
        paid=Decimal(80),
    )


def test_a_paid_service_with_zero_units_counts() -> None:
    """Where a payer fills no number of paid units in, all billed units count."""
    for paid in ("SVC*HC:90853*80*80**0*HC:90853*1", "SVC*HC:90853*80*80**0"):
        (line,) = lines(*CLAIM, paid, "DTM*472*20240815")
        assert (line.status, line.units, line.paid_units) == ("paid", Decimal(1), None)


def test_a_qualifier_may_have_small_letters() -> None:
    """A service of the list ``hc`` is one of ``HC``, and is not lost."""
    (line,) = lines(*CLAIM, "SVC*hc:90853*80*80**1", "DTM*472*20240815")
    assert line.code == "90853"


@pytest.mark.parametrize(
    ("segments", "allowed"),
    [
        (["CAS*CO*45*20", "CAS*PR*3*20"], 100),
        (["CAS*PR*2*40"], 120),
        (["CAS*CO*45*20", "CAS*PR*3*20", "AMT*B6*99"], 99),
        (["CAS*CO*45*20**253*2", "CAS*PR*3*18"], None),
        (["CAS*CO*45*20", "CAS*PR*96*20"], None),
        (["CAS*CO*45*20"], None),
        (["AMT*AU*99"], None),
        ([], None),
    ],
)
def test_the_allowed_amount_is_stated_or_follows_from_the_adjustments(
    segments: list[str], allowed: int | None
) -> None:
    """It is AMT*B6, or what was paid and is owed, if that and the part above it are the charge."""
    (line,) = lines(*CLAIM, "SVC*HC:90853*120*80**1", "DTM*472*20240815", *segments)
    assert line.paid == Decimal(80)
    assert line.allowed == (None if allowed is None else Decimal(allowed))
    refused = [CLAIM[0].replace("*1*120", "*4*120"), CLAIM[1]]
    (line,) = lines(*refused, "SVC*HC:90853*120*0**1", "DTM*472*20240815", *segments)
    assert (line.paid, line.allowed) == (None, None)


@pytest.mark.parametrize(
    ("status", "paid", "reasons", "expected"),
    [
        ("1", "80", ["CAS*CO*45*40"], "paid"),
        ("19", "80", [], "paid"),
        ("1", "0", ["CAS*PR*1*120"], "paid"),
        ("1", "0", ["CAS*PR*3*120"], "paid"),
        ("1", "0", ["CAS*CO*45*20", "CAS*PR*2*100"], "paid"),
        ("1", "0", ["CAS*CO*97*120"], "denied"),
        ("1", "0", ["CAS*PR*96*120"], "denied"),
        ("2", "0", ["CAS*OA*23*120"], None),
        ("1", "0", ["CAS*CO*24*120"], None),
        ("1", "0", [], None),
        ("4", "0", ["CAS*PR*27*120"], "denied"),
        ("22", "-80", ["CAS*CO*45*-40"], "void"),
    ],
)
def test_the_status_is_reported_by_claim_and_amounts(
    status: str, paid: str, reasons: list[str], expected: str | None
) -> None:
    """Paid or patient's share is paid, refused is denied, and other statuses are not known."""
    head = [CLAIM[0].replace("*1*120", f"*{status}*120"), CLAIM[1]]
    (line,) = lines(*head, f"SVC*HC:90853*120*{paid}**1", "DTM*472*20240815", *reasons)
    assert line.status == expected
    assert (line.paid_units is not None) == (expected == "paid")


@pytest.mark.parametrize("status", ["23", "25"])
def test_what_this_payer_did_not_adjudicate_is_no_history(status: str) -> None:
    """A claim that was forwarded unadjudicated, and a predetermination, leave no line."""
    assert lines(CLAIM[0].replace("*1*120", f"*{status}*120"), CLAIM[1], *SERVICE) == []


def test_a_reversal_takes_back_what_was_paid() -> None:
    """Of a payment, its reversal and the corrected one, the corrected is left, once."""
    back = [CLAIM[0].replace("*1*120*80*20", "*22*-120*-80*"), CLAIM[1]]
    back += ["SVC*HC:90853:95*-120*-80**1", "DTM*472*20240815"]
    corrected = [CLAIM[0].replace("ICN1", "ICN2"), CLAIM[1], "SVC*HC:90834*120*80**1", SERVICE[1]]
    other = [CLAIM[0].replace("C1", "C2"), CLAIM[1], *SERVICE]
    payments, problems = read(*CLAIM, *SERVICE, *other, *back, *corrected, *corrected)
    assert problems == []
    left = [item for item in settled_history(payments) if isinstance(item, HistoryLine)]
    assert [(line.claim, line.code, line.status) for line in left] == [
        ("C2", "90853", "paid"),
        ("C1", "90834", "paid"),
    ]
    alone, _ = read(*back)
    (line,) = settled_history(alone)
    assert isinstance(line, HistoryLine)
    assert line.status == "void"
    problem = Problem("f", "p", "r")
    assert [*settled_history([problem])] == [problem]


def test_a_service_of_another_list_is_no_history() -> None:
    """A drug number leaves no line, for no rule names it; a revenue code does."""
    (room,) = lines(*CLAIM, "SVC*NU:0120*1*1**1", "DTM*472*20240815")
    assert (room.code, room.revenue_code, room.status) == ("rev:0120", "0120", "paid")
    assert lines(*CLAIM, "SVC*N4:00026063512*1*1**1", "DTM*472*20240815") == []


AS_A_WHOLE: Final = "the claim was paid as a whole, so its services are not counted"
NO_MEMBER: Final = "the payment has no member id, so its services are not counted"


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ([CLAIM[0], *SERVICE, *SERVICE], NO_MEMBER),
        ([CLAIM[0], "NM1*QC*1*DOE*JANE", *SERVICE], NO_MEMBER),
        ([CLAIM[0], "NM1*QC*1*DOE*JANE****MI* ", *SERVICE], NO_MEMBER),
        ([CLAIM[0], "NM1*QC*1*DOE*JANE", "NM1*IL*1*DOE*JOHN", *SERVICE], NO_MEMBER),
        # The insured's id alone does not tell which dependent it is.
        ([CLAIM[0], "NM1*QC*1*DOE", "NM1*IL*1*DOE*JOHN****MI*M1", *SERVICE], NO_MEMBER),
        # A corrected id may be written without the prefix that claims have.
        ([CLAIM[0], "NM1*QC*1*DOE*JANE", "NM1*74*1*DOE*JANE****C*M1", *SERVICE], NO_MEMBER),
        ([CLAIM[0].replace("*1*120*80", "*4*120*0"), *SERVICE], NO_MEMBER),
        (CLAIM, AS_A_WHOLE),
        ([CLAIM[0]], AS_A_WHOLE),
        ([*CLAIM, "DTM*232*20240815", "DTM*233*20240816"], AS_A_WHOLE),
        ([CLAIM[0].replace("*80*20", "*0*120"), "CAS*PR*1*120"], AS_A_WHOLE),
        ([CLAIM[0].replace("*80*20", "*0*0"), "CAS*CO*24*120"], AS_A_WHOLE),
        ([CLAIM[0].replace("*80*20", "*0*0")], AS_A_WHOLE),
        ([*CLAIM, SERVICE[0]], "service 1 has no day, so it is not counted"),
        (
            [*CLAIM, "SVC*HC:9085*1*1**1", SERVICE[1]],
            "service 1 has no HCPCS code ('9085'), so it is not counted",
        ),
    ],
)
def test_no_service_is_lost_without_a_word(segments: list[str], message: str) -> None:
    """What cannot become history is one problem, which names the claim and no person."""
    sound = [CLAIM[0].replace("C1", "C2"), CLAIM[1], *SERVICE]
    payments, (problem,) = read(*segments, *sound)
    assert type(problem) is Problem
    assert problem.where == "f.835, segment 9, loop 2100, claim C1"
    assert problem.message == message
    assert not any(word in str(problem) for word in ("DOE", "JANE", "JOHN", "M1."))
    left = [line for payment in payments for line in history_lines(payment)]
    assert [line.claim for line in left] == ["C2"]


def test_a_member_given_apart_is_that_of_a_payment_without_one() -> None:
    """The payment of which the member is not known is given, with its services."""
    (payment,), _ = read(CLAIM[0], *SERVICE)
    assert [line.member for line in history_lines(payment, member="M2")] == ["M2"]


@pytest.mark.parametrize(
    "head",
    [
        *(CLAIM[0].replace("*1*120*80*20", f"*{status}*-120*-80*") for status in ("22", "23")),
        CLAIM[0].replace("*1*120*80*20", "*4*120*0*120"),
        f"{CLAIM[0].replace('*80*20', '*-80*')}**8",
    ],
)
def test_a_claim_that_was_denied_or_taken_back_as_a_whole_has_nothing_to_lose(head: str) -> None:
    """No service of it counts, so none has to be listed."""
    (payment,), problems = read(head, CLAIM[1])
    assert (payment.services, problems) == ((), [])


def test_a_refused_claim_needs_no_services() -> None:
    """The reasons of the whole claim show that nothing was paid."""
    (payment,), problems = read(CLAIM[0].replace("*80*20", "*0*0"), CLAIM[1], "CAS*CO*29*120")
    assert (payment.services, problems) == ((), [])


@pytest.mark.parametrize("status", ["22", "23", "25"])
def test_a_payment_that_counts_nothing_needs_no_member(status: str) -> None:
    """A reversal takes back its payment, and without the payer's answer there is nothing to lose."""
    unnamed = [CLAIM[0].replace("*1*120*80*20", f"*{status}*-120*-80*"), SERVICE[0]]
    payments, problems = read(*CLAIM, *SERVICE, *unnamed)
    assert problems == []
    left = [*settled_history(payments)]
    assert len(left) == (status != "22")


def test_the_days_of_a_service_are_its_own_or_the_claims() -> None:
    """DTM*472, or 150 with 151; where the service has none, those of the claim hold."""
    days = [
        (["DTM*150*20240801", "DTM*151*20240803"], date(2024, 8, 1), date(2024, 8, 3)),
        ([], date(2024, 7, 1), date(2024, 7, 31)),
    ]
    for own, first, last in days:
        claims_days = ["DTM*232*20240701", "DTM*233*20240731"]
        (line,) = lines(*CLAIM, *claims_days, "SVC*HC:90853*1*1**1", *own)
        assert (line.date_from, line.date_to) == (first, last)


@pytest.mark.parametrize(
    ("corrected", "is_other"),
    [("M1", False), ("m1", False), ("XYZM1", False), ("1", False), ("", False), ("M2", True)],
)
def test_another_id_of_the_member_is_a_problem(corrected: str, is_other: bool) -> None:
    """One for each transaction: services count for the id of the claim, whatever the payer states."""
    answer = [*CLAIM, f"NM1*74*1*DOE*JANE****C*{corrected}", *SERVICE]
    denied = [CLAIM[0].replace("*1*120*80", "*22*-120*-80"), *answer[1:3]]
    payments, problems = read(*answer, *answer, *denied)
    assert {payment.member for payment in payments} == {"M1"}
    message = "NM1*74 has another member id for 2 claims: the services do not count for it"
    assert [(type(each), each.message) for each in problems] == [(Problem, message)] * is_other
    assert "M2" not in str(problems)


def test_a_dependent_is_the_member_of_its_claims() -> None:
    """With an insured of another name, the patient has the id that an 837 gives it."""
    (line,) = lines(CLAIM[0], "NM1*QC*1*DOE*ANN", "NM1*IL*1*DOE*JOHN****MI*M1", *SERVICE)
    assert line.member.startswith("M1/")
    (own,) = lines(CLAIM[0], "NM1*QC*1*DOE*ANN****MI*M7", "NM1*IL*1*DOE*JOHN****MI*M1", *SERVICE)
    assert own.member == "M7"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            ["CLP*C0*1*ABC*80", *SERVICE],
            "loop 2100, claim C0: the charge (a text of 3 characters) is not a number",
        ),
        (["CLP*C0*99*1*80"], "loop 2100, claim C0: the claim status ('99') is not known"),
        (["CLP**1*1*80"], "loop 2100, claim : the payment names no claim"),
        (
            ["CLP*C0*1*1*1", "CAS*XX*45*1"],
            "loop 2100, claim C0: the group code (a text of 2 characters) is not known",
        ),
        (
            ["CLP*C0*1*1*1", "CAS*CO*45*A"],
            "loop 2100, claim C0: the adjustment ('A') is not a number",
        ),
        (["CLP*C0*1*1*1", "SVC*HC*1*1"], "loop 2110, claim C0: the service has no code"),
        (["CLP*C0*1*1*1", *SERVICE[:1], "DTM*472*2024"], "the date ('2024') is not a date"),
        (
            ["CLP*C0*1*1*1", *SERVICE[:1], "DTM*150*20240802", "DTM*151*20240801"],
            "service 1 ends before it starts",
        ),
        (["CLP*C0*1*1*1", "BAD SEGMENT"], "the guide of the 835 has no such segment"),
    ],
)
def test_a_broken_payment_is_reported_and_no_other_lost(broken: list[str], message: str) -> None:
    """The problem names the claim; the next payment is read."""
    payments, problems = read(*broken, *CLAIM, *SERVICE)
    assert [payment.claim for payment in payments] == ["C1"]
    assert any(message in str(problem) for problem in problems)


def test_a_payment_that_breaks_off_is_not_given() -> None:
    """Where the transaction ends without SE, services may be missing."""
    text = interchange([*HEAD, *CLAIM, *SERVICE], version=VERSION)
    payments, problems = payments_in(text[: text.index("SE*")])
    assert payments == []
    assert "breaks off" in problems[0].message


def test_a_claim_file_has_no_payments() -> None:
    """An 837 is reported as such."""
    _, (problem,) = payments_in(interchange(["BHT*0019*00*1*20240815*1023*CH"]))
    assert problem.message == "the transaction is of the kind '837'"
    _, (other,) = payments_in(interchange(["LX*1"], version="005010X221A1").replace("X221", "X091"))
    assert other.message == "payments of the guide '005010X091A1' are not read"


def test_segments_without_a_payment_say_nothing() -> None:
    """Before the first CLP there is nothing to pay: a service there is reported, the rest skipped."""
    stray = [
        "CAS*CO*45*1",
        "NM1*QC*1*DOE*JANE****MI*M2",
        "MOA***MA01",
        "DTM*232*20240101",
        "LQ*HE*N1",
    ]
    payments, (problem,) = read(*stray, "SVC*HC:90853*1*1", "REF*2U*77777", *CLAIM, *SERVICE)
    assert problem.message == "a service is outside of a claim's payment"
    assert [(payment.member, payment.remarks) for payment in payments] == [("M1", ())]
    six = "*".join(f"{carc}*1*" for carc in ("45", "94", "97", "A2", "B7", "16"))
    (payment,), _ = read(*CLAIM, f"CAS*CO*{six}"[:-1], *SERVICE)
    assert [item.carc for item in payment.adjustments] == ["45", "94", "97", "A2", "B7", "16"]
    lost, problems = read("BAD SEGMENT", *CLAIM, *SERVICE)
    assert len(lost) == len(problems) == 1
    (payment,), _ = read(*CLAIM, "LQ*HE*N2", "REF*EA*1", "DTM*050*20240101", *SERVICE, "REF*G1*1")
    assert payment.remarks == ("N2",)
