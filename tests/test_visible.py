"""What is printed of a value: nothing of it moves a cursor, forges a line or becomes a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import Problem
from payer_rules.readers.line_tables.sources import open_table
from payer_rules.text.escaping import csv_text, from_csv_text, join_lines, json_escaped, visible
from payer_rules.text.quoting import named

HOSTILE: Final = {
    "\x1b[31mRED\x1b[0m": r"\x1b[31mRED\x1b[0m",
    "\x1b]0;owned\x07": r"\x1b]0;owned\x07",
    "\x1b]8;;http://x\x1b\\link": r"\x1b]8;;http://x\x1b\link",
    "C\x08\x08X": r"C\x08\x08X",
    "D\x9b31m": r"D\x9b31m",
    "E\x7f": r"E\x7f",
    "F\u202eevil\u2066": r"F\u202eevil\u2066",
    "G\r\nclaim X": r"G\r\nclaim X",
    "H\u2028I\u2029J\x85K\x0bL\x0cM": r"H\u2028I\u2029J\x85K\x0bL\x0cM",
    "N\u200bO\u200dP\ufeffQ\u2060R\xadS": r"N\u200bO\u200dP\ufeffQ\u2060R\xadS",
    "T\u115fU\u3164V\ufe0fW\u034fX": r"T\u115fU\u3164V\ufe0fW\u034fX",
    "Y\U000e0041": r"Y\U000e0041",
    "Z\udc9b\ue000": r"Z\udc9b\ue000",
    "\0": r"\x00",
    "\t=1": r"\t=1",
}
#: What stays as it is in every script.
HARMLESS: Final = (
    "Ångström",
    "Пётр",
    "李 雷",
    "90853 · medicare",
    "a\xa0b",
    "e\u0301",
    "😀",
    r"C:\x",
)


@pytest.mark.parametrize(("text", "shown"), HOSTILE.items(), ids=map(ascii, HOSTILE))
def test_what_is_not_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    """Of every kind; in a problem, in the id of a claim and in a line of a report."""
    assert visible(text) == shown
    assert str(Problem(text, text, text)) == f"{shown}: {shown}. {shown}"
    assert named(text) == shown
    assert join_lines([text, "x", text]).split("\n") == [shown, "x", shown]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_seen_stays(text: str) -> None:
    """In every script."""
    assert visible(text) == named(text) == csv_text(text) == text
    assert json_escaped(json.dumps(text, ensure_ascii=False)) == json.dumps(
        text, ensure_ascii=False
    )


def test_no_character_that_a_terminal_obeys_is_left() -> None:
    """All of Unicode."""
    for number in range(sys.maxunicode + 1):
        kind = unicodedata.category(chr(number))
        if kind in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert visible(chr(number)).isascii(), hex(number)


@given(st.text())
def test_json_says_the_same_on_one_line(text: str) -> None:
    """Every character that breaks a line for some reader is escaped."""
    written = json_escaped(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert len(written.splitlines()) == 1


STARTS: Final = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "'", "'=", "''-", "5", ""])
CELLS: Final = st.builds(
    str.__add__, STARTS, st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")))
)


@given(CELLS)
def test_no_cell_is_a_formula_and_our_reader_reads_it_back(text: str) -> None:
    """Numbers stay numbers."""
    cell = csv_text(text)
    assert from_csv_text(cell) == text
    try:
        float(text)
    except ValueError:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|calc!A1", "'=cmd|calc!A1"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("+5.25", "+5.25"),
        ("-5-", "'-5-"),
        ("-", "'-"),
        ("O'Brien", "O'Brien"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_a_text_that_would_be_a_formula_is_behind_an_apostrophe(text: str, cell: str) -> None:
    """A text that starts with apostrophes gets one more."""
    assert csv_text(text) == cell
    assert from_csv_text(cell) == text


def table(path: Path, *ids: str) -> Path:
    """A table with two lines of each claim."""
    text = io.StringIO()
    rows = csv.writer(text)
    columns = "claim,line,member,code,date_from,billing_npi,payer,setting,received,charge"
    rows.writerow(columns.split(","))
    for claim in ids:
        for line in (1, 2):
            days = ("2024-08-15", "1234567893", "il-medicaid", "practitioner", "2024-08-20", "80")
            rows.writerow([claim, line, "M1", "90853", *days])
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    return path


def test_the_reader_of_tables_removes_the_apostrophe(tmp_path: Path) -> None:
    """The reader removes it from each cell, also after an invalid line."""
    ids = ["=1", "'=1", "-5", "O'Brien", "+a", "x"]
    file = table(tmp_path / "a.csv", *(csv_text(item) for item in ids))
    found = [row[1] for row in open_table(file, "a.csv").rows([0, 1]) if isinstance(row, tuple)]
    assert [claim for claim, _ in found] == [item for item in ids for _ in (1, 2)]


IDS: Final = [item for item in HOSTILE if item.encode("utf-8", "ignore").decode() == item]


@pytest.mark.parametrize(
    "report",
    [
        *("text", "csv", "json", "ndjson", "claim-response", "remittance"),
        *("html", "markdown", "junit", "sarif"),
    ],
)
def test_no_report_of_a_hostile_file_obeys_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], report: str
) -> None:
    """No id of a claim has an effect in a report or in a message about the file."""
    file = table(tmp_path / "a.csv", *IDS, "=1+1", "[red]x[/red]")
    main(["check", str(file), "--report", report])
    output = capsys.readouterr()
    for text in (output.out, output.err):
        for character in set(text) - {"\n"}:
            allowed = "\t\r" if report == "csv" else ""
            assert character in allowed or visible(character) == character, ascii(character)
    assert not any(line.startswith("claim X") for line in output.out.split("\n") if report != "csv")
    if report == "csv":
        cells = [row[0] for row in csv.reader(io.StringIO(output.out))]
        assert "'=1+1" in cells
        assert "[red]x[/red]" in cells
    if report == "ndjson":
        ids = [json.loads(line)["claim"] for line in output.out.splitlines()]
        assert {"=1+1", "D\x9b31m", "H\u2028I\u2029J\x85K\x0bL\x0cM"} <= set(ids)


def profile(folder: Path, text: str) -> list[str]:
    """The command that checks a profile of this name and with this text in it."""
    path = folder / "p.toml"
    path.write_text(f'[payer]\nid = {json.dumps(text)}\nname = "x"\n', encoding="utf-8")
    return ["profiles", "check", str(path)]


COMMANDS: Final[dict[str, Callable[[Path, str], list[str]]]] = {
    "a file that is not there": lambda folder, text: ["check", text],
    "a payer": lambda folder, text: ["rules", "--payer", text],
    "a rule": lambda folder, text: ["explain", text],
    "a report": lambda folder, text: ["payers", "--report", text],
    "a plugin": lambda folder, text: ["payers", "--without", text],
    "a setting": lambda folder, text: ["check", "x.csv", "--setting", text],
    "an option": lambda folder, text: ["check", f"--{text}"],
    "a release": lambda folder, text: ["tables", "diff", text, text],
    "a table": lambda folder, text: ["tables", "import", text, "--tables", str(folder)],
    "a profile": profile,
    "a folder": lambda folder, text: ["conform", str(folder / text)],
    "a new plugin": lambda folder, text: ["new", text],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(
    "text", ["x\x1b[2Jy", "x\r\nclaim C1: pay", "x\u202ey", "x\x9b2Jy"], ids=ascii
)
def test_no_message_obeys_what_it_quotes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: Callable[[Path, str], list[str]],
    text: str,
) -> None:
    """Wherever the text is written: in a name, an option or a file."""
    monkeypatch.chdir(tmp_path)
    ended = main(command(tmp_path, text))
    output = capsys.readouterr()
    shown = output.out + output.err
    assert {item for item in shown if item != "\n" and visible(item) != item} == set()
    assert not any(line.startswith("claim C1: pay") for line in shown.split("\n"))
    assert ended not in (ExitCode.INTERNAL,)


def test_a_file_whose_name_is_hostile_is_named_harmlessly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one whose name is not UTF-8."""
    for name in (b"a\x1b[31m\n.toml", b"b\xff.toml", "c\u202e.toml".encode()):
        path = os.fsencode(tmp_path) + b"/" + name
        with open(path, "wb") as file:
            file.write(b"x = [")
        assert main(["check", os.fsdecode(path)]) == ExitCode.FAULTY
        errors = capsys.readouterr().err
        assert errors.isprintable() or errors.rstrip("\n").isprintable()
        assert errors.count("\n") == 1
