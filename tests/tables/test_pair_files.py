"""Pairs of codes from CMS's files into the store and back."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import (
    GIVEN,
    Pair,
    cells_of,
    edits_in,
    imported,
    pair_text,
    problems_of,
    workbook,
    written,
)

from payer_rules.rules import DateRange
from payer_rules.rules.edit_rows import PairEdit
from payer_rules.tables.importing import import_tables
from payer_rules.tables.pairs import PairTerms
from payer_rules.tables.releases import Release, TableIdentity

CODES: Final = ("0001A", "0591T", "11042", "90785", "90832", "90853", "99213", "G0410")
DAYS: Final = st.dates(date(1996, 1, 1), date(2030, 12, 31))
BAD: Final = Pair("90853", "90832").line
FIRST_LINE: Final = 7


def row_of(pair: Pair, line: int, source: str) -> PairEdit:
    """The row that the store should give."""
    return PairEdit(
        column1=pair.column1,
        column2=pair.column2,
        indicator=pair.indicator,
        verified=DateRange(None if pair.is_old else pair.effective, pair.deletion),
        is_dated=True,
        rationale=pair.rationale or None,
        line=line,
        row=source,
    )


@st.composite
def _tables(draw: st.DrawFn) -> list[Pair]:
    """Pairs of which no two clash: the spans of a pair follow one another, in either direction."""
    rows: list[Pair] = []
    for one in CODES:
        for other in CODES[CODES.index(one) + 1 :]:
            days = sorted(draw(st.lists(DAYS, max_size=4, unique=True)))
            for at, first in enumerate(days):
                codes = draw(st.sampled_from([(one, other), (other, one)]))
                end = days[at + 1] - timedelta(1) if at + 1 < len(days) else None
                last = (
                    draw(st.sampled_from([end, first])) if end else draw(st.none() | st.just(first))
                )
                indicator: Any = 9 if last == first else draw(st.sampled_from([0, 1]))
                text = draw(
                    st.sampled_from(["", "Sequential procedure", "More extensive procedure"])
                )
                rows.append(
                    Pair(*codes, first, last, indicator, text, draw(st.booleans()) and not at)
                )
    return draw(st.permutations(rows)) if len(rows) < 20 else rows


@given(_tables())
def test_every_row_is_found_as_it_was_published(rows: list[Pair]) -> None:
    """Of each pair, in either order, the store gives the rows of the file with their lines."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = written(folder, "table.txt", pair_text(rows))
        if not rows:
            assert problems_of(folder / "t", file)[0].message == "no row follows the heading"
            return
        edits = imported(folder / "t", file)
        expected: dict[frozenset[str], list[PairEdit]] = {}
        for line, pair in enumerate(rows, FIRST_LINE):
            codes = frozenset([pair.column1, pair.column2])
            expected.setdefault(codes, []).append(row_of(pair, line, "table.txt"))
        for one in CODES:
            for other in CODES:
                found = edits.pairs(one, other)
                assert sorted(found, key=lambda r: r.line) == expected.get(
                    frozenset([one, other]), []
                )
                assert found == edits.pairs(other, one)
        assert sorted(edits.all_pairs(), key=lambda row: row.line) == [
            row_of(pair, line, "table.txt") for line, pair in enumerate(rows, FIRST_LINE)
        ]


def test_the_rows_of_a_pair_come_by_column_1_and_then_by_dates(tmp_path: Path) -> None:
    """The order of rows in the file does not change an answer."""
    rows = [
        Pair("90853", "90832", date(2020, 1, 1)),
        Pair("90832", "90853", date(2010, 1, 1), date(2014, 9, 30)),
        Pair("90853", "90832", date(2014, 10, 1), date(2019, 12, 31), 0),
    ]
    found = imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text(rows))).pairs(
        "90853", "90832"
    )
    assert [(row.column1, row.verified.first) for row in found] == [
        ("90832", date(2010, 1, 1)),
        ("90853", date(2014, 10, 1)),
        ("90853", date(2020, 1, 1)),
    ]


