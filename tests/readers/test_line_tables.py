"""Laws of tables of service lines: CSV and Parquet agree, and a bad row costs its claim."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from claim_shapes import DAYS, NAMES, claims, maybe
from hypothesis import given
from hypothesis import strategies as st
from table_writer import Cells, row_of_history, rows_of, write_csv, write_parquet

from payer_rules.claims import (
    BodySite,
    Claim,
    Drug,
    Member,
    Provider,
    ServiceLine,
    Session,
    TreatmentDates,
)
from payer_rules.errors import InputError, Problem
from payer_rules.history import HistoryLine
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.line_tables import (
    is_line_table,
    read_claim_table,
    read_history_table,
    read_mapping,
)
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, HISTORY_COLUMNS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "claim-tables.md"
HEADER: Final = "claim,member,billing_npi,code,date"
ROW: Final = "C1,M1,1234567893,90853,2024-08-15"
DAY: Final = date(2024, 8, 15)
CLAIM: Final = Claim(
    id="C1",
    member=Member(id="M1"),
    billing_provider=Provider(npi="1234567893"),
    lines=[ServiceLine(code="90853", date_from=DAY)],
)
SESSIONS: Final = st.builds(
    Session,
    id=st.just("S1"),
    start=maybe(st.just(time(10))),
    end=maybe(st.just(time(11, 30))),
    group_size=maybe(st.integers(2, 12)),
)
MORE: Final = st.fixed_dictionaries(
    {
        "payer": maybe(st.just("medicare")),
        "setting": maybe(st.just("practitioner")),
        "state": maybe(st.just("IL")),
        "condition_codes": maybe(st.sampled_from([(), ("41",), ("41", "92")])),
        "episode_start": maybe(DAYS | st.just("none")),
        "referral": maybe(NAMES | st.just("none")),
    }
)


@st.composite
def table_claims(draw: st.DrawFn) -> list[Claim]:
    """Return claims of different ids, with the facts that only tables state."""
    drawn = draw(st.lists(claims(), min_size=1, max_size=3, unique_by=lambda claim: claim.id))
    return [_with_more(draw, claim) for claim in drawn]


def _with_more(draw: st.DrawFn, claim: Claim) -> Claim:
    result = [
        attrs.evolve(
            line,
            modality=draw(maybe(st.just("video"))),
            minutes=draw(maybe(st.integers(0, 600))),
            session=draw(maybe(SESSIONS)),
        )
        for line in claim.lines
    ]
    return attrs.evolve(claim, lines=result, **draw(MORE))


def read(file: Path, **options: Any) -> list[Claim]:
    """The claims of the table, which has no problem."""
    found = list(read_claim_table(file, **options))
    assert [str(item) for item in found if isinstance(item, Problem)] == []
    return [item.claim for item in found if isinstance(item, FiledClaim)]


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """A CSV file of the rows."""
    file = folder / "claims.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def problems_in(found: Iterable[object]) -> list[str]:
    """The problems, as a person reads them."""
    return [str(item) for item in found if isinstance(item, Problem)]


@given(written=table_claims(), delimiter=st.sampled_from(",;\t|"))
def test_claims_come_back_from_csv(
    written: list[Claim], delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Claims written as rows are read as the same claims, with any delimiter."""
    file = tmp_path_factory.getbasetemp() / "claims.csv"
    rows = [row for claim in written for row in rows_of(claim)]
    assert read(write_csv(file, rows, delimiter)) == written


