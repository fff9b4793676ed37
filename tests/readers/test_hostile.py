"""Hostile files: each is reported, in time and in little memory, and none raises."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from x12_texts import interchange

from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file
from payer_rules.readers.size_limits import (
    MOST_FAULTS,
    MOST_LINES,
    content_of,
    limit_problems,
    lines_of,
)

#: The system's limits are what keeps a process from taking more.
resource = pytest.importorskip("resource")

#: What a process that reads a file may take: far less than the file has, and than unpacking it.
MEMORY: Final = 1 << 30
#: More than this is hanging, on a busy machine too.
LONGEST: Final = 120.0
LARGE: Final = 2 << 30
ISA: Final = interchange([])[:106]
BEFORE: Final = interchange(
    [
        *("BHT*0019*00*1*20240815*1200*CH", "HL*1**20*1", "NM1*85*2*CLINIC*****XX*1234567893"),
        *("HL*2*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*DOE*J****MI*M1", "CLM*C1*80***11:B:1"),
    ]
).partition("SE*")[0]
LINE: Final = "LX*1~SV1*HC:90853*80*UN*1***1~DTP*472*D8*20240815~"
HEADER: Final = "claim,line,member,code,date_from,billing_npi\n"
ROW: Final = "C1,1,M1,90853,2024-08-15,1234567893\n"
SOUND: Final = {
    "id": "C1",
    "member": {"id": "M1"},
    "billing_provider": {"npi": "1234567893"},
    "lines": [{"code": "90853", "date": "2024-08-15"}],
}


def problems_of(path: Path, form: ReadOptions | None = None) -> list[str]:
    """The problems of the file, in which there is no sound claim."""
    found = list(read_claim_file(path, form or ReadOptions()))
    assert not any(isinstance(item, FiledClaim) for item in found)
    return [str(item) for item in found]


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


_READ: Final = """
import sys
from pathlib import Path
from payer_rules.readers.claim_files import read_claim_file
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import read_history_file
for each in read_claim_file(Path(sys.argv[1]), ReadOptions()):
    print(str(each)[:300])
