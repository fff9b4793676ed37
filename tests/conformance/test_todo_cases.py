"""Cases that are known to disagree: they do not fail while they do, and fail once they agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import attrs
import pytest
from invented_payer import profile_of

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.case_files import cases_of
from payer_rules.conformance.case_text import case_text
from payer_rules.conformance.expectations import CaseHead
from payer_rules.conformance.fixtures import parts_of_case, read_suite
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.mutation_runner import MutationRunner
from payer_rules.conformance.runs import ConformanceRun
from payer_rules.registry import Registry, load
from payer_rules.reports.answer_rows import csv_of, markdown_of
from payer_rules.reports.conformance_junit import junit_of
from payer_rules.reports.conformance_page import page_of, record_of_page
from payer_rules.reports.conformance_report import lines_of
from payer_rules.reports.conformance_sarif import sarif_of
from payer_rules.toml_files.document import parse

REASON: Final = "no rule counts a crisis apart"
TODO: Final = f'todo = "{REASON}"'
PROFILE: Final = profile_of("acme", rule="one-a-day")
CASE: Final = """\
rule = "acme/one-a-day"
[[case]]
name = "two a day"
MARK
why = "Two a day are paid after a crisis."
source = "T-1"
history = []
claim.id = "C1"
claim.member = { id = "M1" }
claim.billing_provider = { npi = "1234567893" }
lines = "90853 2024-08-15; 90853 2024-08-15"
outcomes = "OUTCOMES"
findings = FINDINGS
"""


def case(mark: str = TODO, outcomes: str = "pay x2", findings: str = "[]") -> str:
    """The text of a file with a case that disagrees, unless it expects what the rule says."""
    text = CASE.replace("MARK", mark).replace("OUTCOMES", outcomes)
    return text.replace("FINDINGS", findings)


AGREEING: Final = case(outcomes="pay deny", findings='"deny 2"')


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A payer with one limit."""
    (tmp_path / "acme.toml").write_text(PROFILE)
    return load(profiles=[tmp_path / "acme.toml"], without=["medicare", "profiles"])


def run_of(registry: Registry, folder: Path, text: str) -> ConformanceRun:
    """The run of the payer with the case."""
    (folder / "one-a-day.cases.toml").write_text(text)
    path = str(folder / "one-a-day.cases.toml")
    return ConformanceRun.of(
        registry, RunOptions(paths=(path,), payers=("acme",), invariants=False)
    )


def test_a_case_with_a_todo_does_not_fail_while_it_disagrees(
    registry: Registry, tmp_path: Path
) -> None:
    """It is listed with its place and reason, and counted by itself."""
    run = run_of(registry, tmp_path, case())
    assert run.result.statuses() == ("todo",)
    lines = list(lines_of(run.result))
    assert f"acme/one-a-day: two a day (one-a-day.cases.toml:2): todo: {REASON}" in lines
    assert "1 case of 1 payer: 1 known to differ" in lines
    assert run_of(registry, tmp_path, case(mark="")).result.statuses() == ("disagrees",)


def test_a_case_with_a_todo_fails_once_it_agrees(registry: Registry, tmp_path: Path) -> None:
    """As an xfail that is strict, so that the mark does not stay."""
    run = run_of(registry, tmp_path, AGREEING)
    assert run.result.statuses() == ("disagrees",)
    expected = f"    todo: expected {REASON}; got the case now agrees: remove todo"
    assert expected in list(lines_of(run.result))
    plain = AGREEING.replace(TODO, "")
    assert run_of(registry, tmp_path, plain).result.statuses() == ("agrees",)


def test_the_exit_code_is_that_of_what_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 while it disagrees, 1 once it agrees, 3 if the reason is empty."""
    (tmp_path / "acme.toml").write_text(PROFILE)
    path = tmp_path / "one-a-day.cases.toml"
    command = ["conform", str(path), "--profiles", str(tmp_path / "acme.toml"), "--payer", "acme"]
    codes = {case(): ExitCode.CLEAN, AGREEING: ExitCode.FOUND, case('todo = " "'): ExitCode.FAULTY}
    for text, code in codes.items():
        path.write_text(text)
        assert main([*command, "--without", "medicare", "--no-invariants"]) == code
    assert "one-a-day.cases.toml:4: todo gives no reason" in capsys.readouterr().err


def test_every_report_states_the_reason(registry: Registry, tmp_path: Path) -> None:
    """JSON, JUnit, SARIF, CSV, Markdown and the page state it as known, and as no failure."""
    record = run_of(registry, tmp_path, case()).record
    (answer,) = [each.answer for each in record.answers()]
    assert (answer.status, answer.todo) == ("todo", REASON)
    suite = ElementTree.fromstring("".join(junit_of(record)))
    assert [each.get("message") for each in suite.iter("skipped")] == [f"todo: {REASON}"]
    assert list(suite.iter("failure")) == []
    (result,) = json.loads("".join(sarif_of(record)))["runs"][0]["results"]
    assert result["level"] == "note"
    assert result["suppressions"] == [{"kind": "inSource", "justification": REASON}]
    assert f"todo: {REASON}; lines: expected pay, pay; got pay, deny" in "".join(csv_of(record))
    assert "## Cases that are known to differ" in "".join(markdown_of(record))
    page = "".join(page_of(record))
    assert "0 of which differ, and 1 is known to differ." in page
    assert f"one-a-day.cases.toml:2): todo: {REASON}" in page
    assert record_of_page(page, "page") == record


def test_no_mutant_is_noticed_by_a_case_with_a_todo(registry: Registry, tmp_path: Path) -> None:
    """A case that disagrees with the facts shows nothing of a changed one."""
    (result,) = run_of(registry, tmp_path, case()).result.cases
    assert (result.status, result.trial.todo) == ("todo", REASON)
    suite = read_suite([(None, tmp_path)], registry.owners)
    runner = MutationRunner(registry, "acme", suite)
    assert {verdict.by for verdict in runner.verdicts(0)} == {None}


def test_the_todo_is_written_again() -> None:
    """A case that is written as text keeps its reason."""
    (document,) = cases_of(parse(case().encode(), "one-a-day.cases.toml"))
    assert not hasattr(document, "remedy")
    head, filed = parts_of_case(document)
    text = case_text(head, filed.claim, filed.history)
    (again,) = cases_of(parse(text.encode(), "one-a-day.cases.toml"))
    read, _ = parts_of_case(again)  # type: ignore[arg-type]
    assert isinstance(read, CaseHead)
    assert read == attrs.evolve(head, todo=REASON)


@pytest.mark.parametrize(
    ("text", "outcomes"), [(case(), {"xfailed": 1}), (AGREEING, {"failed": 1})]
)
def test_pytest_expects_the_failure(
    pytester: pytest.Pytester, text: str, outcomes: dict[str, int]
) -> None:
    """A case with a todo is xfailed, and fails once it agrees."""
    pytester.makeini("[pytest]\npayer_rules_profiles = acme.toml\n")
    (pytester.path / "acme.toml").write_text(PROFILE)
    (pytester.path / "one-a-day.cases.toml").write_text(text)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rx")
    result.assert_outcomes(**outcomes)
    if "xfailed" in outcomes:
        result.stdout.fnmatch_lines([f"*XFAIL*todo: {REASON}*"])
    else:
        result.stdout.fnmatch_lines(["*the case now agrees: remove todo"])
