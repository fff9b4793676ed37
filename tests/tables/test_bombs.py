"""Files that would cost memory or hours to import: each is refused with one sentence, and at once.

All are imported by one process whose memory is limited.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published import (
    GIVEN,
    HEADINGS,
    Pair,
    cells_of,
    content_of,
    edits_in,
    imported,
    pair_text,
    problems_of,
    unit_text,
    workbook,
    written,
)

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.tables.importing import import_tables

MEGABYTE: Final = 1 << 20
#: The memory that the process may have; it takes a tenth before it reads anything.
MOST_MEMORY: Final = 1 << 30
SOUND: Final = pair_text([Pair("90853", "90832")])
HEAD: Final = "".join(f"{line}\n" for line in HEADINGS).encode()
SHEET: Final = "xl/worksheets/sheet1.xml"
SPREADSHEET: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

#: A program that imports each file of its arguments, and prints its problems on one line.
IMPORT: Final = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from payer_rules.errors import InputError
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity
identity = TableIdentity(program="medicare", setting="practitioner", release=Release(2024, 3))
for name in sys.argv[3:]:
    try:
        import_tables([Path(name)], Path(sys.argv[2]), identity=identity)
        print("imported")
    except InputError as error:
        print(" | ".join(f"{problem.message}. {problem.remedy}" for problem in error.problems))
"""


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