@given(written=table_claims())
def test_claims_come_back_from_parquet(
    written: list[Claim], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same from a Parquet file, with dates, numbers and lists in types of their own."""
    pytest.importorskip("pyarrow")
    file = tmp_path_factory.getbasetemp() / "claims.parquet"
    # NOTE: a column of Parquet has one type, so only the others can contain the word for none.
    plain = [attrs.evolve(claim, episode_start=None) for claim in written]
    rows = [row for claim in plain for row in rows_of(claim)]
    assert read(write_parquet(file, rows)) == plain


@given(claim=claims(), paid=st.booleans(), suffix=st.sampled_from(["csv", "parquet"]))
def test_history_comes_back_from_both(
    claim: Claim, paid: bool, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each row of a history is complete, with its status and what was paid."""
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    written = [_adjudicated(claim, line, paid) for line in claim.lines]
    file = tmp_path_factory.getbasetemp() / f"history.{suffix}"
    write = write_csv if suffix == "csv" else write_parquet
    assert list(read_history_table(write(file, [*map(row_of_history, written)]))) == written


def _adjudicated(claim: Claim, line: ServiceLine, paid: bool) -> HistoryLine:
    return HistoryLine(
        **attrs.asdict(line, recurse=False),
        claim=claim.id,
        member=claim.member.id,
        billing_provider=claim.billing_provider,
        diagnoses=claim.diagnoses,
        setting="practitioner",
        status="paid" if paid else "denied",
        paid_units=line.units if paid else None,
    )


def test_the_smallest_table(tmp_path: Path) -> None:
    """Five columns make a claim; other facts are not known, or have their defaults."""
    assert read(table(tmp_path, ROW)) == [CLAIM]


def test_lines_are_numbered_in_their_claim(tmp_path: Path) -> None:
    """Without the column the rows of a claim are counted from 1."""
    (claim,) = read(table(tmp_path, ROW, ROW))
    assert [line.number for line in claim.lines] == [1, 2]


def test_what_is_empty_is_not_known_and_none_is_known(tmp_path: Path) -> None:
    """An empty cell is not known; the word none is known to be nothing."""
    rows = ["C1,M1,1234567893,90853,2024-08-15,,", "C2,M1,1234567893,90853,2024-08-15,none,none"]
    first, second = read(table(tmp_path, *rows, header=f"{HEADER},diagnoses,referral"))
    assert (first.diagnoses, first.referral) == (None, None)
    assert (second.diagnoses, second.referral) == ((), "none")


def test_a_mapping_gives_their_names(tmp_path: Path) -> None:
    """Columns are found by the names that the mapping has; other columns are not ours."""
    names = tmp_path / "columns.toml"
    names.write_text('claim = "CLM_ID"\ncode = "HCPCS"\ndate = "FROM"\n', encoding="utf-8")
    header = "CLM_ID,member,billing_npi,HCPCS,FROM,SOMETHING"
    assert read(table(tmp_path, f"{ROW},x", header=header), mapping=read_mapping(names)) == [CLAIM]


def test_a_mapping_of_unknown_columns_is_refused(tmp_path: Path) -> None:
    """Every problem of the file is reported, with its line and the nearest known name."""
    file = tmp_path / "columns.toml"
    file.write_text('modifers = "MODS"\ncode = 7\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mapping(file)
    assert [*map(str, caught.value.problems)] == [
        "columns.toml:1: there is no column of the name 'modifers'. Did you mean 'modifiers'?",
        "columns.toml:2: code is 7, and the name of a column belongs here."
        ' Write code = "THEIR NAME".',
    ]


def test_what_a_header_lacks_is_reported(tmp_path: Path) -> None:
    """Each column that no row can do without, and no row is read."""
    file = table(tmp_path, "C1,M1", header="claim,member")
    remedy = "Add it, or name it in a mapping file"
    assert problems_in(read_claim_table(file)) == [
        f"claims.csv:1: the table has no column 'code'. {remedy}: code = \"THEIR NAME\".",
        f"claims.csv:1: the table has no column 'billing_npi'. {remedy}:"
        ' billing_npi = "THEIR NAME".',
        "claims.csv:1: the table has no column 'date'."
        " Add it, or date_from and date_to, or name them in a mapping file.",
    ]


def test_a_column_that_slipped_is_reported(tmp_path: Path) -> None:
    """Without a mapping a strange column may be one of ours misspelt; the rest is read."""
    found = list(read_claim_table(table(tmp_path, f"{ROW},59", header=f"{HEADER},modifers")))
    assert problems_in(found) == [
        "claims.csv:1: column 6 is not one of ours, its name 'modifers': it is not read."
        " Did you mean 'modifiers'?"
    ]
    assert [item.claim for item in found if isinstance(item, FiledClaim)] == [CLAIM]


def test_a_mapping_to_no_column_is_reported(tmp_path: Path) -> None:
    """None of the table is offered: without a header it begins with somebody's row."""
    found = read_claim_table(table(tmp_path, ROW), mapping={"units": "cod"})
    assert problems_in(found) == [
        "claims.csv:1: the mapping has units = 'cod', and the table has no such column."
        " Name a column that is there."
    ]


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("units", "two", "units is a text of 3 characters. A number such as 120.50 belongs here."),
        ("units", "0", "the line has 0 units. Write a number of units above 0."),
        ("units", "1_0", "units is '1_0'. A number such as 120.50 belongs here."),
        ("units", "1e99", "units is '1e99'. A number of at most nine digits belongs here."),
        (
            "units",
            "nan",
            "units is a text of 3 characters. A number of at most nine digits belongs here.",
        ),
        ("line", "1.5", "line is '1.5'. A whole number belongs here."),
        ("charge", "$120", "charge is '$120'. A number such as 120.50 belongs here."),
        (
            "received",
            "03/04/2024",
            "received is a text of 10 characters. A date such as 2024-08-15 belongs here.",
        ),
        (
            "received",
            "2024-02-30",
            "received is a text of 10 characters. A date such as 2024-08-15 belongs here.",
        ),
        (
            "place_of_service",
            "2",
            "place_of_service is '2'. Did you mean '02'?",
        ),
        (
            "modality",
            "vid",
            "modality is 'vid'. Did you mean 'video'?",
        ),
        (
            "session_start",
            "ten",
            "session_start is a text of 3 characters. A time such as 10:30 belongs here.",
        ),
        (
            "birth_date",
            "1.5.1980",
            "birth_date cannot be read. A date such as 2024-08-15 belongs here.",
        ),
        (
            "date_to",
            "2024-08-16",
            "date is given together with date_from or date_to. Write date for one day, date_from and date_to for several.",
        ),
        (
            "modifiers",
            "59 25 95 XS GT",
            "the line has 5 modifiers. A service line carries at most 4.",
        ),
    ],
)
def test_what_is_reported_of_a_cell(column: str, cell: str, problem: str, tmp_path: Path) -> None:
    """The problem names the row, the column, the value, and what belongs there."""
    file = table(tmp_path, f"{ROW},{cell}", header=f"{HEADER},{column}")
    where = "claims.csv:2 (date)" if column == "date_to" else f"claims.csv:2 ({column})"
    assert problems_in(read_claim_table(file)) == [f"{where}: {problem}"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",M1,1234567893,90853,2024-08-15", "(claim): claim is empty. Write it into every row."),
        ("C1,,1234567893,90853,2024-08-15", "(member): member is empty. Write it into every row."),
        (
            "C1,M1,,90853,2024-08-15",
            "(billing_npi): billing_npi is empty. Write it into every row.",
        ),
        ("C1,M1,1234567893,90853,", ": the row has no date. Write date, or date_from."),
        (
            "C1,M1,1234567893",
            ": the row has 3 cells, and the header 5. Put cells that hold the delimiter into quotation marks.",
        ),
        (
            'C1,M1,1234567893,"90853"3,x',
            ": this is not a row of CSV. Close every quotation mark on the line on which it is opened.",
        ),
        (
            "C1,M1,1234567893,9085,2024-08-15",
            "(code): '9085' is not a procedure code. A code has five digits or capital letters, such as '90853' or 'G0410'.",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_read(row: str, problem: str, tmp_path: Path) -> None:
    """The claims around a broken one are read, and counted with it."""
    before, behind = ROW.replace("C1", "C0"), ROW.replace("C1", "C2")
    found = list(read_claim_table(table(tmp_path, before, row, behind)))
    (text,) = problems_in(found)
    assert text.replace("claims.csv:3", "").lstrip() == problem.lstrip()
    assert [item.claim.id for item in found if isinstance(item, FiledClaim)] == ["C0", "C2"]


def test_a_bad_row_costs_its_claim(tmp_path: Path) -> None:
    """Without one of its rows a claim would be another one."""
    found = list(read_claim_table(table(tmp_path, ROW, ROW.replace("90853", "x"), ROW)))
    assert len(problems_in(found)) == 1
    assert [item for item in found if isinstance(item, FiledClaim)] == []


def test_a_claim_is_said_once(tmp_path: Path) -> None:
    """Rows of one claim that contradict each other are reported, without naming the member."""
    rows = [ROW, ROW.replace("M1", "M2"), f"{ROW}".replace("1234567893", "1000000004")]
    assert problems_in(read_claim_table(table(tmp_path, *rows))) == [
        "claims.csv:3 (member): member differs from claims.csv:2."
        " A claim has one: write the same in all its rows.",
        "claims.csv:4 (billing_npi): billing_npi differs from claims.csv:2."
        " A claim has one: write the same in all its rows.",
    ]


def test_a_claim_that_goes_on_later_is_reported(tmp_path: Path) -> None:
    """The rows of a claim are adjacent; a later one is a problem."""
    rows = [ROW, ROW.replace("C1", "C2"), ROW]
    found = list(read_claim_table(table(tmp_path, *rows)))
    assert problems_in(found) == [
        "claims.csv:4 (claim): claim C1 continues here, after rows of other claims;"
        " it starts in claims.csv:2. Sort the table by claim."
    ]
    assert [item.number for item in found if isinstance(item, FiledClaim)] == [1, 2]


def test_two_lines_of_one_number_are_reported(tmp_path: Path) -> None:
    """The second of them, by its row."""
    file = table(tmp_path, f"{ROW},1", f"{ROW},1", header=f"{HEADER},line")
    assert problems_in(read_claim_table(file)) == [
        "claims.csv:3 (line): line number 1 is used twice."
        " Give each line of a claim a number of its own."
    ]


def test_a_provider_without_npi_is_reported(tmp_path: Path) -> None:
    """A taxonomy alone is no provider."""
    file = table(tmp_path, f"{ROW},1041C0700X", header=f"{HEADER},rendering_taxonomy")
    assert problems_in(read_claim_table(file)) == [
        "claims.csv:2: the rendering provider has no NPI. Write rendering_npi."
    ]


def test_a_byte_that_is_no_text_costs_its_row(tmp_path: Path) -> None:
    """The rows around it are read."""
    file = tmp_path / "claims.csv"
    bad = ROW.replace("90853", "9085\x00").encode().replace(b"\x00", b"\xff")
    file.write_bytes(b"\n".join([HEADER.encode(), bad, ROW.replace("C1", "C2").encode()]))
    found = list(read_claim_table(file))
    assert problems_in(found) == [
        "claims.csv:2 (code): code is '9085\\udcff'. Text in UTF-8 belongs here."
    ]
    assert [item.claim.id for item in found if isinstance(item, FiledClaim)] == ["C2"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "claims.csv:1: the table is empty. Write the names of the columns first."),
        (
            b"x" * 200_000,
            "claims.csv:1: the table is empty. Write the names of the columns first.",
        ),
        (
            b"claim,claim,code\n",
            "claims.csv:1: two columns have the name 'claim'. Give each column a name of its own.",
        ),
    ],
)
def test_a_table_that_is_none_is_reported(content: bytes, problem: str, tmp_path: Path) -> None:
    """One problem for the file."""
    file = tmp_path / "claims.csv"
    file.write_bytes(content)
    assert problems_in(read_claim_table(file)) == [problem]


