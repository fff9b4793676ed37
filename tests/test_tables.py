"""Edit tables from CSV files, and the problems of bad rows."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules import (
    AddOnEdit,
    Adjustment,
    Citation,
    DateRange,
    EditTable,
    EditTerms,
    InputError,
    PairEdit,
    UnitEdit,
)
from payer_rules.tables import read_edit_table

PAIRS: Final = "column1,column2,indicator,verified_from,verified_to,row\n"
ADD_ONS: Final = "code,type,primaries,verified_from,verified_to,row\n"
UNITS: Final = "code,mue,mai,verified_from,verified_to,row\n"
QUARTER: Final = DateRange(date(2024, 7, 1), date(2024, 9, 30))
SOURCE: Final = Citation(
    row="T-1",
    title="A table",
    url="https://example.org/table",
    read=date(2024, 7, 1),
    confidence="primary",
)


def write(folder: Path, **texts: str | bytes) -> None:
    """Write each text into NAME.csv of the folder."""
    for name, text in texts.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(content)


def table(folder: Path) -> EditTable:
    """The edit table of the four CSV files in the folder."""
    return read_edit_table(
        EditTerms(
            program="medicare",
            setting="practitioner",
            pair_adjustment=Adjustment(group="CO", carc="236"),
            pair_citations=(SOURCE,),
            unit_citations=(SOURCE,),
            add_on_citations=(SOURCE,),
        ),
        pairs=folder / "pairs.csv",
        units=folder / "units.csv",
        add_ons=folder / "add_ons.csv",
        codes=folder / "codes.csv",
        release="2024q3",
        verified=QUARTER,
        known_from=None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with four sound files."""
    write(
        tmp_path,
        pairs=PAIRS + "90853,90837,1,2024-07-01,2024-09-30,T-3:90853/90837\n",
        units=UNITS + "90853,1,3,2024-07-01,2024-09-30,T-5:90853\n",
        add_ons=ADD_ONS + "90785,1,90837 90853,2024-07-01,2024-09-30,T-6:90785\n",
        codes="code\n90837\n90853\n",
    )
    return tmp_path


def problems(folder: Path) -> list[tuple[str, str, str]]:
    """Return the problems of the files in the folder, each as place, message and remedy."""
    with pytest.raises(InputError) as caught:
        table(folder)
    return [(problem.where, problem.message, problem.remedy) for problem in caught.value.problems]


def test_sound_rows_become_the_table(folder: Path) -> None:
    """The table has the content of the files and the values of the caller."""
    read = table(folder)
    assert read.pairs == (PairEdit("90853", "90837", 1, QUARTER, "T-3:90853/90837"),)
    assert read.units == (UnitEdit("90853", 1, 3, QUARTER, "T-5:90853"),)
    primaries = frozenset({"90837", "90853"})
    assert read.add_ons == (AddOnEdit("90785", 1, primaries, QUARTER, "T-6:90785"),)
    assert read.complete_for == {"90837", "90853"}
    assert (read.address, read.release, read.verified) == (
        "medicare/practitioner",
        "2024q3",
        QUARTER,
    )
    assert (read.known_from, read.scope) == (None, "provider")
    assert read.pair_adjustment == Adjustment(group="CO", carc="236")
    assert read.unit_adjustment is None
    assert (read.pair_citations, read.unit_citations) == ((SOURCE,), (SOURCE,))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("", "", DateRange()),
        ("2024-07-01", "", DateRange(date(2024, 7, 1))),
        ("", "2024-09-30", DateRange(None, date(2024, 9, 30))),
    ],
)
def test_an_empty_date_is_open(folder: Path, first: str, last: str, expected: DateRange) -> None:
    """A date that is left empty bounds nothing."""
    write(folder, units=f"{UNITS}90853,1,3,{first},{last},T-5:90853\n")
    assert table(folder).units[0].verified == expected


def test_a_byte_order_mark_and_blank_lines_are_no_rows(folder: Path) -> None:
    """What a spreadsheet leaves in a file does no harm."""
    write(folder, codes=b"\xef\xbb\xbfcode\r\n90853\r\n\r\n")
    assert table(folder).complete_for == {"90853"}


def test_equal_spans_are_one_object(folder: Path) -> None:
    """Thousands of rows of one quarter hold its dates once."""
    rows = "90853,90837,1,2024-07-01,2024-09-30,a\n90853,90834,1,2024-07-01,2024-09-30,b\n"
    write(folder, pairs=PAIRS + rows)
    first, second = table(folder).pairs
    assert first.verified is second.verified


