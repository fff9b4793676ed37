"""Laws of the stream of segments: delimiters, blocks, several interchanges, what is no X12."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_x12_claims import BODY, CLAIM, HEADER
from x12_texts import Signs, claims_in, interchange, parted

from payer_rules.errors import Problem, Remark
from payer_rules.readers.x12 import read_x12_claims, segments
from payer_rules.readers.x12.segments import LONGEST, read_segments

TEXT: Final = interchange([*HEADER, *BODY])
COUNT: Final = len(HEADER) + len(BODY) + 2


def problems_in(content: str | bytes) -> list[str]:
    """The problems of the content, without its name and without what to do."""
    return [
        f"{problem.where.removeprefix('f.837, ')}: {problem.message}"
        for problem in claims_in(content)[1]
    ]


@given(
    signs=st.permutations("*:~|<>!+"),
    terminator=st.sampled_from(["", "\n", "\r\n"]),
    newline=st.sampled_from(["", "\n", "\r\n"]),
)
def test_delimiters_are_those_of_the_isa(signs: list[str], terminator: str, newline: str) -> None:
    """Any signs separate; segments end with a sign, after which lines may break, or with a line."""
    element, component, sign = signs[:3]
    given_signs = (
        Signs(element, component, terminator, "")
        if terminator
        else Signs(element, component, sign, newline)
    )
    (filed,), problems = claims_in(interchange([*HEADER, *BODY], signs=given_signs))
    assert (filed.claim, problems) == (CLAIM, [])


@given(st.integers(1, 300))
def test_blocks_leave_no_trace(length: int) -> None:
    """Wherever the blocks end, the same segments come, with the same numbers."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(length)

    texts = [
        TEXT,
        TEXT + interchange([*HEADER, *BODY], signs=Signs("|", ">", "\n", "")),
        "junk " + TEXT,
        TEXT.replace("DOE", "DÖE"),
        TEXT[:-40],
    ]
    for text in texts:
        whole, parts = (
            [
                (batch.first + at, segment)
                for batch in read_segments(stream(text.encode()))
                for at, segment in enumerate(batch.segments)
            ]
            for stream in (io.BytesIO, Slow)
        )
        assert whole == parts


def test_interchanges_have_delimiters_of_their_own() -> None:
    """Concatenated files are read as one, with any delimiters of each."""
    signs = [Signs(), Signs("|", ">", "\n", ""), Signs("+", "^", "!", "\r\n"), Signs()]
    text = "\n\n".join(interchange([*HEADER, *BODY], signs=item) for item in signs)
    filed, problems = claims_in(text)
    assert problems == []
    assert [item.number for item in filed] == [1, 2, 3, 4]
    assert {item.claim for item in filed} == {CLAIM}
    assert filed[1].segment == filed[0].segment + TEXT.count("~")


def test_several_transactions_and_lines_that_break_anywhere() -> None:
    """Transactions of one group are read in turn; a text wrapped at 80 columns is whole."""
    text = interchange([*HEADER, *BODY], [*HEADER, *BODY], signs=Signs(newline=""))
    wrapped = "\n".join(text[at : at + 80] for at in range(0, len(text), 80))
    # The ISA is on one line, because its widths are counted.
    filed, problems = claims_in(text[:106] + wrapped[107:])
    assert problems == []
    assert [item.claim for item in filed] == [CLAIM, CLAIM]


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (b"", ["f.837: the file is empty"]),
        (b" \r\n", ["f.837: the file is empty"]),
        (b"<?xml version='1.0'?><a/>", ["segment 1: '<?x' is here, and an X12 inter"]),
        (
            b'{"claims": []}',
            ["segment 1: '{\"c' is here, and an X12 interchange begins with ISA"],
        ),
        (TEXT.encode("utf-16"), ["f.837: the file is written in UTF-16 or UTF-32"]),
        (TEXT.encode("utf-32-le"), ["f.837: the file is written in UTF-16 or UTF-32"]),
        (TEXT.encode("cp500"), ["segment 1: '"]),
        (b"\0" * 400, ["f.837: the file is written in UTF-16 or UTF-32"]),
        (b"ISA*00*short~", ["segment 1: the ISA has not its sixteen elements, or no delimiters"]),
        (TEXT[:104].encode() + b"**" + TEXT[106:].encode(), ["segment 1: the ISA has not its"]),
        (b"ISA" + b"A" * 99_999, ["segment 1: 'ISA' is here"]),
    ],
)
def test_what_is_no_x12_is_reported(content: bytes, messages: list[str]) -> None:
    """There is one problem, with its place, for a file of another kind."""
    found = problems_in(content)
    assert len(found) == len(messages)
    assert all(item.startswith(start) for item, start in zip(found, messages, strict=True))


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """A file that an editor saved with a mark before it is read as any other."""
    (filed,), problems = claims_in(b"\xef\xbb\xbf" + TEXT.encode())
    assert (filed.claim, problems) == (CLAIM, [])