def test_a_table_that_is_not_there_is_reported(tmp_path: Path) -> None:
    """A misspelt name is a problem of the file."""
    (problem,) = problems_in(read_history_table(tmp_path / "no.csv"))
    assert problem.startswith("no.csv: there is no such file. Check the path.")


def test_a_broken_line_of_the_history_is_named(tmp_path: Path) -> None:
    """Its neighbours are read."""
    rows = ["C1,M1,90853,2024-08-15,1,2", "C1,M1,x,2024-08-15,1,1", "C1,M1,90834,2024-08-15,,"]
    file = table(
        tmp_path,
        *rows,
        "C1,,90834,2024-08-15,,",
        "C1,M1",
        header="claim,member,code,date,units,paid_units",
    )
    found = list(read_history_table(file))
    assert [item.code for item in found if isinstance(item, HistoryLine)] == ["90834"]
    assert [item.partition(": ")[0] for item in problems_in(found)] == [
        "claims.csv:2 (paid_units)",
        "claims.csv:3 (code)",
        "claims.csv:5 (member)",
        "claims.csv:6",
    ]


def test_typed_cells_of_parquet(tmp_path: Path) -> None:
    """Numbers that identify are read, those that have lost a zero are not; times at midnight are days."""
    pytest.importorskip("pyarrow")
    row: Cells = {"claim": 7, "member": 12.0, "billing_npi": 1234567893, "code": "90853"}
    day = {"date": datetime(2024, 8, 15), "units": 2, "place_of_service": "02"}
    (claim,) = read(write_parquet(tmp_path / "claims.parquet", [row | day]))
    assert (claim.id, claim.member.id, claim.billing_provider.npi) == ("7", "12", "1234567893")
    assert (claim.lines[0].date_from, claim.lines[0].units) == (DAY, Decimal(2))
    wrong: Cells = {"code": 90853, "place_of_service": 2, "units": True, "charge": [1]}
    wrong |= {"session_start": 7, "modality": 1}
    late = {"date": datetime(2024, 8, 15, 9)}
    problems = problems_in(
        read_claim_table(write_parquet(tmp_path / "wrong.parquet", [row | day | wrong | late]))
    )
    assert [problem.partition("(")[2].partition(")")[0] for problem in problems] == [
        "code",
        "units",
        "charge",
        "date",
        "place_of_service",
        "modality",
        "session_start",
    ]
    assert problems[0] == (
        "wrong.parquet, row 1 (code): code is 90853."
        " A text belongs here, for a number has lost its leading zeros."
    )


