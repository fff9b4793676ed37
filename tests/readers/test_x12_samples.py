"""Laws over X12 files of other projects, held against an independent count of their segments."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import pyx12.x12file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from x12_texts import claims_in, interchange, parted, payments_in

from payer_rules.errors import Problem, Remark
from payer_rules.history import HistoryLine
from payer_rules.readers.x12 import (
    Payment,
    history_lines,
    is_x12,
    read_x12_claims,
    read_x12_payments,
)

CHECKOUT: Final = Path(__file__).resolve().parents[2]
GIVEN: Final = os.environ.get("PAYER_RULES_SAMPLES") or CHECKOUT.parent / "shared" / "samples"
SAMPLES: Final = Path(GIVEN) / "x12"

if not (SAMPLES / "SOURCES.md").is_file():
    pytest.skip("PAYER_RULES_SAMPLES names no folder with sample files", allow_module_level=True)


def listed() -> Iterator[tuple[str, str, bool]]:
    """Each sample by the table of its sources: name, kind, and whether it is malformed."""
    for row in (SAMPLES / "SOURCES.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) > 8 and (SAMPLES / cells[1]).is_file():
            yield cells[1], cells[2], "**malformed**" in cells[7]


ALL: Final = [*listed()]
USABLE: Final = [name for name, kind, malformed in ALL if kind == "837P" and not malformed]
MALFORMED: Final = [name for name, _, malformed in ALL if malformed]
PAYMENTS: Final = [name for name, kind, malformed in ALL if kind == "835" and not malformed]
#: What other programs' sample files have wrong, and nothing is lost by it.
ODD: Final = re.compile(r"ISA16 declares|HL01 is")
#: The remark about diagnoses that one of them does not contain; its claims are read.
LOST: Final = re.compile(r"points to diagnosis 2, and the claim has 1 diagnosis")
#: A claim id that is another person's name in a sample would be one; none is.
PERSONAL: Final = {"IL": (3, 4, 9), "QC": (3, 4, 9)}


def counted(content: bytes) -> tuple[int, int]:
    """Claims and professional service lines, counted by pyx12's reader of segments."""
    ids = [
        segment.get_seg_id()
        for segment in pyx12.x12file.X12Reader(io.StringIO(content.decode("latin-1")))
    ]
    return ids.count("CLM"), ids.count("SV1")


def test_there_are_samples_of_every_sort() -> None:
    """The table of sources is read: usable claims, malformed files, payments."""
    assert len(USABLE) >= 39
    assert len(MALFORMED) >= 9
    assert len(PAYMENTS) >= 14


@pytest.mark.parametrize("name", USABLE)
def test_claims_and_lines_are_those_that_pyx12_counts(name: str) -> None:
    """No claim and no line of a usable file is lost, and none is made up."""
    claims, problems = parted(read_x12_claims(SAMPLES / name))
    lines = sum(len(claim.claim.lines) for claim in claims)
    assert (len(claims), lines) == counted((SAMPLES / name).read_bytes())
    odd = [problem for problem in problems if isinstance(problem, Remark)]
    assert all(ODD.search(problem.message) for problem in odd)
    left = [
        problem for problem in problems if problem not in odd and not LOST.search(problem.message)
    ]
    assert left == []


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_reported_with_its_place(name: str) -> None:
    """There is at least one problem, and each names the file and what to do."""
    claims, problems = parted(read_x12_claims(SAMPLES / name))
    assert problems
    assert all(problem.where.startswith(name) and problem.remedy for problem in problems)
    # The ISA is too short, and what it heads is sound.
    assert len(claims) == (name == "own__malformed_wrong_isa_length.837")


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_transaction_costs_a_sound_one_nothing(name: str) -> None:
    """A valid interchange after a broken file is read completely, for any breakage."""
    broken = (SAMPLES / name).read_bytes()
    sound = (SAMPLES / "own__telehealth_pos02_gt_fqhc.837").read_bytes()
    claims, problems = claims_in(broken + b"\n" + sound)
    assert claims[-1].claim == claims_in(sound)[0][0].claim
    assert problems