def test_nul_breaks_the_claim_that_holds_it() -> None:
    """A segment with NUL is reported; its claim is broken, and the rest is read."""
    text = interchange([*HEADER, *BODY, "HL*3*1*22*0", *HEADER[11:], *BODY])
    claims, _ = claims_in(text.replace("HI*", "HI\0*", 1))
    assert [claim.number for claim in claims] == [2]
    assert problems_in(text.replace("HI*", "HI\0*", 1)) == [
        "segment 22, loop 2300, claim C1: the segment holds the character NUL"
    ]


def test_other_encodings_cost_only_what_is_read_of_them() -> None:
    """A name in Latin-1 is reported once and costs no claim; an id in it costs its claim."""
    name = TEXT.replace("DOE", "MÜLLER").encode("latin-1")
    (filed,), _ = claims_in(name)
    assert filed.claim == CLAIM
    assert problems_in(name) == [
        "segment 16: the segment holds bytes that are not UTF-8, in a name or note, the first of the file"
    ]
    for text in ("CLM*C1", "MI*M1"):
        claims, problems = claims_in(TEXT.replace(text, f"{text}Ü").encode("latin-1"))
        assert claims == []
        assert len(problems) == 2


@pytest.mark.parametrize("length", [LONGEST - 200, LONGEST + 1, 3 * LONGEST])
def test_a_segment_cannot_grow_without_bound(length: int) -> None:
    """A text longer than any segment is reported, not kept, and the claims around it are read."""
    body = [*BODY, "HL*3*1*22*0", *HEADER[11:], BODY[0], f"NTE*ADD*{'x' * length}", *BODY[1:]]
    claims, problems = claims_in(interchange([*HEADER, *body, "HL*4*1*22*0", *HEADER[11:], *BODY]))
    is_long = length > LONGEST
    assert [claim.number for claim in claims] == ([1, 3] if is_long else [1, 2, 3])
    assert len(problems) == int(is_long)


def test_a_terminator_that_was_lost_for_good_takes_no_memory() -> None:
    """Without a terminator only a block is kept; the end of the file is reported."""
    result = problems_in(TEXT[:400] + "NTE" * LONGEST)
    assert [item.partition(": ")[2] for item in result] == [
        f"the segment is longer than {LONGEST} characters",
        "the file ends, and ISA of segment 1, GS of segment 2, ST of segment 3 are still open",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"SE*{COUNT}", "SE*99", f"there are {COUNT} segments, and SE states '99'"),
        (
            f"SE*{COUNT}*0001",
            f"SE*{COUNT}*0002",
            "SE has another control number ('0002') than ST in segment 3 ('0001')",
        ),
        ("GE*1*7", "GE*2*7", "there are 1 transactions, and GE states '2'"),
        ("GE*1*7", "GE*1*8", "GE has another control number ('8') than GS in segment 2 ('7')"),
        ("IEA*1*", "IEA*x*", "there are 1 groups, and IEA states 'x'"),
        ("IEA*1*000000009", "IEA*1*1", "IEA has another control number ('1')"),
        ("GE*1*7~\n", "", "the GS before it is not closed by GE"),
        ("GE*1*7", "GE*1*7~\nGE*1*7", "GE closes nothing"),
        ("IEA*1*", "IEAX*1*9~\nIEA*1*", "the segment is outside of a transaction"),
        ("GE*1*7", "ISAX*1~\nGE*1*7", "the segment is outside of a transaction"),
        ("GS*HC*SENDER*RECEIVER*20240815*1200*7*X*005010X222A1~\n", "", "ST is outside of GS"),
        ("IEA*1*000000009~\n", "", "the file ends, and ISA of segment 1 is still open"),
        ("~\nGE", "~~\nGE", "nothing: the segment is outside of a transaction"),
    ],
)
def test_envelopes_that_do_not_fit_are_reported_and_cost_nothing(
    old: str, new: str, message: str
) -> None:
    """Counts, control numbers and what closes what are checked; the claim inside was whole."""
    claims, problems = claims_in(TEXT.replace(old, new))
    assert [claim.claim for claim in claims] == [CLAIM]
    if message.startswith("nothing"):
        assert problems == []
    else:
        assert any(message in problem.message for problem in problems)