@pytest.mark.parametrize("changed", ["pairs", "units", "codes", "add_ons"])
def test_the_digest_is_of_all_files(folder: Path, changed: str) -> None:
    """A byte more in any file is another digest."""
    names = ("pairs", "units", "codes", "add_ons")
    content = b"".join((folder / f"{name}.csv").read_bytes() for name in names)
    before = table(folder).digest
    write(folder, **{changed: (folder / f"{changed}.csv").read_bytes() + b"\n"})
    assert before == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert table(folder).digest != before


CODE_REMEDY: Final = "A code has five digits or capital letters, such as '90853' or 'G0410'."
DATE_REMEDY: Final = "Write the earlier day first, each like 2024-07-01."


@pytest.mark.parametrize(
    ("row", "message", "remedy"),
    [
        pytest.param(
            "90853,90837,1,,",
            "the row has 5 values",
            "Write 6: column1, column2, indicator, verified_from, verified_to, row.",
            id="too few columns",
        ),
        pytest.param("90853,90837,9,,,x", "indicator is '9'", "Known here: 0, 1.", id="indicator"),
        pytest.param(
            "9085,90837,1,,,x", "'9085' is not a procedure code", CODE_REMEDY, id="column1"
        ),
        pytest.param(
            "90853,g0410,1,,,x", "'g0410' is not a procedure code", CODE_REMEDY, id="column2"
        ),
        pytest.param("90853,90837,1,,,", "row is empty", "Name the row of the source.", id="row"),
        pytest.param(
            "90853,90837,1,2024-02-30,,x",
            "'2024-02-30' to '' is not a range of dates",
            DATE_REMEDY,
            id="no such day",
        ),
        pytest.param(
            "90853,90837,1,2024-09-30,2024-07-01,x",
            "'2024-09-30' to '2024-07-01' is not a range of dates",
            DATE_REMEDY,
            id="backwards",
        ),
        pytest.param(
            "90853,90853,1,,,x",
            "the pair 90853/90853 is one code twice",
            "Write two codes, or an MUE in the other file.",
            id="one code",
        ),
        pytest.param(
            "90832,90853,1,2024-09-30,,x",
            "the pair 90832/90853 is also on line 2, for dates that overlap",
            "Keep one of the two rows.",
            id="twice",
        ),
        pytest.param(
            "90853,90832,1,,2024-07-01,x",
            "the pair 90853/90832 is on line 2 with the columns swapped, for dates that overlap",
            "Keep the row whose column 1 is paid.",
            id="both directions",
        ),
    ],
)
def test_a_bad_pair_is_reported(folder: Path, row: str, message: str, remedy: str) -> None:
    """A bad row of pairs is named with its file, its line, what is wrong and what to write."""
    write(folder, pairs=f"{PAIRS}90832,90853,0,2024-07-01,2024-09-30,x\n{row}\n")
    assert problems(folder) == [("pairs.csv:3", message, remedy)]


@pytest.mark.parametrize(
    ("row", "message", "remedy"),
    [
        pytest.param(
            "90853,1,3,,,x,y",
            "the row has 7 values",
            "Write 6: code, mue, mai, verified_from, verified_to, row.",
            id="too many columns",
        ),
        pytest.param(
            "90853,-1,3,,,x",
            "mue is '-1'",
            "Write a whole number of units, 0 or more.",
            id="negative",
        ),
        pytest.param(
            "90853,²,3,,,x", "mue is '²'", "Write a whole number of units, 0 or more.", id="digit"
        ),
        pytest.param("90853,1,4,,,x", "mai is '4'", "Known here: 1, 2, 3.", id="mai"),
        pytest.param("9085X3,1,3,,,x", "'9085X3' is not a procedure code", CODE_REMEDY, id="code"),
        pytest.param("90853,1,3,,,", "row is empty", "Name the row of the source.", id="row"),
        pytest.param(
            "90853,1,3,soon,,x", "'soon' to '' is not a range of dates", DATE_REMEDY, id="date"
        ),
        pytest.param(
            "90832,1,3,,,x",
            "90832 is also on line 2, for dates that overlap",
            "Keep one of the two rows.",
            id="twice",
        ),
    ],
)
def test_a_bad_unit_edit_is_reported(folder: Path, row: str, message: str, remedy: str) -> None:
    """A bad row of units is named with its file, its line, what is wrong and what to write."""
    write(folder, units=f"{UNITS}90832,2,3,2024-07-01,2024-09-30,x\n{row}\n".encode())
    expected = [("units.csv:3", message, remedy)]
    assert problems(folder) == expected