def zeros(size: int, start: bytes = b"", fill: bytes = b"0") -> bytes:
    """A gzip of so many bytes, whose parts are the same gzip again and again."""
    part = gzip.compress(fill * (16 * MEGABYTE // len(fill)))
    return gzip.compress(start) + part * (size // (16 * MEGABYTE))


def book(sheet: str | bytes, name: str = SHEET, **parts: bytes) -> bytes:
    """A workbook whose first sheet, or another part, is this text."""
    sound = zipfile.ZipFile(io.BytesIO(workbook(cells_of(SOUND, "\t"))))
    content = {item: sound.read(item) for item in sound.namelist()}
    content[name] = sheet.encode() if isinstance(sheet, str) else sheet
    return zipped(*content.items(), *parts.items())


def sheet(rows: str, dimension: str = "", before: str = "") -> str:
    """The XML of a sheet."""
    stated = f'<dimension ref="{dimension}"/>' if dimension else ""
    return (
        f'<?xml version="1.0"?>{before}<worksheet {SPREADSHEET}>{stated}'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def entities(depth: int) -> str:
    """Entities of which each is twenty times the one before."""
    names = "abcdefghijklmnop"
    declared = [f'<!ENTITY a "{"A" * 40}">']
    declared += [
        f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in pairwise(names[:depth])
    ]
    return f"<!DOCTYPE w [{''.join(declared)}]>"


def cell(text: str, place: str = "A1") -> str:
    """A row of one cell."""
    return f'<row r="1"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def encrypted() -> bytes:
    """An archive whose member is marked as encrypted."""
    content = bytearray(zipped(("a.txt", SOUND.encode()), method=zipfile.ZIP_STORED))
    content[6] |= 1
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def by_method(method: int) -> bytes:
    """Return an archive whose member states another compression method."""
    content = bytearray(zipped(("a.txt", SOUND.encode()), method=zipfile.ZIP_STORED))
    at = content.rfind(b"PK\x01\x02")
    content[8:10] = content[at + 10 : at + 12] = struct.pack("<H", method)
    return bytes(content)


def claiming(content: bytes, megabytes: int) -> bytes:
    """Return the archive with another unpacked size stated for its last member."""
    at = content.rfind(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<L", megabytes * MEGABYTE) + content[at + 4 :]


def overlapping(count: int) -> bytes:
    """An archive that lists one member so many times."""
    content = zipped(("a.txt", b"0" * 16 * MEGABYTE))
    at, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    listed = content[at:end] * count
    ending = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listed), at, 0)
    return content[:at] + listed + ending


def bombs() -> Iterable[tuple[str, bytes, str]]:
    """Yield the name, the content and the expected message of each file."""
    many = b"90853\t90832\t\t20200101\t*\t1\tx\n"
    endless = "a line is longer than 1 MB"
    too_much = "it holds more than 256 MB"
    yield "zeros.csv.gz", zeros(2 << 30), endless
    yield "rows.txt.gz", zeros(1 << 30, HEAD, many), "has more than 4,194,304 lines"
    yield "long.txt.gz", zeros(1 << 30, HEAD, many[:-2] + b"x" * 900_000 + b"\n"), too_much
    yield "endless.txt", HEAD + b"0" * 3 * MEGABYTE, endless
    yield "endless.csv", b'"' + b"0" * 3 * MEGABYTE, endless
    yield "cell.csv", unit_text(['90853,1,3,"' + "x\n" * MEGABYTE]).encode(), "not a row of CSV"
    yield "same.txt", HEAD + many * 50_000, "the pair 90853/90832 has 50,000 rows"
    yield "zeros.zip", zipped(("a.txt", b"0" * 64 * MEGABYTE)), endless
    yield "large.zip", claiming(zipped(("a.txt", b"x"), ("b.txt", b"x")), 300), too_much
    yield "many.zip", zipped(*((f"{n}.txt", b"x\n") for n in range(100))), "it holds 100 tables"
    yield "list.zip", zipped(*((f"{n}", b"") for n in range(5000))), "it holds more files than"
    yield "overlap.zip", overlapping(50), too_much
    yield "nested.zip", zipped(("a.zip", zipped(("a.txt", b"x")))), "no table, only a.zip"
    yield "empty.zip", zipped(), "the archive is empty"
    yield "encrypted.zip", encrypted(), "the encrypted file 'a.txt'"
    for method in (1, 9, 12, 14, 93, 98, 99):
        yield f"method{method}.zip", by_method(method), f"packed by method {method}"
    for name in (SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "x/any.xml"):
        text = sheet(cell("&i;"), before=entities(9))
        yield f"entities-{Path(name).stem}.xlsx", book(text, name), "a document type"
    for code in ("utf-16", "utf-16-le", "utf-8-sig"):
        text = sheet(cell("&d;"), before=entities(4)).replace('<?xml version="1.0"?>', "")
        yield f"entities-{code}.xlsx", book(text.encode(code)), "a document type"
    shared = f"<sst {SPREADSHEET}>{'<si><t>x</t></si>' * 600_000}</sst>"
    yield "strings.xlsx", book(shared, "xl/sharedStrings.xml"), "more elements than"
    styles = f"<styleSheet {SPREADSHEET}>{'<numFmt/>' * 100_000}</styleSheet>"
    yield "styles.xlsx", book(styles, "xl/styles.xml"), "more elements than"
    yield "part.xlsx", claiming(book(b"x", "xl/media/a.png"), 300), too_much
    yield "token.xlsx", book(f"<!--{'x' * 9 * MEGABYTE}-->"), "a value in it has no end"
    yield "cell.xlsx", book(sheet(cell("x" * 9 * MEGABYTE))), "a row of its first sheet is longer"
    yield "wide.xlsx", book(sheet(cell("x"), "A1:XFD9")), "has 16,384 columns"
    rows = zipfile.ZipFile(io.BytesIO(BOOK)).read(SHEET).decode()
    for number, message in (
        ("104857600", "row 104857600 follows row 7"),
        ("7", "row 7 follows row 7"),
        ("3", "row 3 follows row 7"),
        ("0", "row 0 follows row 7"),
        ("-8", "numbers a row '-8'"),
        ("8e3", "numbers a row '8e3'"),
        ("1" * 9999, "numbers a row '11111"),
    ):
        text = rows.replace("</sheetData>", f'<row r="{number}"/></sheetData>')
        yield f"row{number[:9]}.xlsx", book(text), message
    far = sheet(cell("x", "ZZZZZZZ1"))
    yield "far.xlsx", book(far), "a row of the first sheet cannot be read"
    yield "no.xlsx", zipped(("a.txt", b"x")), "the workbook cannot be read"


def test_no_file_costs_memory_or_hours(tmp_path: Path) -> None:
    """Each is refused with one message and a remedy, and none of it is imported."""
    pytest.importorskip("resource", reason="the memory of a process is limited by POSIX")
    expected = []
    for name, content, message in bombs():
        written(tmp_path, name, content)
        expected.append((name, message))
    paths = [str(tmp_path / name) for name, _ in expected]
    command = [sys.executable, "-c", IMPORT, str(MOST_MEMORY), str(tmp_path / "t"), *paths]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=480)
    assert done.stderr == ""
    found = dict(zip((name for name, _ in expected), done.stdout.splitlines(), strict=True))
    for name, message in expected:
        assert message in found[name], name
        assert " | " not in found[name], name
    assert content_of(tmp_path / "t") == {}


def test_a_size_that_a_sheet_states_is_not_believed(tmp_path: Path) -> None:
    """A smaller one leaves out no row, and a larger one adds none."""
    rows = [Pair("90853", f"908{n}") for n in range(32, 39)]
    text = pair_text(rows)
    whole = workbook(cells_of(text, "\t"))
    stated = zipfile.ZipFile(io.BytesIO(whole)).read(SHEET).decode()
    for claimed in ("A1:G7", "A1:G9999"):
        changed = stated.replace('"A1:G13"', f'"{claimed}"')
        assert changed != stated
        edits = imported(tmp_path / "t", written(tmp_path, "a.xlsx", book(changed)))
        assert [row.column2 for row in edits.all_pairs()] == [row.column2 for row in rows]


@pytest.mark.parametrize("name", ["../../a.txt", "/etc/a.txt", "c:\\a.txt", "a/../b.txt"])
def test_a_member_is_written_nowhere(tmp_path: Path, name: str) -> None:
    """An archive is read; its names are only names."""
    folder = tmp_path / "in" / "it"
    folder.mkdir(parents=True)
    file = written(folder, "a.zip", zipped((name, SOUND.encode())))
    before = set(tmp_path.rglob("*"))
    imported(tmp_path / "t", file)
    assert {path for path in set(tmp_path.rglob("*")) - before if "t" not in path.parts} == set()


ARCHIVE: Final = zipped(("a.txt", SOUND.encode()), ("b.pdf", b"x"))
BOOK: Final = workbook(cells_of(SOUND, "\t"))
PACKED: Final = gzip.compress(SOUND.encode())


@settings(max_examples=60)
@given(st.sampled_from([(".zip", ARCHIVE), (".xlsx", BOOK), (".txt.gz", PACKED)]), st.data())
def test_a_damaged_file_is_a_problem_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, kind: tuple[str, bytes], data: st.DataObject
) -> None:
    """Bytes changed, cut off or added anywhere: never a traceback, never another row."""
    ending, whole = kind
    chance = random.Random(data.draw(st.integers(0, 1 << 30)))
    content = bytearray(whole)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(content))
        content[at : at + chance.choice((0, 1, 1, 9))] = chance.randbytes(chance.choice((1, 1, 4)))
    folder = tmp_path_factory.mktemp("broken")
    if not problems_of(folder / "t", written(folder, f"a{ending}", bytes(content))):
        (row,) = edits_in(folder / "t").all_pairs()
        assert (row.column1, row.column2) == ("90853", "90832")


