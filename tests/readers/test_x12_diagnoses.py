"""Laws of HI and of what points to it: no diagnosis is lost in silence."""

from __future__ import annotations

import pytest
from test_x12_claims import HEADER
from x12_texts import INSTITUTIONAL, claims_in, interchange

from payer_rules.errors import Problem, Remark
from payer_rules.readers import FiledClaim


def read(hi: str, pointers: str = "1") -> tuple[list[FiledClaim], list[Problem]]:
    """What is read of a claim of one line with the HI and the pointers."""
    body = ["CLM*C1*80***11:B:1", *filter(None, [hi])]
    line = ["LX*1", f"SV1*HC:90853*80*UN*1***{pointers}", "DTP*472*D8*20240815"]
    return claims_in(interchange([*HEADER, *body, *line]))


@pytest.mark.parametrize(
    "hi",
    [
        "HI*ABK:F331:ABF:F411",
        "HI*ABK:F331:F411",
        "HI*ABK:F331::F411",
        "HI*ABK:F331*ABF:F411:ABF:F330",
        "HI*BK:29620:BF:29630",
        "HI*ABK:F331:::::::Y:F411",
        "HI*ABK:F331:::::::F411",
        "HI*BG:92:BG:41",
        "HI*F331",
        "HI*ABK:F331*F411",
        "HI*ABK:F331*ABF:",
        "HI*ABK:F331*ABX:F411",
        "HI*ABK:F331*:F411",
    ],
)
def test_a_code_that_cannot_be_read_breaks_its_claim(hi: str) -> None:
    """A second code in an element, a code without qualifier and an unknown qualifier are problems."""
    filed, (problem,) = read(hi)
    assert filed == []
    assert not isinstance(problem, Remark)
    assert problem.where == "f.837, segment 22, loop 2300, claim C1"
    assert "HI" in problem.message


@pytest.mark.parametrize(
    ("hi", "diagnoses"),
    [
        ("HI*ABK:F331*ABF:F411", ("F331", "F411")),
        ("HI*ABK:F331:::::::Y*ABF:F411:::::::1", ("F331", "F411")),
        ("HI*ABK:F331:::::::", ("F331",)),
        ("HI*ABK:F331**ABF:F411", ("F331", "F411")),
        ("HI*ABK:F331*BH:11:D8:20240801*BI:71:RD8:20240101-20240105*BE:A1:::100", ("F331",)),
        ("HI*ABK:F331*ABJ:F411*APR:F411*ABN:V00:::::::Y*DR:881*BBR:0:D8:20240801", ("F331",)),
    ],
)
def test_what_the_guides_write_beside_a_code_is_read_over(
    hi: str, diagnoses: tuple[str, ...]
) -> None:
    """Whether a diagnosis was present on admission, and codes of other kinds, are no problem."""
    (filed,), problems = read(hi)
    assert problems == []
    assert filed.claim.diagnoses == diagnoses


@pytest.mark.parametrize(
    ("hi", "pointers", "message"),
    [
        ("HI*ABK:F331", "1:2", "the line points to diagnosis 2, and the claim has 1 diagnosis"),
        ("HI*ABK:F331*ABF:F411", "2:1:4", "points to diagnosis 4, and the claim has 2 diagnoses"),
        ("", "1", "the line points to diagnosis 1, and the claim has 0 diagnoses"),
        ("HI*BG:92", "1", "the line points to diagnosis 1, and the claim has 0 diagnoses"),
    ],
)
def test_a_pointer_to_no_diagnosis_is_a_problem_and_costs_the_pointers(
    hi: str, pointers: str, message: str
) -> None:
    """The claim is read; to which diagnoses the line points is then not known."""
    (filed,), (problem,) = read(hi, pointers)
    assert filed.claim.lines[0].diagnosis_pointers is None
    assert not isinstance(problem, Remark)
    assert "loop 2400, claim C1" in problem.where
    assert message in problem.message


@pytest.mark.parametrize(("pointers", "known"), [("1:2", (1, 2)), ("2", (2,)), ("", None)])
def test_pointers_to_diagnoses_of_the_claim_are_kept(
    pointers: str, known: tuple[int, ...] | None
) -> None:
    """Where each pointer leads to a diagnosis, nothing is reported."""
    (filed,), problems = read("HI*ABK:F331*ABF:F411", pointers)
    assert problems == []
    assert filed.claim.lines[0].diagnosis_pointers == known


def test_an_institutional_claim_says_what_was_present_on_admission() -> None:
    """The indicator is the ninth component, and is no second code."""
    body = [
        "CLM*C1*80***13:A:1**A*Y*Y",
        "DTP*434*RD8*20240815-20240815",
        "HI*ABK:F331:::::::Y",
        "HI*ABF:F411:::::::N*ABF:F1020:::::::U",
        "LX*1",
        "SV2*0915*HC:90853*80*UN*1",
        "DTP*472*D8*20240815",
    ]
    (filed,), problems = claims_in(interchange([*HEADER, *body], version=INSTITUTIONAL))
    assert problems == []
    assert filed.claim.diagnoses == ("F331", "F411", "F1020")
