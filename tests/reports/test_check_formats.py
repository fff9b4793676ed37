"""Formats of ``check``: each decided line is in every one of them, with the same answer."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final, TypeAlias
from xml.etree import ElementTree

import openpyxl
import pytest
from invented_payer import profile_of
from published_schemas import junit_errors, sarif_errors

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.reports.workbooks import workbook_from

#: A claim, its payer and the number of a line.
LineId: TypeAlias = tuple[str, str, str]
ODD: Final = "<b>|x</b>"
CLAIMS: Final = f"""\
claim,line,member,code,date_from,billing_npi,payer,charge
A1,1,M1,90853,2024-08-15,1234567893,alpha,80.00
A1,2,M1,90853,2024-08-15,1234567893,alpha,80.00
A2,1,M2,90834,2024-08-16,1234567893,alpha,120.50
=1+1,1,M3,90853,2024-08-15,1234567893,beta,80.00
{ODD},1,M4,90834,2024-08-15,1234567893,beta,
"""
BROKEN: Final = "A9,1,M9,9085,2024-08-15,1234567893,alpha,80.00\n"
LINES: Final[list[LineId]] = [
    ("=1+1", "beta", "1"),
    (ODD, "beta", "1"),
    ("A1", "alpha", "1"),
    ("A1", "alpha", "2"),
    ("A2", "alpha", "1"),
]
FORMATS: Final = ("json", "csv", "xlsx", "html", "markdown", "junit", "sarif")
BARE: Final = [
    item for name in ("medicaid", "medicare", "profiles") for item in ("--without", name)
]


def reports(folder: Path, claims: str = CLAIMS, kinds: Iterable[str] = FORMATS) -> dict[str, Path]:
    """Return the file of each format about the claims."""
    for payer in ("alpha", "beta"):
        (folder / f"{payer}.toml").write_text(profile_of(payer))
    (folder / "claims.csv").write_text(claims)
    files = {kind: folder / f"report.{kind}" for kind in kinds}
    profiles = [f"--profiles={folder / payer}.toml" for payer in ("alpha", "beta")]
    asked = [f"--report={kind}:{path}" for kind, path in files.items()]
    code = main(["check", str(folder / "claims.csv"), *profiles, *BARE, *asked])
    (folder / "code").write_text(str(int(code)))
    return files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of a run with a denial, with lines that are proved to be paid, and with others."""
    return reports(tmp_path_factory.mktemp("reports"))


class Rows(HTMLParser):
    """The lines of a page: the cells of each row, and the elements of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, or a cell of it."""
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag == "tr":
            self.is_line = "data-carc" in attributes
            self.lines += [[]] if self.is_line else []
        elif tag in ("td", "th") and self.lines and self.is_line:
            self.lines[-1].append("")

    def handle_data(self, data: str) -> None:
        """Add the text to its cell."""
        if self.lines and self.lines[-1] and self.is_line:
            self.lines[-1][-1] += data