def test_an_institutional_file_is_read() -> None:
    """Bill type, revenue codes and setting are those of the form; nothing is taken from elsewhere."""
    (first, second), problems = parted(
        read_x12_claims(SAMPLES / "lfh__two-claims-single-provider.837i")
    )
    assert problems == []
    assert (first.claim.bill_type, first.claim.setting) == ("131", "outpatient-hospital")
    assert [line.revenue_code for line in first.claim.lines] == ["0305", "0730"]
    assert first.claim.diagnoses == ("3669", "4019", "79431")
    assert second.claim.billing_provider.taxonomy == "282N00000X"
    assert second.claim.lines[0].rendering_provider is None


@pytest.mark.parametrize(
    "name", [name for name, kind, _ in ALL if kind == "837I" and "hcc" in name]
)
def test_professional_lines_in_an_institutional_claim_break_it(name: str) -> None:
    """A mix of both forms is neither: its claim is reported, and not read in part."""
    claims, problems = parted(read_x12_claims(SAMPLES / name))
    assert claims == []
    assert any("is in an institutional claim" in problem.message for problem in problems)


@pytest.mark.parametrize("name", PAYMENTS)
def test_payments_are_those_that_the_file_holds(name: str) -> None:
    """There is a payment for every CLP, with a service for every SVC, or a problem for it."""
    payments: list[Payment] = []
    problems: list[Problem] = []
    for item in read_x12_payments(SAMPLES / name):
        if isinstance(item, Payment):
            payments.append(item)
        else:
            problems.append(item)
    ids = re.findall(rb"(?:^|[~\n])(CLP|SVC)\*", (SAMPLES / name).read_bytes())
    given = [f", segment {payment.segment}, " for payment in payments]
    places = {problem.where for problem in problems if "claim" in problem.where}
    lost = {where for where in places if not any(each in where for each in given)}
    # NOTE: a claim that was paid as a whole is a problem, and its payment is given.
    assert len(places - lost) == sum(not payment.services for payment in payments)
    assert len(payments) + len(lost) == ids.count(b"CLP")
    if not lost:
        assert sum(len(item.services) for item in payments) == ids.count(b"SVC")
    assert len(lost) == (name == "lfh__tertiary-payment.835")


def test_the_chain_of_two_payers_is_read_end_to_end() -> None:
    """The claim to the first payer, its answer, and the claim to the second payer fit together."""
    to_first, to_second = (
        parted(
            read_x12_claims(
                SAMPLES / f"badx12__X222-COB-claim-from-billing-provider-to-{payer}.edi"
            )
        )
        for payer in ("payer-a", "payer-b")
    )
    (first,), (second,) = to_first[0], to_second[0]
    assert to_first[1] == to_second[1] == []
    answer = answer_of_first_payer(first.claim.member.id)
    (payment,), problems = payments_in(interchange(answer, version="005010X221A1"))
    assert problems == []
    paid = [*history_lines(payment)]
    assert {item.member for item in paid} == {first.claim.member.id}
    assert [(item.code, item.status) for item in paid] == [
        ("99213", "paid"),
        ("90782", "paid"),
        ("J3301", "paid"),
    ]
    assert payment.claim == first.claim.id == second.claim.id
    assert [_service(line) for line in paid] == [_service(line) for line in first.claim.lines]
    # The second payer is reported of the same services, and is another with another number for him.
    assert first.claim.lines == second.claim.lines
    assert (first.payer_id, second.payer_id) == ("999996666", "567890")
    assert first.claim.member.birth_date == second.claim.member.birth_date
    assert first.claim.member.id != second.claim.member.id
    owed = payment.charge - payment.paid - sum(item.amount for item in payment.adjustments)
    assert owed == sum(item.amount for service in payment.services for item in service.adjustments)