def test_four_files_make_one_table(tmp_path: Path) -> None:
    """Each row has its file and its line; name and version state setting and quarter."""
    pairs = [Pair("90853", other) for other in ("90832", "90833", "90834", "90836")]
    files = [
        written(tmp_path, f"ccioph-v322r0-f{n}.TXT", pair_text([pair]).replace("\n", "\r\n"))
        for n, pair in enumerate(pairs, 1)
    ]
    import_tables(files, tmp_path / "t")
    edits = edits_in(tmp_path / "t", setting="outpatient-hospital", release=Release(2026, 3))
    found = [edits.pairs("90853", pair.column2)[0] for pair in pairs]
    assert [(row.row, row.line) for row in found] == [(f.name, 7) for f in files]


def test_a_table_of_which_files_are_missing_is_refused(tmp_path: Path) -> None:
    """Codes of the files that are not there would seem to have no edits."""
    file = written(tmp_path, "ccipra-v322r0-f2.txt", pair_text([Pair("90853", "90832")]))
    (problem,) = problems_of(tmp_path / "t", file, identity=TableIdentity())
    assert "these are missing: f1, f3, f4" in problem.message
    problems = problems_of(tmp_path / "t", file, file, identity=TableIdentity())
    assert "a file of this table is named twice" in [problem.message for problem in problems]