def csv_rows(path: Path) -> list[list[str]]:
    """Return the rows of the CSV with their header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def lines_in(files: dict[str, Path], kind: str) -> list[LineId]:
    """Return the lines that a report has, each as often as it has an answer on it."""
    text = files[kind].read_text("utf-8") if kind != "xlsx" else ""
    if kind == "json":
        decisions = json.loads(text)["decisions"]
        return [(d["claim"], d["payer"], str(n["line"])) for d in decisions for n in d["lines"]]
    if kind == "csv":
        rows = [row for row in csv_rows(files[kind]) if row[10] == "line"]
        return [(row[0].removeprefix("'"), row[1], row[2]) for row in rows]
    if kind == "html":
        return [(row[0], row[1], row[2]) for row in Rows(text).lines]
    if kind == "markdown":
        plain = text.replace("&lt;", "<").replace("\\|", "|").splitlines()
        rows = [line[2:].split(" | ") for line in plain if " | 2024-" in line]
        return [(row[0], row[1], row[2]) for row in rows]
    if kind == "junit":
        tests = [test for suite in ElementTree.fromstring(text) for test in suite]
        owners = [test.attrib["classname"].partition(": ") for test in tests]
        numbers = [test.attrib["name"].split()[1].rstrip(":") for test in tests]
        return [(claim, payer, n) for (payer, _, claim), n in zip(owners, numbers, strict=True)]
    found = [each["properties"] for each in json.loads(text)["runs"][0]["results"]]
    return [(each["claim"], each["payer"], str(each["line"])) for each in found]


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "xlsx"])
def test_every_decided_line_is_in_every_format(files: dict[str, Path], kind: str) -> None:
    """Each line is there once, in the order of claims."""
    found = lines_in(files, kind)
    assert sorted(found) == sorted(LINES)
    assert found == lines_in(files, "json")


def values_of(rows: list[list[str]]) -> list[list[str | Decimal]]:
    """Return the cells, with numbers as such."""
    numbers = {rows[0].index(name) for name in ("line", "units", "charge", "pays")}
    return [
        [Decimal(cell) if cell and at in numbers else cell for at, cell in enumerate(row)]
        for row in rows[1:]
    ]


def test_the_workbook_has_the_rows_of_the_csv(files: dict[str, Path]) -> None:
    """A workbook that openpyxl reads has the same cells; amounts are numbers that can be added."""
    (sheet,) = openpyxl.load_workbook(files["xlsx"]).worksheets
    header, *rows = [
        ["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)
    ]
    expected = csv_rows(files["csv"])
    assert header == expected[0]
    found = [[cell if isinstance(cell, str) else Decimal(str(cell)) for cell in r] for r in rows]
    assert found == values_of(expected)
    charge = header.index("charge")
    charges = [row[charge] for row in rows if row[charge]]
    assert charges == [80, 80, 80, 120.5]
    assert sheet.auto_filter.ref == f"A1:Z{len(expected)}"


def test_the_rows_of_findings_have_their_source(files: dict[str, Path]) -> None:
    """A finding in the CSV cites its source, as the other formats do; other rows cite none."""
    with files["csv"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows if row["kind"] == "finding"} == {"T-1: t (primary)"}
    assert {row["source"] for row in rows if row["kind"] != "finding"} == {""}


def classes_in_text(text: str) -> dict[str, str]:
    """Return the counts of each class of lines in the summary of a text report, by its words."""
    rows = re.findall(
        r"^  ([✗!?~✓] .+?)  +(\d+ claims?) +(\d+ lines?)(?: +(\$[\d,]+))?(?= |$)",
        text,
        re.MULTILINE,
    )
    return {words.strip(): ", ".join(filter(None, counts)) for words, *counts in rows}


@pytest.mark.parametrize("topics", ["topics.all", "topics.provider", "topics.place"])
def test_each_format_counts_the_classes_of_the_text_report(
    topics: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Page and Markdown have the classes of the text summary, with its words, signs and counts."""
    profile = tmp_path / "alpha.toml"
    profile.write_text(profile_of("alpha").replace("topics.all", topics))
    (tmp_path / "claims.csv").write_text(CLAIMS.replace("beta", "alpha"))
    page, markdown = tmp_path / "page.html", tmp_path / "page.md"
    asked = [f"--report=html:{page}", f"--report=markdown:{markdown}", "--report=text"]
    main(["check", str(tmp_path / "claims.csv"), f"--profiles={profile}", *BARE, *asked])
    expected = classes_in_text(capsys.readouterr().out)
    assert expected.keys() >= {"✗ will be denied"}
    assert ("~ partly read" in expected) == (topics != "topics.all")
    table = page.read_text().partition("<tbody>")[0].rpartition("<table>")[2]
    heads = [
        re.sub("<[^>]*>", "", head) for head in re.findall(r"<th scope=.col.>(.*?)</th>", table)
    ]
    row = page.read_text().partition("<tbody>")[2].partition("</tr>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert {h: c for h, c in zip(heads[1:], cells, strict=True) if c != "none"} == expected
    signs = {head.partition(" ")[2]: head for head in heads}
    first, _, second = markdown.read_text().split("\n## ")[0].splitlines()[2:5]
    names, counts = (line.strip("| ").split(" | ")[1:] for line in (first, second))
    found = {signs[n]: c for n, c in zip(names, counts, strict=True) if c != "none"}
    assert found == expected
    lines = Counter(row[6].split()[0] for row in Rows(page.read_text()).lines)
    assert lines == {words[0]: int(text.split()[2]) for words, text in expected.items()}


def test_the_columns_of_payers_are_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two blanks divide the heads, so that no two read as one, and a number ends below its head."""
    reports(tmp_path, kinds=())
    (head, *rows) = re.findall(
        r"^  (?:claims|alpha|beta) .*", capsys.readouterr().out, re.MULTILINE
    )
    heads = ["claims", "will be denied", "may be", "not read", "partly read", "all read"]
    assert re.split("  +", head.strip()) == heads
    ends = {match.end() for match in re.finditer(r"\S+(?: \S+)*", head)}
    numbers = [match.end() for row in rows for match in re.finditer(r"(?<= )\d+$", row)]
    assert numbers
    assert ends.issuperset(numbers)


@pytest.mark.parametrize("kind", ["html", "markdown", "xlsx"])
def test_a_full_disk_is_reported_in_a_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report whose texts cannot be kept until the end is one message, and is not written."""

    def full(self: SpooledTemporaryFile[str], text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(SpooledTemporaryFile, "write", full)
    path = reports(tmp_path, kinds=(kind,))[kind]
    assert "TMPDIR: the temporary file of a report cannot be written" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize("rows", range(8))
def test_rows_without_room_on_a_sheet_are_on_the_next(rows: int) -> None:
    """No row is lost where a sheet is full; each sheet begins with the header."""
    cells = [["n"], *([str(number)] for number in range(rows))]
    book = openpyxl.load_workbook(io.BytesIO(workbook_from("lines", cells, most=3)))
    sheets = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    assert all(sheet[0] == "n" and len(sheet) <= 3 for sheet in sheets)
    assert [cell for sheet in sheets for cell in sheet[1:]] == [str(n) for n in range(rows)]


def test_only_what_is_proved_passes_in_junit(files: dict[str, Path]) -> None:
    """A line passes if it is proved to be paid, and fails if it is the reason for exit code 1."""
    root = ElementTree.parse(files["junit"]).getroot()
    results = {
        (test.attrib["classname"], test.attrib["name"][:6]): [child.tag for child in test]
        for suite in root
        for test in suite
    }
    assert results == {
        ("alpha: A1", "line 1"): ["skipped"],
        ("alpha: A1", "line 2"): ["failure"],
        ("alpha: A2", "line 1"): [],
        ("beta: =1+1", "line 1"): ["skipped"],
        (f"beta: {ODD}", "line 1"): [],
    }
    for suite in root:
        counts = Counter(child.tag for test in suite for child in test)
        assert suite.attrib["tests"] == str(len(suite))
        assert suite.attrib["failures"] == str(counts["failure"])
        assert suite.attrib["skipped"] == str(counts["skipped"])
    assert (files["junit"].parent / "code").read_text() == str(int(ExitCode.FOUND))


def test_a_run_without_a_failed_line_ends_without_1(tmp_path: Path) -> None:
    """Where JUnit has no failure and no error, the exit code is not that of findings."""
    without = "".join(line for line in CLAIMS.splitlines(keepends=True) if "A1,2" not in line)
    files = reports(tmp_path, without)
    assert "<failure" not in files["junit"].read_text()
    assert (tmp_path / "code").read_text() == str(int(ExitCode.CLEAN))


def test_a_finding_is_an_error_in_sarif_and_an_open_line_has_no_level(
    files: dict[str, Path],
) -> None:
    """A result names the rule, the file and the line of the claim, the fix and the source."""
    (run,) = json.loads(files["sarif"].read_text())["runs"]
    levels = {
        (result["properties"]["claim"], result["properties"]["line"]): (
            result["ruleId"],
            result["kind"],
            result["level"],
        )
        for result in run["results"]
    }
    assert levels["A1", 1] == ("alpha/no-finding", "open", "none")
    assert levels["A1", 2] == ("alpha/a-day", "fail", "error")
    assert levels["A2", 1] == ("alpha/no-finding", "pass", "none")
    found = next(result for result in run["results"] if result["level"] == "error")
    assert "Fix: remove line 2" in found["message"]["text"]
    assert "source T-1: t (primary)" in found["message"]["text"]
    (place,) = found["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "claims.csv"
    assert place["logicalLocations"] == [{"fullyQualifiedName": "claim A1, line 2"}]
    assert run["tool"]["driver"]["rules"] == [{"id": "alpha/a-day"}]


def test_the_page_asks_for_nothing_and_has_no_markup_of_claims(files: dict[str, Path]) -> None:
    """No element loads anything, and a claim's id is text."""
    page = files["html"].read_text()
    loading = {"src", "href", "srcset", "data", "action"}
    assert not [tag for tag, found in Rows(page).elements if loading & found.keys()]
    assert "<b>" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_has_the_reason_fix_source_and_dollars(files: dict[str, Path]) -> None:
    """The row of a denied line says why; the chart adds up what such lines bill."""
    page = files["html"].read_text()
    row = next(row for row in Rows(page).lines if row[0] == "A1" and row[2] == "2")
    amount, answer, why = (cell.strip() for cell in row[5:])
    assert (amount, answer) == ("80.00", "✗ deny")
    assert why.startswith("deny: second 90853 on 2024-08-15; limit 1Fix: remove line 2")
    assert why.endswith("Rule alpha/a-day; source T-1: t (primary)")
    assert "second 90853 on one day; limit 1: $80, 1 line, will be denied" in page


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in ("csv", "xlsx")])
@pytest.mark.parametrize("claims", [CLAIMS + BROKEN, CLAIMS.splitlines()[0] + "\n" + BROKEN])
def test_a_problem_of_a_file_is_in_every_format(tmp_path: Path, kind: str, claims: str) -> None:
    """A claim that could not be read is named, also if there is no other; the file is whole."""
    text = reports(tmp_path, claims)[kind].read_text()
    assert "9085" in text
    if kind in ("json", "sarif"):
        json.loads(text)
    elif kind == "junit":
        suites = ElementTree.fromstring(text)
        assert suites[-1].attrib["errors"] == "1"


def test_sarif_is_valid(files: dict[str, Path], tmp_path: Path) -> None:
    """The report is valid by the schema of OASIS, which PAYER_RULES_SARIF_SCHEMA names."""
    empty = reports(tmp_path, CLAIMS.splitlines()[0] + "\n")
    for path in (files["sarif"], empty["sarif"]):
        assert sarif_errors(path.read_text()) == []


def test_junit_is_valid(files: dict[str, Path], tmp_path: Path) -> None:
    """The report is valid by the schema of Jenkins, which PAYER_RULES_JUNIT_SCHEMA names."""
    broken = reports(tmp_path, CLAIMS.splitlines()[0] + "\n" + BROKEN)
    for path in (files["junit"], broken["junit"]):
        assert junit_errors(path.read_text()) == []
