"""Laws of how a file lies on its lines: blanks, line breaks and the last terminator mean nothing."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_x12_claims import BODY, CLAIM, HEADER
from x12_texts import Signs, claims_in, interchange, payments_in

from payer_rules.errors import Problem, Remark
from payer_rules.readers.x12 import is_x12

FLAT: Final = interchange([*HEADER, *BODY], signs=Signs(newline=""))
#: Two interchanges, of which the second has delimiters of its own.
SEVERAL: Final = FLAT + interchange([*HEADER, *BODY], signs=Signs("|", ">", "!", ""))
BY_LINES: Final = interchange([*HEADER, *BODY], signs=Signs(terminator="\n", newline=""))
PAYMENT: Final = [
    "TRN*1*77*1999999999",
    "N1*PR*PAYER",
    "LX*1",
    "CLP*C1*1*80*80**MB*ICN1*11*1",
    "NM1*QC*1*DOE*JANE****MI*M1",
    "SVC*HC:90853*80*80**1",
    "DTM*472*20240815",
]
REMITTANCE: Final = interchange(PAYMENT, version="005010X221A1", signs=Signs(newline=""))


def wrapped(text: str, width: int, newline: str = "\n") -> str:
    """The text in lines of the width."""
    return newline.join(text[at : at + width] for at in range(0, len(text), width))


def assert_sound(text: str, times: int = 1) -> None:
    """The text holds the claim so many times, and nothing is wrong with it."""
    filed, problems = claims_in(text)
    assert problems == []
    assert [item.claim for item in filed] == [CLAIM] * times
    assert is_x12(text.encode()[:64])


@given(st.integers(1, 250), st.sampled_from(["\n", "\r\n"]))
def test_a_file_that_is_wrapped_at_any_width_is_whole(width: int, newline: str) -> None:
    """Lines break anywhere, also in the ISA, its tag, and before the first terminator."""
    assert_sound(wrapped(SEVERAL, width, newline), 2)
    assert payments_in(wrapped(REMITTANCE, width, newline)) == payments_in(REMITTANCE)


@given(st.integers(0, len(SEVERAL)), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_a_line_that_breaks_at_any_place_changes_nothing(at: int, newline: str) -> None:
    """One line break in any place is no part of the value around it."""
    assert_sound(SEVERAL[:at] + newline + SEVERAL[at:], 2)


def test_a_wrapped_file_may_be_padded() -> None:
    """Records of 80 characters are filled up with blanks after the last terminator."""
    lines = wrapped(FLAT, 80).split("\n")
    assert_sound("\n".join(line.ljust(80) for line in lines))
    assert_sound("".join(f"{segment}~".ljust(160) + "\r\n" for segment in FLAT.split("~")[:-1]))


BLANKS: Final = st.text(alphabet=" \t", max_size=12)
NEWLINES: Final = st.sampled_from(["", "\n", "\r\n", "\r", "\n\n"])


@given(st.lists(st.tuples(BLANKS, BLANKS, NEWLINES, BLANKS), min_size=40, max_size=40))
def test_blanks_between_segments_mean_nothing(around: list[tuple[str, str, str, str]]) -> None:
    """Segments may be indented, with blanks before or after any terminator."""
    for text, read in ((FLAT, claims_in), (REMITTANCE, payments_in)):
        parts = text.split("~")[:-1]
        laid_out = "".join(
            f"{part}{before}~{behind}{newline}{indent}"
            for part, (before, behind, newline, indent) in zip(parts, around, strict=False)
        )
        assert read(laid_out) == read(text)


@given(BLANKS, BLANKS, BLANKS, BLANKS)
def test_blanks_around_a_code_mean_nothing(a: str, b: str, c: str, d: str) -> None:
    """A code with blanks around it is the same code, in a claim and in a payment."""
    for text, read in ((FLAT, claims_in), (REMITTANCE, payments_in)):
        padded = re.sub(r"\*HC:90853([:*])", rf"*{a}HC{b}:{c}90853{d}\1", text)
        assert read(padded) == read(text)


@given(
    st.lists(
        st.tuples(BLANKS, st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\n \r\n"]), BLANKS),
        min_size=40,
        max_size=40,
    )
)
def test_lines_that_end_segments_may_be_indented(around: list[tuple[str, str, str]]) -> None:
    """Where lines end segments, they may end in different ways, be indented, and be empty."""
    parts = BY_LINES.split("\n")[:-1]
    text = "".join(
        f"{part}{before}{newline}{indent}"
        for part, (before, newline, indent) in zip(parts, around, strict=False)
    )
    assert_sound(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ending", ["", "\x1a", "  ", "\n\n"])
def test_a_last_line_needs_no_end(newline: str, ending: str) -> None:
    """Where lines end segments, the end of the file ends the last; nothing is wrong with it."""
    assert_sound(BY_LINES.replace("\n", newline).removesuffix(newline) + ending)


def test_a_missing_last_terminator_is_a_remark() -> None:
    """Of an IEA nothing can follow, so a file without its last terminator is whole."""
    filed, (remark,) = claims_in(FLAT.removesuffix("~"))
    assert [item.claim for item in filed] == [CLAIM]
    assert isinstance(remark, Remark)
    assert remark.message == "the file ends before the segment does: there is no '~'"


@pytest.mark.parametrize("text", [FLAT, BY_LINES])
def test_a_file_cut_off_anywhere_gives_no_claim_before_its_end(text: str) -> None:
    """Wherever a file is cut before SE it gives no claim, and the cut is a problem."""
    end = text.index("SE*")
    for at in range(107, end + 2):
        filed, problems = claims_in(text[:at])
        assert filed == []
        assert any(type(problem) is Problem for problem in problems)