@pytest.mark.parametrize(
    ("content", "line", "message", "remedy"),
    [
        pytest.param(b"", 1, "the columns are ''", "Write code.", id="empty"),
        pytest.param(b"90853\n", 1, "the columns are '90853'", "Write code.", id="no header"),
        pytest.param(b"code\n908\n", 2, "'908' is not a procedure code", CODE_REMEDY, id="code"),
        pytest.param(
            b"code\n90853\n90853\n",
            3,
            "90853 is also on line 2",
            "Keep one of the two rows.",
            id="twice",
        ),
        pytest.param(b"code\n\xff\n", 2, "the file is not UTF-8", "Save it as UTF-8.", id="bytes"),
        pytest.param(
            b'code\n90853\n"9083\n',
            3,
            "this is not CSV: unexpected end of data",
            "Write plain values between commas.",
            id="open quote",
        ),
    ],
)
def test_a_bad_list_of_codes_is_reported(
    folder: Path, content: bytes, line: int, message: str, remedy: str
) -> None:
    """A list of codes that cannot be used is named with its line and what to do."""
    write(folder, codes=content)
    assert problems(folder) == [(f"codes.csv:{line}", message, remedy)]


def test_a_file_that_is_not_there_is_a_problem(folder: Path) -> None:
    """A missing file is reported like any other problem."""
    (folder / "units.csv").unlink()
    message = "the file cannot be read (No such file or directory)"
    assert problems(folder) == [("units.csv:1", message, "Check the path and the permissions.")]


def test_all_problems_of_all_files_come_together(folder: Path) -> None:
    """One reading reports all problems, in the order of the files and lines."""
    write(
        folder,
        pairs=f"{PAIRS}908,909,7,x,,\n90853,90853,1,,,x\n",
        units="code\n",
        codes="code\nx\n",
    )
    assert [where for where, _, _ in problems(folder)] == [
        *["pairs.csv:2"] * 5,
        "pairs.csv:3",
        "units.csv:1",
        "codes.csv:2",
    ]


def test_editions_of_a_row_may_follow_one_another(folder: Path) -> None:
    """A pair may change its direction, and a code its units, from one day to the next."""
    write(
        folder,
        pairs=f"{PAIRS}90837,90853,1,,2014-09-30,x\n90853,90837,1,2014-10-01,,x\n",
        units=f"{UNITS}90853,2,3,,2014-09-30,x\n90853,1,3,2014-10-01,,x\n",
    )
    read = table(folder)
    assert [(edit.column1, edit.column2) for edit in read.pairs] == [
        ("90837", "90853"),
        ("90853", "90837"),
    ]
    assert [edit.most for edit in read.units] == [2, 1]


def test_a_release_is_read_quickly(folder: Path) -> None:
    """Reading 1,400 rows costs milliseconds, and not a noticeable wait."""
    rows = [f"{10000 + at},{20000 + at},1,2024-07-01,2024-09-30,T-3" for at in range(1_400)]
    write(folder, pairs=PAIRS + "\n".join(rows))
    seconds = []
    for _ in range(5):
        started = perf_counter()
        assert len(table(folder).pairs) == len(rows)
        seconds.append(perf_counter() - started)
    # NOTE: about 5 ms where it was measured; the rest is room for a busy machine.
    assert min(seconds) < 0.1


days = st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 9))


@st.composite
def spans(draw: st.DrawFn) -> DateRange:
    """Short spans, some of them open."""
    first, last = draw(days), draw(days)
    return DateRange(last, first) if first and last and first > last else DateRange(first, last)


@given(one=spans(), other=spans())
def test_spans_overlap_where_a_day_lies_in_both(one: DateRange, other: DateRange) -> None:
    """Two spans overlap if and only if some day is in both."""
    calendar = [date(2023, 12, 31), *(date(2024, 1, day) for day in range(1, 11))]
    shared = any(day in one and day in other for day in calendar)
    assert one.overlaps(other) == other.overlaps(one) == shared