"""


def told_in_little_memory(path: Path) -> str:
    """Return the output of a process that may take no more memory."""
    ended = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        preexec_fn=_limited,
        timeout=LONGEST,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [
        ("one.837", BEFORE + "NTE*ADD*", "the segment is longer than 65536 characters"),
        ("one.json", '{"claim": {"id": "', "one.json: the file is larger than 32 MB"),
        ("one.toml", '[claim]\nid = "', "one.toml: the file is larger than 32 MB"),
        (
            "fhir.json",
            '{"resourceType": "Claim", "id": "',
            "fhir.json: the file is larger than 128 MB",
        ),
        (
            "fhir.ndjson",
            '{"resourceType": "Claim", "id": "',
            "fhir.ndjson:1: the line is longer than 128 MB",
        ),
        ("cell.csv", HEADER + "C1,1,", "cell.csv:2: this is not a row of CSV"),
        ("quoted.csv", HEADER + 'C1,1,"', "quoted.csv:2: this is not a row of CSV"),
        ("header.csv", "claim,", "header.csv:1: the first line has more than"),
        ("table.parquet", "PAR1", "table.parquet: the Parquet file is broken"),
    ],
)
def test_a_text_without_end_is_reported(
    name: str, start: str, message: str, tmp_path: Path
) -> None:
    """Two gigabytes after a valid beginning, in one segment, text, line or cell."""
    file = tmp_path / name
    with file.open("w") as stream:
        stream.write(start)
    # NOTE: a hole in the file, which takes no room on disk and reads as NUL.
    os.truncate(file, LARGE)
    assert message in told_in_little_memory(file)


def _repeated(start: str, again: str, size: int = 20 << 20) -> Iterator[str]:
    yield start
    for _ in range(size // (len(again) << 10)):
        yield again * 1024


@pytest.mark.parametrize(
    ("name", "start", "again", "message"),
    [
        ("lines.837", BEFORE, LINE, "claim C1: what began there does not end"),
        ("numbers.837", BEFORE, "REF*G1*1~", "claim C1: what began there does not end"),
        ("codes.837", BEFORE, "HI*BG:AA~", "claim C1: what began there does not end"),
        ("rows.csv", HEADER, ROW, f"claim C1 has more than {MOST_LINES} rows"),
    ],
)
def test_a_claim_without_end_is_reported(
    name: str, start: str, again: str, message: str, tmp_path: Path
) -> None:
    """Lines, codes or rows that never stop belong to one broken claim."""
    file = tmp_path / name
    with file.open("w") as stream:
        stream.writelines(_repeated(start, again))
    assert message in told_in_little_memory(file)


def test_of_problems_without_end_the_first_are_reported(tmp_path: Path) -> None:
    """And that there are more."""
    file = tmp_path / "f.csv"
    file.write_text(HEADER + "x\n" * (MOST_FAULTS + 7) + ROW)
    *result, filed, last = read_claim_file(file, ReadOptions())
    assert len(result) == MOST_FAULTS
    assert isinstance(filed, FiledClaim)
    assert str(last) == (
        "f.csv: there are more problems than the 10000 that are listed."
        " Correct those, and read the file again."
    )


def test_more_memory_than_there_is_is_a_problem() -> None:
    """Earlier results are kept."""

    def found() -> Iterator[str]:
        yield "first"
        raise MemoryError

    first, problem = limit_problems(found(), "f.837")
    assert first == "first"
    assert "takes more memory than there is" in str(problem)


def _gzip(file: Path) -> None:
    file.write_bytes(gzip.compress(b"0" * (50 << 20)))


def _zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("claim.837", b"0" * (50 << 20))


def _text(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def make(file: Path) -> None:
        file.write_bytes(text.encode(encoding))

    return make


@pytest.mark.parametrize("name", ["a.837", "a.json", "a.parquet", "a.csv", "a.toml", "a"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_gzip, "the file is compressed with gzip"),
        (_zip, "the file is a ZIP archive"),
        (_text("<?xml version='1.0'?><Claim/>"), "the file is XML or HTML"),
        (_text("\n<!DOCTYPE html><html></html>"), "the file is XML or HTML"),
        (_text(ISA, "utf-16"), "the file is written in UTF-16"),
        (_text("%PDF-1.7"), "the file is a PDF"),
    ],
    ids=["gzip", "zip", "xml", "html", "utf-16", "pdf"],
)
def test_what_is_no_file_of_claims_is_named(
    make: Callable[[Path], None], message: str, name: str, tmp_path: Path
) -> None:
    """With any name; nothing is unpacked."""
    file = tmp_path / name
    make(file)
    (problem,) = problems_of(file)
    assert problem.startswith(f"{name}: {message}")
    store, problems = read_history_file(file, ReadOptions())
    assert (store, [*map(str, problems)]) == (None, [problem])


@pytest.mark.parametrize("name", ["a.837", "a.ndjson", "a.dat", "a"])
def test_a_file_of_no_format_says_what_is_read(name: str, tmp_path: Path) -> None:
    """Also an empty one."""
    (tmp_path / name).write_bytes(b"")
    assert problems_of(tmp_path / name)[0].startswith(f"{name}: the file is empty. Claims are read")
    (tmp_path / name).write_bytes(b"\0" * 99)
    assert "the format of the file is not recognized" in problems_of(tmp_path / name)[0]


@pytest.mark.parametrize("format_", [None, "x12", "fhir", "table", "toml"])
def test_what_is_no_file_is_reported_and_not_waited_for(
    format_: str | None, tmp_path: Path
) -> None:
    """A pipe without a writer, a device without end, a directory, a broken link, a loop."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    form = ReadOptions(format=format_)
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        assert "this is a pipe or device" in problems_of(tmp_path / name, form)[0]
    assert "this is a directory" in problems_of(tmp_path, form)[0]
    assert "there is no such file" in problems_of(tmp_path / "nowhere", form)[0]
    assert "cannot be read" in problems_of(tmp_path / "loop", form)[0]