def test_gaps_of_numbers_are_empty_cells(tmp_path: Path) -> None:
    """A column of numbers with gaps has NaN in them, in many programs."""
    pytest.importorskip("pyarrow")
    (row,) = rows_of(CLAIM)
    file = write_parquet(tmp_path / "claims.parquet", [row | {"charge": float("nan")}])
    assert read(file)[0].lines[0].charge is None


def test_names_are_no_lists(tmp_path: Path) -> None:
    """A list in place of a name is reported."""
    pytest.importorskip("pyarrow")
    (row,) = rows_of(CLAIM)
    file = write_parquet(tmp_path / "claims.parquet", [row | {"payer": ("a",)}])
    assert problems_in(read_claim_table(file)) == [
        "claims.parquet, row 1 (payer): payer is a list. A text belongs here."
    ]


@pytest.mark.parametrize("keep", [4, 40, -40])
def test_a_broken_parquet_file_is_reported(keep: int, tmp_path: Path) -> None:
    """Half a file gives a problem, and nothing is raised."""
    pytest.importorskip("pyarrow")
    file = write_parquet(tmp_path / "claims.parquet", rows_of(CLAIM) * 100)
    file.write_bytes(file.read_bytes()[:keep])
    (problem,) = problems_in(read_claim_table(file))
    assert problem.startswith("claims.parquet: the Parquet file is broken")