@pytest.mark.parametrize("ending", ["txt", "zip", "both.zip", "xlsx", "xlsx.zip"])
def test_text_archive_and_workbook_hold_the_same(tmp_path: Path, ending: str) -> None:
    """The same rows come out of each; of an archive with text and workbook, the text is read."""
    rows = [Pair("90853", "90832", deletion=date(2024, 9, 30)), Pair("0001A", "99213", is_old=True)]
    text = pair_text(rows)
    book = workbook(cells_of(text, "\t"))
    name = "ccipra-v302r0"
    path = tmp_path / f"{name}.{ending}"
    if ending.endswith("zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            if ending != "xlsx.zip":
                archive.writestr(f"{name}.TXT", text)
            if ending != "zip":
                archive.writestr(f"{name}.xlsx", book)
    else:
        path.write_bytes(book if ending == "xlsx" else text.encode())
    import_tables([path], tmp_path / "t")
    found = sorted(edits_in(tmp_path / "t").all_pairs(), key=lambda row: row.line)
    member = {"xlsx.zip": f"{path.name}/{name}.xlsx"}
    source = member.get(ending, f"{path.name}/{name}.TXT" if "zip" in ending else path.name)
    assert found == [row_of(pair, line, source) for line, pair in enumerate(rows, FIRST_LINE)]


def test_plain_csv_has_no_first_days(tmp_path: Path) -> None:
    """A row is in force up to its deletion date, and is marked as one without a first day."""
    text = (
        "column1,column2,deletion_date,modifier_indicator,rationale_id\n"
        "90853,90832,20191231,0,2\n90853,90832,,1,12\n"
    )
    file = written(tmp_path, "pairs.csv.gz", gzip.compress(text.encode()))
    found = imported(tmp_path / "t", file).pairs("90832", "90853")
    assert [(row.verified, row.is_dated, row.indicator) for row in found] == [
        (DateRange(None, date(2019, 12, 31)), False, 0),
        (DateRange(), False, 1),
    ]
    assert [row.rationale for row in found] == ["Mutually exclusive procedures", "Laboratory panel"]


def test_two_tombstones_of_one_pair_may_stand_together(tmp_path: Path) -> None:
    """Rows that were never in force clash with nothing, as long as they are not word for word."""
    day = date(2020, 1, 1)
    rows = [
        Pair("90853", "90832", day, day, 9, "Sequential procedure"),
        Pair("90853", "90832", day, day, 9, "More extensive procedure"),
        Pair("90832", "90853", day),
    ]
    assert (
        len(
            imported(tmp_path / "t", written(tmp_path, "a.txt", pair_text(rows))).pairs(
                "90853", "90832"
            )
        )
        == 3
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (BAD.replace("90853", "9085"), "'9085' is not a procedure code"),
        (BAD.replace("90832", "90832X"), "'90832X' is not a procedure code"),
        (BAD.replace("20200101", "20201301"), "the effective date is '20201301', not a day"),
        (BAD.replace("20200101", ""), "the effective date is '', not a day"),
        (BAD.replace("\t*\t", "\t2024\t"), "the deletion date is '2024', not * or a day"),
        (BAD.replace("\t*\t", "\t20190101\t"), "the deletion date 2019-01-01 is before"),
        (BAD.replace("\t1\t", "\t2\t"), "the modifier indicator is '2', not 0, 1 or 9"),
        (BAD.replace("\t\t", "\tx\t"), "the third cell is 'x', not * or nothing"),
        (f"{BAD}\tmore\tcells", "the row has 9 cells, not 7"),
        ("90853", "the row has 1 cells, not 7"),
        (BAD.replace("90832", "90853"), "the pair 90853/90853 is one code twice"),
        (Pair("90785", "90832").line, "the pair 90785/90832 is also in a.txt:7, word for word"),
        (
            Pair("90785", "90832", date(2022, 1, 1), indicator=0).line,
            "the pair 90785/90832 is also in a.txt:7, for dates that overlap",
        ),
        (
            Pair("90832", "90785", date(2022, 1, 1)).line,
            "the pair 90832/90785 is also in a.txt:7 with the columns swapped, for dates that",
        ),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, row: str, message: str) -> None:
    """Nothing of the file is imported, and each problem has a remedy."""
    file = written(tmp_path, "a.txt", pair_text([Pair("90785", "90832"), "", row]))
    (problem,) = problems_of(tmp_path / "t", file)
    assert problem.where == "a.txt:9"
    assert problem.message.startswith(message)
    assert problem.remedy
    assert not edits_in(tmp_path / "t").has_pairs


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("90853,90832,2019,1,1", "deletion_date is '2019', not empty or a day like 20240701"),
        ("90853,90832,,3,1", "modifier_indicator is '3', not 0, 1 or 9"),
        ("90853,90832,,1,13", "rationale_id is '13', not 1 to 12"),
        ("90853,90832,,1", "the row has 4 cells, not 5"),
        ("90785,90832,,0,2", "the pair 90785/90832 is also in a.csv:2, for dates that overlap"),
        ("90832,90785,,0,2", "the pair 90832/90785 is also in a.csv:2 with the columns swapped"),
    ],
)
def test_a_bad_row_of_plain_csv_is_named(tmp_path: Path, cells: str, message: str) -> None:
    """As in CMS's own text."""
    heading = "column1,column2,deletion_date,modifier_indicator,rationale_id"
    file = written(tmp_path, "a.csv", f"{heading}\n90785,90832,,1,1\n{cells}\n")
    (problem,) = problems_of(tmp_path / "t", file)
    assert problem.where == "a.csv:3"
    assert problem.message.startswith(message)


def test_all_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    """Each file's own, and of a file with more than one reads, the first and their number."""
    one = written(tmp_path, "a.txt", pair_text([BAD.replace("\t1\t", "\tx\t"), "90853"]))
    two = written(tmp_path, "b.txt", pair_text(["90853"] * 1000))
    problems = problems_of(tmp_path / "t", one, tmp_path / "c.txt", two)
    assert [f.where for f in problems if f.where.startswith("a")] == ["a.txt:7", "a.txt:8"]
    assert [f.message for f in problems if "c.txt" in f.where] == ["there is no such file"]
    result = [f for f in problems if f.where.startswith("b.txt")]
    assert len(result) == 21
    assert result[-1].message == "980 more problems"