def test_a_file_with_ends_of_line_of_old_is_read(tmp_path: Path) -> None:
    """A table whose lines end with CR alone, with any name."""
    file = tmp_path / "table.dat"
    file.write_bytes((HEADER + ROW).replace("\n", "\r").encode())
    (filed,) = read_claim_file(file, ReadOptions())
    assert isinstance(filed, FiledClaim)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("dots.toml", ".".join("a" * 100_000) + " = 1", "nested deeper than 40 levels"),
        ("quoted.toml", " . ".join(['"a"'] * 50_000) + " = 1", "nested deeper than 40 levels"),
        ("head.toml", "[" + ".".join("a" * 50_000) + "]", "nested deeper than 40 levels"),
        ("deep.toml", "x = " + "[" * 100_000, "nested deeper than 40 levels"),
        ("deep.json", '{"claim": ' + "[" * 100_000, "nested deeper than 40 levels"),
        ("number.json", '{"claim": {"id": ' + "1" * 100_000 + "}}", "a number too long"),
        ("escapes.json", '{"claim": "' + r"\"" * 1_000_000 + '"}', "a text of 1000000 characters"),
        ("keys.json", json.dumps({"claim": dict.fromkeys(map(str, range(100_000)))}), "more keys"),
        ("lines.json", json.dumps({"claim": {"lines": [{}] * 100_000}}), "has 100000 lines"),
        (
            "items.json",
            json.dumps({"claim": {"diagnoses": [1] * 1_000_000}}),
            "not 1. Write a text",
        ),
        ("columns.csv", HEADER[:-1] + ",x" * 100_000 + "\n", "the table has 100006 columns"),
        ("huge.toml", f"[claim]\n{'units = 1e999999'}", "unknown key 'units'"),
    ],
)
def test_texts_that_take_others_hours_are_reported(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    """Deep, wide and long documents."""
    (tmp_path / name).write_text(text)
    assert message in told_in_little_memory(tmp_path / name)


@pytest.mark.parametrize("units", ["1e999999", "1e-999999", '"1e400"', "nan", "inf"])
def test_numbers_beyond_sense_are_no_units(units: str, tmp_path: Path) -> None:
    """They would take all time to add up."""
    file = tmp_path / "claim.toml"
    claim = 'id = "C1"\nmember = { id = "M1" }\nbilling_provider = { npi = "1000000001" }\n'
    line = f'[[claim.lines]]\ncode = "90853"\ndate = 2024-08-15\nunits = {units}\n'
    file.write_text(f"[claim]\n{claim}{line}")
    (problem,) = problems_of(file)
    assert problem.startswith("claim.toml:8: expected a number, not ")


def test_every_beginning_of_an_interchange_is_reported(tmp_path: Path) -> None:
    """An ISA that is cut off anywhere."""
    file = tmp_path / "f.837"
    for end in range(1, len(ISA)):
        file.write_text(ISA[:end])
        assert len(problems_of(file, ReadOptions(format="x12"))) in (1, 2)


@pytest.mark.parametrize(
    "signs", ["**~", "*:*", "*::", "A:~", "1:~", " :~", "*:A", "*: ", "::~", "é:~"]
)
def test_delimiters_that_cannot_be_are_reported(signs: str, tmp_path: Path) -> None:
    """Two that are one, letters, digits and blanks."""
    table = str.maketrans(dict(zip("*:~", signs, strict=True)))
    file = tmp_path / "f.837"
    file.write_text((BEFORE + LINE).translate(table), encoding="utf-8")
    assert problems_of(file, ReadOptions(format="x12"))


def test_levels_of_which_each_is_above_the_other_cost_their_claims(tmp_path: Path) -> None:
    """HL02 that leads to a circle."""
    file = tmp_path / "f.837"
    file.write_text(BEFORE.replace("HL*2*1*22*0", "HL*2*2*22*0") + LINE + "SE*12*0001~")
    assert any("HL02 is '2'" in problem for problem in problems_of(file))


def test_resources_that_refer_to_themselves_are_reported(tmp_path: Path) -> None:
    """A role of a role, a patient who is a claim: one step is gone and no more."""
    pytest.importorskip("msgspec")
    role = {"resourceType": "PractitionerRole", "id": "a", "practitioner": {"reference": "#a"}}
    claim = {
        "resourceType": "Claim",
        **{"id": "C1", "status": "active", "use": "claim", "contained": [role]},
        **{"patient": {"reference": "urn:1"}, "provider": {"reference": "#a"}},
        "item": [{"sequence": 1, "servicedDate": "2024-08-15"}],
    }
    file = tmp_path / "f.json"
    entry = [{"fullUrl": "urn:1", "resource": claim}]
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entry}))
    assert any("the billing provider has no NPI here" in problem for problem in problems_of(file))