def test_a_parquet_file_broken_inside_is_reported(tmp_path: Path) -> None:
    """What is read before the break is kept."""
    pytest.importorskip("pyarrow")
    file = write_parquet(tmp_path / "claims.parquet", rows_of(CLAIM))
    content = bytearray(file.read_bytes())
    content[4:40] = b"\xff" * 36
    file.write_bytes(bytes(content))
    (problem,) = problems_in(read_claim_table(file))
    assert problem.startswith("claims.parquet, row 1: the Parquet file is broken")


def test_without_pyarrow_it_is_reported_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing extra is one problem."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "claims.parquet"
    file.write_bytes(b"PAR1")
    assert problems_in(read_claim_table(file)) == [
        "claims.parquet: pyarrow, which reads Parquet, is not installed."
        " Run pip install 'payer-rules[parquet]', or write the table as CSV."
    ]


@pytest.mark.parametrize(
    ("start", "mapping", "known"),
    [
        (f"{HEADER}\n{ROW}\n".encode(), None, True),
        (b"\xef\xbb\xbfclaim;member;code;date\n", None, True),
        (b"PAR1\x15\x04", None, True),
        (b"CLM_ID,member,code\n", {"claim": "CLM_ID"}, True),
        (b"CLM_ID,member,code\n", None, False),
        (b'{"resourceType": "Claim"}', None, False),
        (b"ISA*00*          *", None, False),
    ],
)
def test_a_table_is_known_by_its_start(
    start: bytes, mapping: dict[str, str] | None, known: bool
) -> None:
    """By the columns that rows need, or by the sign of Parquet."""
    assert is_line_table(start, mapping) is known