@pytest.mark.parametrize("number", range(1, 6))
def test_a_heading_that_is_not_cms_s_is_refused(tmp_path: Path, number: int) -> None:
    """Each of the five lines below the notice must be as CMS writes it."""
    lines = pair_text([Pair("90853", "90832")]).splitlines()
    for changed in (
        [
            *lines[:number],
            lines[number].replace("1", "3").replace("prior", "p"),
            *lines[number + 1 :],
        ],
        [*lines[:number], *lines[number + 1 :]],
    ):
        if changed[number] != lines[number]:
            file = written(tmp_path, "a.txt", "\n".join([*changed, ""]))
            (problem, *_) = problems_of(tmp_path / "t", file)
            assert "heading" in problem.message


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """So is an empty one, and an archive without a table."""
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("readme.pdf", "")
    for name, text, message in (
        ("a.csv", "code,price\n90853,5\n", "the heading is not one of CMS's"),
        ("b.txt", "", "the heading is not one of CMS's"),
        ("c.zip", None, "the archive contains no table, only readme.pdf"),
        ("d.zip", "PK no archive", "the file cannot be read"),
        ("e.xlsx", "no workbook", "the file cannot be read"),
    ):
        if text is not None:
            written(tmp_path, name, text)
        (problem,) = problems_of(tmp_path / "t", tmp_path / name)
        assert problem.message.startswith(message)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """Text that ends within a line, text without rows, a gzip and a zip that end too early."""
    text = pair_text([Pair("90853", other) for other in CODES[:5]])
    whole = gzip.compress(text.encode())
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("z.txt", text)
    zipped = (tmp_path / "z.zip").read_bytes()
    for name, content, message in (
        ("a.txt", text.encode()[:-10], "the file ends within this line"),
        ("b.txt", pair_text([]).encode(), "no row follows the heading"),
        ("c.txt.gz", whole[:-20], "the file cannot be read beyond this line"),
        ("d.zip", zipped[:-30], "the file cannot be read"),
        (
            "e.zip",
            zipped.replace(b"90853\t0591T", b"90853\t0592T", 1),
            "the file cannot be read beyond",
        ),
    ):
        file = written(tmp_path, name, content)
        problems = problems_of(tmp_path / "t", file)
        assert [f.message for f in problems if f.message.startswith(message)], (name, problems)
        assert not edits_in(tmp_path / "t").has_pairs


def test_a_missing_openpyxl_is_reported_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only workbooks need the extra."""
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    (problem,) = problems_of(tmp_path / "t", written(tmp_path, "a.xlsx", b""))
    assert "pip install 'payer-rules[xlsx]'" in problem.remedy


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=2, max_size=2), st.booleans())
def test_two_rows_clash_exactly_where_a_day_lies_in_both(
    spans: list[tuple[date, date | None]], is_reversed: bool
) -> None:
    """Held against counting days; a row deleted as of its first day was never in force."""
    rows = [
        PairTerms(DateRange(first, max(first, last) if last else None), True, 1, None)
        for first, last in spans
    ]
    ends = [row.in_force.last or date(2031, 1, 1) for row in rows]
    firsts = [row.in_force.first or date.min for row in rows]
    real = all(first != end for first, end in zip(firsts, ends, strict=True))
    both = max(firsts) <= min(ends)
    assert rows[is_reversed].clashes(rows[not is_reversed]) == (real and both)


def test_options_fill_what_a_file_does_not_tell_and_contradict_nothing(tmp_path: Path) -> None:
    """Setting, program and release are never guessed."""
    text = pair_text([Pair("90853", "90832")])
    plain, named = written(tmp_path, "a.txt", text), written(tmp_path, "ccipra-v322r0.txt", text)
    assert [
        str(problem) for problem in problems_of(tmp_path / "t", plain, identity=TableIdentity())
    ] == [
        "a.txt: neither the name nor the heading states the program. "
        "Add --program medicare or --program medicaid.",
        "a.txt: neither the name nor the heading states the release. "
        "Add --release with year and quarter, such as 2024q3.",
        "a.txt: neither the name nor the heading states the setting. "
        "Add --setting practitioner, outpatient-hospital or dme.",
    ]
    (problem,) = problems_of(tmp_path / "t", named, identity=GIVEN)
    assert problem.message == "the file states 2026q3, and the option states 2024q3"
