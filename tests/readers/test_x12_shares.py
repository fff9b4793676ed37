"""Laws of several readers of one X12 file: together they report what one of them does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_x12_claims import BODY, HEADER
from x12_texts import Signs, interchange, parted

from payer_rules.checking.check_workers import in_file_order
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.file_shares import Share
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.x12.claim_parser import ClaimParser
from payer_rules.readers.x12.parser import read_stream

INSIDE: Final = [*HEADER, *BODY, *BODY]
TEXT: Final = interchange(INSIDE, HEADER + BODY, INSIDE, INSIDE) + interchange(
    INSIDE, INSIDE, signs=Signs("|", ">", "!", "\n")
)
WHOLE: Final = Share()


def read(content: bytes, share: Share) -> tuple[list[FiledClaim], list[Problem]]:
    """The claims and problems that one reader gives."""
    found = read_stream(io.BytesIO(content), ClaimParser("f.837", share=share))
    return parted(found)


def together(content: bytes, readers: int) -> tuple[list[FiledClaim], list[Problem]]:
    """What all give: claims in their order, and each problem once, in the order of the file."""
    result = [read(content, Share(at, readers)) for at in range(readers)]
    claims = sorted(
        (claim for claims, _ in result for claim in claims), key=lambda item: item.number
    )
    problems = in_file_order((0, problem) for _, problems in result for problem in problems)
    return claims, list(dict.fromkeys(problems))


@given(readers=st.integers(2, 5))
def test_each_claim_is_given_by_one(readers: int) -> None:
    """Transactions are taken in turns; who reads none of a file gives nothing of it."""
    assert together(TEXT.encode(), readers) == read(TEXT.encode(), WHOLE)
    shares = [read(TEXT.encode(), Share(at, readers))[0] for at in range(readers)]
    assert sum(map(len, shares)) == len(read(TEXT.encode(), WHOLE)[0])
    assert [at for at, share in enumerate(shares) if not share] == []


@given(
    cut=st.integers(0, len(TEXT)),
    taken=st.integers(0, 120),
    put=st.one_of(
        st.sampled_from(
            ["", "~", "*", "\0", "\ufffd", "ISA*", "ST*837*9~", "SE*3*1~", "CLM*", "IEA*"]
        ),
        st.text(max_size=8),
    ),
    readers=st.integers(2, 3),
)
@example(cut=TEXT.index("SE*"), taken=9, put="", readers=2)
@example(cut=TEXT.rindex("CLM"), taken=1, put="\0", readers=2)
def test_a_file_with_a_problem_is_reported_alike(
    cut: int, taken: int, put: str, readers: int
) -> None:
    """Wherever something is missing or too much: the same claims, and each problem at least once."""
    content = (TEXT[:cut] + put + TEXT[cut + taken :]).encode()
    claims, problems = read(content, WHOLE)
    theirs, result = together(content, readers)
    assert theirs == claims
    assert sorted(result, key=str) == sorted(dict.fromkeys(problems), key=str)


def test_other_files_fall_to_one(tmp_path: Path) -> None:
    """A table is read whole, by the first of the readers."""
    table = tmp_path / "lines.csv"
    table.write_text("claim,member,billing_npi,code,date_from\nC1,M1,1234567893,90853,2024-08-15\n")
    result = [list(read_claim_file(table, ReadOptions(share=Share(at, 2)))) for at in (0, 1)]
    assert [len(item) for item in result] == [1, 0]


@pytest.mark.parametrize(
    ("places", "ordered"),
    [
        (["f, segment 10", "f, segment 9"], ["f, segment 9", "f, segment 10"]),
        (["f, segment 2, claim B", "f"], ["f", "f, segment 2, claim B"]),
    ],
)
def test_problems_of_several_readers_stand_in_the_order_of_the_file(
    places: list[str], ordered: list[str]
) -> None:
    """By the number of the segment, and not by its digits."""
    problems = [(0, Problem(where, "something is wrong", "Mend it.")) for where in places]
    assert [problem.where for problem in in_file_order(problems)] == ordered