@given(text=st.text(alphabet='C1M290853,;"\n\r\x00 -é', max_size=300), cut=st.integers(0, 40))
def test_no_text_is_too_broken_to_be_reported(
    text: str, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any file gives claims, lines and problems, and nothing is raised."""
    file = tmp_path_factory.getbasetemp() / "broken.csv"
    file.write_bytes((HEADER[: len(HEADER) - cut] + "\n" + text).encode())
    for found in (read_claim_table(file), read_history_table(file)):
        assert all(
            isinstance(item, FiledClaim | UncodedClaim | HistoryLine | Problem) for item in found
        )


def test_the_page_names_every_column() -> None:
    """The page of the reference has each column that is read, and no other."""
    if not PAGE.is_file():
        pytest.skip("there is no checkout around these tests")
    rows = [
        line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"
    ]
    named = {
        (name, where.strip())
        for _, names, _, where, _ in rows
        for name in re.findall(r"`(\w+)`", names)
    }
    both = CLAIM_COLUMNS.keys() & HISTORY_COLUMNS.keys()
    assert named == {
        *((name, "both") for name in both),
        *((name, "claims") for name in CLAIM_COLUMNS.keys() - both),
        *((name, "history") for name in HISTORY_COLUMNS.keys() - both),
    }


def test_columns_of_the_treatment_are_read(tmp_path: Path) -> None:
    """Sex, dates, occurrence codes, body site and drug of a row; a drug needs its number."""
    header = (
        "claim,member,billing_npi,code,date,sex,onset_date,discharge_date,occurrence_codes"
        ",tooth,surfaces,quadrant,side,drug_number,drug_quantity,drug_unit"
    )
    row = "C1,M1,1234567893,D2391,2024-08-15,F,2024-08-01,none,11 A1,14,M O,10,left,0002-1433-80,2.5,ML"
    (claim,) = read(table(tmp_path, row, header=header))
    (line,) = claim.lines
    assert claim.member.sex == "f"
    assert line.dates == TreatmentDates(onset=date(2024, 8, 1), discharge="none")
    assert [item.code for item in claim.occurrences or ()] == ["11", "A1"]
    assert line.body_site == BodySite(tooth="14", surfaces=("M", "O"), quadrant="10", side="left")
    assert line.drug == Drug(number="00002143380", quantity=Decimal("2.5"), unit="ML")
    lost = row.replace("0002-1433-80", "")
    (problem,) = problems_in(read_claim_table(table(tmp_path, lost, header=header)))
    assert "the drug has no number" in problem