def test_values_that_python_has_not_cost_their_rows(tmp_path: Path) -> None:
    """A day after the year 9999 in Parquet; the other claims are read."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    days = pa.array([2**31 - 1, 19950], pa.int32()).cast(pa.date32())
    table = {"claim": ["C1", "C2"], "member": ["M1", "M1"], "code": ["90853"] * 2}
    pq.write_table(
        pa.table(table | {"date": days, "billing_npi": ["1000000001"] * 2}), tmp_path / "f.parquet"
    )
    problem, filed = read_claim_file(tmp_path / "f.parquet", ReadOptions())
    assert isinstance(filed, FiledClaim)
    assert filed.claim.id == "C2"
    assert str(problem).startswith("f.parquet, row 1 (date): date is ")


def test_a_text_in_many_rows_of_parquet_is_kept_once(tmp_path: Path) -> None:
    """Two hundred thousand rows of a megabyte each, which the file has once."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows = 200_000
    claim = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["A" * (1 << 20)])
    others = {"member": "M1", "code": "90853", "date": "2024-08-15", "billing_npi": "1000000001"}
    table = {"claim": claim, **{name: [text] * rows for name, text in others.items()}}
    pq.write_table(pa.table(table), tmp_path / "f.parquet", compression="zstd")
    assert f"has more than {MOST_LINES} rows" in told_in_little_memory(tmp_path / "f.parquet")


def test_long_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    """A line that is too long is a problem, and later lines keep their numbers."""
    file = tmp_path / "f.ndjson"
    file.write_bytes(b"a\n" + b"b" * 99 + b"\nc\n")
    with file.open("rb") as stream:
        first, second, third = lines_of(stream, "f.ndjson", 9)
    assert (first, third) == ((1, b"a\n"), (3, b"c\n"))
    assert second[0] == 2
    assert str(second[1]).startswith("f.ndjson:2: ")
    assert content_of(file, "f.ndjson", 1000).startswith(b"a\nb")


def test_a_row_without_end_costs_no_other(tmp_path: Path) -> None:
    """Later rows are read, with their lines."""
    file = tmp_path / "f.csv"
    file.write_text(f"{HEADER}{'x' * (3 << 20)}\n{ROW}C2,1,M1,9085,2024-08-15,1000000001\n")
    first, filed, last = read_claim_file(file, ReadOptions())
    assert str(first).startswith("f.csv:2: this is not a row of CSV")
    assert isinstance(filed, FiledClaim)
    assert isinstance(last, Problem)
    assert last.where == "f.csv:4 (code)"


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_days_of_no_time_are_reported(day: str, tmp_path: Path) -> None:
    """Windows around them would leave the calendar."""
    file = tmp_path / "f.csv"
    file.write_text(HEADER + ROW.replace("2024-08-15", day))
    (problem,) = problems_of(file)
    assert problem.startswith("f.csv, claim C1: a date is before 1900-01-01 or after 2199-12-31.")
    store, problems = read_history_file(file, ReadOptions())
    assert store is not None
    assert (len(store.lines), len(problems)) == (0, 1)


@pytest.mark.parametrize("day", ["0001-01-01", "2200-01-01"])
def test_days_of_no_time_are_reported_of_a_history(day: str, tmp_path: Path) -> None:
    """In a claim file as in a table; the other lines are known, and how far back it reaches."""
    file = tmp_path / "f.toml"
    line = '[[history]]\nclaim = "C{}"\nmember = "M1"\ncode = "90853"\nstatus = "paid"\ndate = {}\n'
    file.write_text(line.format(1, "2024-08-15") + line.format(2, day))
    store, (problem,) = read_history_file(file, ReadOptions())
    assert problem.where == "f.toml, claim C2"
    assert store is not None
    assert [item.claim for item in store.lines] == ["C1"]
    assert store.covers_from == date.min