@pytest.mark.parametrize("closing", [f"SE*{COUNT}", "GE*1", "IEA*1"])
@pytest.mark.parametrize(("more", "kind"), [(1, Problem), (-1, Remark)])
def test_segments_that_were_lost_are_a_problem_and_others_a_remark(
    closing: str, more: int, kind: type[Problem]
) -> None:
    """What is there is read; that less is there than was sent is no oddity."""
    name, _, count = closing.partition("*")
    claims, problems = claims_in(TEXT.replace(closing, f"{name}*{int(count) + more}"))
    assert [claim.claim for claim in claims] == [CLAIM]
    assert [type(each) for each in problems] == [kind]


def test_a_transaction_without_its_end_gives_no_last_claim() -> None:
    """Without SE, lines may be missing: the open claim is reported and not read."""
    claims, problems = claims_in(TEXT.replace(f"SE*{COUNT}*0001~\n", ""))
    assert claims == []
    assert problems[0].message == "the transaction breaks off in the claim"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("005010X224A2", "claims of the guide '005010X224A2' are not read"),
        ("004010X098A1", "claims of the guide '004010X098A1' are not read"),
        ("005010X221A1", "the transaction is of the kind '835'"),
    ],
)
def test_other_transactions_are_reported_once(version: str, message: str) -> None:
    """A transaction without claims is reported at its ST, and the next one is read."""
    text = interchange([*HEADER, *BODY], version=version)
    claims, problems = claims_in(text + TEXT)
    assert [claim.claim for claim in claims] == [CLAIM]
    assert [problem.message for problem in problems] == [message]


def test_an_empty_segment_is_reported() -> None:
    """A terminator too many costs nothing but a message and the count of SE."""
    (filed,), problems = claims_in(TEXT.replace("~\nHI", "~~\nHI"))
    assert filed.claim == CLAIM
    assert [problem.message for problem in problems] == [
        "the segment is empty",
        f"there are {COUNT + 1} segments, and SE states '{COUNT}'",
    ]


def test_what_the_system_does_not_give_is_reported(tmp_path: Path) -> None:
    """A file that is not there, or a folder, is one problem."""
    for path in (tmp_path, tmp_path / "none.837"):
        claims, (problem,) = parted(read_x12_claims(path))
        assert claims == []
        assert problem.where == path.name


def test_the_reader_keeps_to_its_block() -> None:
    """No more of the stream is asked for at a time than a block."""
    asked: list[int] = []

    class Asked(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    assert [*read_segments(Asked(TEXT.encode()))]
    assert set(asked) == {segments._BLOCK}


def test_a_segment_that_is_spoilt_twice_is_reported_once() -> None:
    """A segment with NUL that is not UTF-8 either costs its claim, and no more."""
    text = TEXT.replace("HI*", "HI\0*", 1).encode().replace(b"HI\0*", b"HI\0\xff*")
    assert problems_in(text) == [
        "segment 22, loop 2300, claim C1: the segment holds the character NUL"
    ]