def a_socket(path: Path) -> None:
    """Bind a socket to the path."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.mark.parametrize("name", ["a.txt", "a.csv.gz", "a.zip", "a.xlsx"])
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        a_socket,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/dev/null"),
        lambda path: path.symlink_to("/proc/self/environ"),
        lambda path: path.symlink_to("/proc/version"),
        lambda path: None,
    ],
    ids=["pipe", "folder", "socket", "zero", "null", "environment", "version", "nothing"],
)
def test_what_is_no_file_is_not_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], None],
    name: str,
) -> None:
    """The import does not wait for it, and reports it in one message."""
    monkeypatch.chdir(tmp_path)
    make(Path(name))
    options = ["--program", "medicare", "--setting", "dme", "--release", "2024q3"]
    assert main(["tables", "import", name, *options, "--tables", "t"]) == ExitCode.FAULTY
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1


def test_more_files_than_can_be_numbered_are_refused(tmp_path: Path) -> None:
    """A row names its file by eight bits."""
    files = [
        written(tmp_path, f"{n}.txt", pair_text([Pair(f"{n:05}", "90853")])) for n in range(257)
    ]
    (problem,) = problems_of(tmp_path / "t", *files)
    assert "more than 256 files" in problem.message
    import_tables(files[:256], tmp_path / "t", identity=GIVEN)
    assert {row.row for row in edits_in(tmp_path / "t").all_pairs()} == {
        file.name for file in files[:256]
    }


def test_an_import_that_fails_while_it_writes_leaves_what_was_there(tmp_path: Path) -> None:
    """A full disk, here a limit on the size of files: one sentence, and the old tables."""
    pytest.importorskip("resource", reason="the size of a file is limited by POSIX")
    imported(tmp_path / "t", written(tmp_path, "a.txt", SOUND))
    before = content_of(tmp_path / "t")
    many = written(tmp_path, "b.txt", pair_text(Pair(f"{n:05}", "90853") for n in range(9000)))
    program = (
        "import resource, signal, sys; from payer_rules.cli import main; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000,) * 2); sys.exit(main(sys.argv[1:]))"
    )
    options = ["--program", "medicare", "--setting", "practitioner", "--release", "2024q3"]
    options += ["--tables", str(tmp_path / "t")]
    done = subprocess.run(
        [sys.executable, "-c", program, "tables", "import", str(many), *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == ExitCode.FAULTY
    assert "no table can be written here (File too large)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert content_of(tmp_path / "t") == before