def answer_of_first_payer(member: str) -> list[str]:
    """Return an 835 for the member from the first payer's part of a claim to the second (SVD, CAS, AMT*D)."""
    text = (SAMPLES / "badx12__X222-COB-claim-from-billing-provider-to-payer-b.edi").read_text()
    segments = [segment.strip() for segment in text.split("~")]
    done: list[str] = []
    in_other = False
    for segment in segments:
        tag, *elements = segment.split("*")
        if tag == "CLM":
            done.append(f"CLP*{elements[0]}*1*{elements[1]}*PAID*21.89*12*ICN1")
            done.append(f"NM1*QC*1*SMITH*TED****MI*{member}")
        elif tag == "SBR":
            in_other = any(item.startswith("CLP") for item in done)
        elif tag == "AMT" and elements[0] == "D":
            done[0] = done[0].replace("PAID", elements[1])
        elif tag == "SV1":
            charge, units = elements[1], elements[3]
        elif tag == "SVD":
            done += [f"SVC*{elements[2]}*{charge}*{elements[1]}**{units}", "DTM*472*20051003"]
        elif tag == "CAS" and in_other:
            done.append(segment)
    # NOTE: reasons of the whole claim precede the patient's name.
    first = next(at for at, item in enumerate(done) if item.startswith("CAS*PR"))
    done.insert(1, done.pop(first))
    return ["BPR*I*39.15*C*CHK************20051015", "TRN*1*1*1999999999", "LX*1", *done]


def _service(line: object) -> tuple[object, ...]:
    names = ("code", "units", "date_from", "date_to", "charge")
    return tuple(getattr(line, name) for name in names)


@pytest.mark.parametrize("name", [name for name, _, _ in ALL])
def test_a_file_is_known_by_its_beginning(name: str) -> None:
    """What begins with ISA is X12, and no other text is."""
    content = (SAMPLES / name).read_bytes()
    assert is_x12(content) == (name != "badx12__bad_file.edi")
    assert is_x12(b"\xef\xbb\xbf\r\n" + content) == is_x12(content)


MUTATIONS: Final = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "swap", "cut", "double"]),
        st.integers(0, 10**6),
        st.integers(1, 40),
        st.sampled_from(
            [b"~", b"*", b":", b"\n", b"\0", b"\xff", b"ISA*", b"ST*837*", b"SE*", b"<", b"9"]
        ),
    ),
    max_size=6,
)


def mutated(content: bytes, mutations: list[tuple[str, int, int, bytes]]) -> bytes:
    """The content with a few bytes taken out, put in or moved."""
    for what, place, length, put in mutations:
        at = place % (len(content) + 1)
        before, part, after = content[:at], content[at : at + length], content[at + length :]
        content = {
            "delete": before + after,
            "insert": before + put + part + after,
            "swap": before + after[:length] + part + after[length:],
            "cut": before,
            "double": before + part + part + after,
        }[what]
    return content


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from([name for name, _, _ in ALL]), mutations=MUTATIONS)
def test_nothing_in_a_file_makes_a_reader_raise(
    name: str, mutations: list[tuple[str, int, int, bytes]]
) -> None:
    """For any change of a file, readers end, give values and problems, and raise nothing."""
    content = mutated((SAMPLES / name).read_bytes(), mutations)
    claims, problems = claims_in(content)
    payments, others = payments_in(content)
    lines = [line for payment in payments for line in history_lines(payment)]
    assert all(isinstance(line, HistoryLine) for line in lines)
    assert all(str(problem).startswith("f.83") for problem in [*problems, *others])
    assert len(claims) + len(payments) <= content.count(b"CLM") + content.count(b"CLP")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(USABLE), mutations=MUTATIONS)
def test_no_problem_states_of_a_person(
    name: str, mutations: list[tuple[str, int, int, bytes]]
) -> None:
    """Names, member ids and dates of birth of the sample are in no problem, for any breakage."""
    content = (SAMPLES / name).read_bytes()
    personal = persons_in(content.decode("latin-1"))
    broken = mutated(content, [item for item in mutations if item[0] != "swap"])
    for problem in (*claims_in(broken)[1], *payments_in(broken)[1]):
        result = set(re.split(r"[^A-Za-z0-9-]+", str(problem)))
        assert not result & personal


def persons_in(text: str) -> set[str]:
    """Names, ids and dates of birth of subscribers and patients, those that are not words."""
    found: set[str] = set()
    for segment in re.split(r"[~\n]+", text):
        elements = segment.strip().split("*")
        if elements[0] == "DMG":
            found.update(elements[2:3])
        elif elements[0] == "NM1" and elements[1] in PERSONAL:
            found.update(elements[at] for at in PERSONAL[elements[1]] if at < len(elements))
    return {item for item in found if len(item) > 2}
