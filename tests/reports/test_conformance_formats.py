"""Formats of a conformance run: none shows an answer as confirmed that is not."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import attrs
import openpyxl
import pytest
from invented_payer import profile_of
from published_schemas import junit_errors, sarif_errors

from payer_rules.conformance.differences import Difference
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.runs import ConformanceRun
from payer_rules.conformance.sheet_results import SheetLineResult, SheetResult
from payer_rules.registry import load
from payer_rules.reports.answer_rows import AnswerRow, answer_rows
from payer_rules.reports.conformance_formats import FORMATS, workbook_of

PROFILE = profile_of("alpha")
CLAIM = """
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2024-08-15 }, { code = "90853", date = 2024-08-15 }]
"""
RIGHT = """
[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/a-day", lines = [2], outcome = "deny" }]
source = "T-1"
"""
WRONG = RIGHT.replace('"pay", "deny"', '"pay", "pay"').replace("findings = [{", "findings = []#")
NAMES = {"=right": RIGHT, "wrong | one": WRONG, "of nobody": ""}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A run with an answer that is confirmed, one that differs, and one that nobody expects."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "alpha.toml").write_text(PROFILE)
    for at, (name, expected) in enumerate(NAMES.items()):
        text = f'name = "{name}"\nwhy = "w"\n{CLAIM}{expected}'
        (folder / f"{at}.scenario.toml").write_text(text)
    registry = load(profiles=[folder / "alpha.toml"], without=["medicare", "profiles"])
    options = RunOptions(paths=(str(folder),))
    return ConformanceRun.of(registry, options).record


def text_of(record: RunRecord, kind: str) -> str:
    """Return the report of the kind."""
    return "".join(FORMATS[kind](record))


def test_each_answer_is_one_row(record: RunRecord) -> None:
    """The CSV has a row for each answer, and no cell that a spreadsheet takes for a formula."""
    rows = list(csv.reader(io.StringIO(text_of(record, "csv"))))
    assert tuple(rows[0]) == AnswerRow._fields
    assert [row[1:4] for row in rows[1:]] == [
        ["'=right", "", "agrees"],
        ["of nobody", "", "unreviewed"],
        ["wrong | one", "", "disagrees"],
    ]
    assert len(rows) - 1 == len(list(record.answers()))


def test_the_workbook_has_the_rows_of_the_csv(record: RunRecord) -> None:
    """A workbook that openpyxl reads has the same cells as the CSV."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(record))).active
    assert sheet is not None
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == list(csv.reader(io.StringIO(text_of(record, "csv"))))


def test_only_confirmed_answers_pass_in_junit(record: RunRecord) -> None:
    """JUnit counts answers that differ as failures and those that nobody expects as skipped."""
    (suite,) = ElementTree.fromstring(text_of(record, "junit"))
    tests = [test for test in suite if not test.attrib["classname"].endswith(".invariants")]
    passed = {test.attrib["name"] for test in tests if len(test) == 0}
    assert passed == {"=right"}
    kinds = Counter(child.tag for test in suite for child in test)
    assert {kind: suite.attrib[kind] for kind in ("errors", "failures", "skipped")} == {
        "errors": str(kinds["error"]),
        "failures": str(kinds["failure"]),
        "skipped": str(kinds["skipped"]),
    }
    assert (kinds["failure"], kinds["skipped"]) == (1, 1)
    assert suite.attrib["tests"] == str(len(suite))


WRONG_EDITS = (
    SheetLineResult(
        name="90853 with 90834",
        line=7,
        status="disagrees",
        source="ROW-1",
        differences=(Difference(what="lines", expected="pay, deny", got="pay, pay"),),
    ),
    SheetLineResult(name="99 units", line=9, status="errored", source="ROW-2", error="no answer"),
)


def test_claims_of_edit_sheets_that_differ_have_names(record: RunRecord) -> None:
    """JUnit and SARIF name each claim that is wrong, with its line; JUnit counts the others."""
    sheet = SheetResult(file="acme.csv", agreeing=2000, others=WRONG_EDITS)
    with_sheet = attrs.evolve(record, sheets=(sheet,))
    suite = ElementTree.fromstring(text_of(with_sheet, "junit"))[-1]
    found = [(test.attrib["name"], [child.tag for child in test]) for test in suite]
    assert found == [
        ("2,000 claims agreeing", []),
        ("line 7: 90853 with 90834", ["failure"]),
        ("line 9: 99 units", ["error"]),
    ]
    assert suite[1][0].text == "lines: expected pay, deny; got pay, pay\nsource ROW-1"
    results = json.loads(text_of(with_sheet, "sarif"))["runs"][0]["results"]
    places = [
        (place["artifactLocation"]["uri"], place["region"]["startLine"])
        for result in results
        for located in result.get("locations", ())
        for place in [located["physicalLocation"]]
    ]
    assert places[-2:] == [("acme.csv", 7), ("acme.csv", 9)]
    only_wrong = attrs.evolve(sheet, agreeing=0)
    empty = text_of(attrs.evolve(record, sheets=(only_wrong,)), "junit")
    assert "agreeing" not in empty


def test_each_answer_is_a_test_of_junit(record: RunRecord) -> None:
    """JUnit has a test for each answer and each invariant, with the names of the CSV."""
    (suite,) = ElementTree.fromstring(text_of(record, "junit"))
    names = sorted(test.attrib["name"] for test in suite)
    invariants = [each.invariant for each in record.invariants]
    assert names == sorted([*(row.scenario for row in answer_rows(record)), *invariants])


def test_a_wrong_answer_is_a_result_at_the_line_of_its_rule(record: RunRecord) -> None:
    """SARIF names the profile, and the line at which the rule begins that was not expected."""
    run = json.loads(text_of(record, "sarif"))["runs"][0]
    (result,) = run["results"]
    assert result["ruleId"] == "alpha/a-day"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"alpha/a-day"}
    place = result["locations"][0]["physicalLocation"]
    assert Path(place["artifactLocation"]["uri"]).name == "alpha.toml"
    line = PROFILE.splitlines()[place["region"]["startLine"] - 1]
    assert line in ("[[frequency_limit]]", 'id = "a-day"')


def test_markdown_counts_the_answers_of_each_payer(record: RunRecord) -> None:
    """Each payer is a row with its counts; an answer that differs is a row below it."""
    text = text_of(record, "markdown")
    assert "| alpha | 0 | 1 | 0 | 1 | 1 | 0 | 0 |" in text
    assert r"| alpha | wrong \| one |" in text


def test_rows_name_the_finding_and_its_message(record: RunRecord) -> None:
    """The row of an answer says what was found, and for a difference what was expected."""
    rows = {row.scenario: row for row in answer_rows(record)}
    assert rows["=right"].findings.startswith("alpha/a-day: second 90853 on 2024-08-15")
    assert "expected pay, pay; got pay, deny" in rows["wrong | one"].differences
    assert rows["of nobody"].differences == ""


def test_sarif_is_valid(record: RunRecord) -> None:
    """The report is valid by the schema of OASIS, which PAYER_RULES_SARIF_SCHEMA names."""
    assert sarif_errors(text_of(record, "sarif")) == []


def test_junit_is_valid(record: RunRecord) -> None:
    """The report is valid by the schema of Jenkins, which PAYER_RULES_JUNIT_SCHEMA names."""
    assert junit_errors(text_of(record, "junit")) == []
