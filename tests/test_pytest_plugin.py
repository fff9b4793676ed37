"""The harness in pytest: its items, the text of a failure, and the invariants."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest

from payer_rules.conformance.invariants import INVARIANTS

PROFILE: Final = """
[payer]
id = "acme"
name = "Acme"
kind = "commercial"

[sources.T-1]
title = "t"
url = "u"
read = 2026-11-23
confidence = "primary"

[[topics.all]]
none = { cites = ["T-1"] }
verified = { from = 1900-01-01 }

[[frequency_limit]]
id = "one-a-day"
codes = ["90853"]
limit = 1
counts = "units"
window = "day"
scope = "member"
cites = ["T-1"]
rationale = "One a day."
"""
CASE: Final = """
rule = "acme/one-a-day"

[base]
history = []
claim.id = "C1"
claim.member = { id = "M1" }
claim.billing_provider = { npi = "1234567893" }

[[case]]
name = "NAME"
why = "one a day is paid"
source = "T-1"
lines = "90853xUNITS 2024-08-15"
findings = FOUND
"""
BROKEN: Final = '"deny 1"'
FINDINGS: Final = '[{ rule = "acme/one-a-day", lines = [1], outcome = "deny" }]'
CLAIM: Final = """
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }

[[claim.lines]]
code = "90853"
date = 2024-08-15
units = UNITS
"""
SETTINGS: Final = "[pytest]\npayer_rules_profiles = acme.toml\n"


def case(name: str, units: int, found: str) -> str:
    """A case file's text."""
    return CASE.replace("NAME", name).replace("FOUND", found).replace("UNITS", str(units))


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a profile, two cases that agree and one that does not."""
    pytester.makeini(SETTINGS)
    (pytester.path / "acme.toml").write_text(PROFILE)
    for name, units, found in (("one", 1, "[]"), ("two", 2, BROKEN), ("wrong", 1, BROKEN)):
        (pytester.path / f"{name}.cases.toml").write_text(case(name, units, found))
    return pytester


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Pytest in a process of its own."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_every_file_is_an_item_with_a_readable_id(project: pytest.Pytester) -> None:
    """Payer and file's name are the id."""
    result = run(project, "--collect-only", "-q")
    assert result.outlines[:3] == [
        f"{name}.cases.toml::acme::{name}" for name in ("one", "two", "wrong")
    ]


def test_a_failure_shows_expected_got_and_why(project: pytest.Pytester) -> None:
    """A failure is plain words without a traceback, and affects no other item."""
    result = run(project)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "acme on wrong (wrong.cases.toml:10): disagrees",
            "    finding of acme/one-a-day: expected deny on 1 *; got no such finding",
            "    because one a day is paid; source T-1",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_scenario_is_an_item_for_each_payer_of_which_it_expects_something(
    project: pytest.Pytester,
) -> None:
    """Of other payers there is none."""
    expect = '\n[expect.acme]\nfindings = []\nsource = "T-1"\n'
    text = 'name = "a scenario"\nwhy = "it is short"' + CLAIM.replace("UNITS", "1") + expect
    (project.path / "short.scenario.toml").write_text(text)
    result = run(project, "-v", "short.scenario.toml")
    result.stdout.fnmatch_lines(["short.scenario.toml::acme::short PASSED*"])
    result.assert_outcomes(passed=1)


def test_an_addition_is_an_item_of_the_scenario_beside_it(project: pytest.Pytester) -> None:
    """An addition to a scenario of another file is an item of its own file, and only there."""
    text = 'name = "a scenario"\nwhy = "it is short"' + CLAIM.replace("UNITS", "2")
    (project.path / "short.scenario.toml").write_text(text)
    added = f'scenario = "a scenario"\n[expect.acme]\nfindings = {FINDINGS}\nsource = "T-1"\n'
    (project.path / "more.scenario.toml").write_text(added)
    result = run(project, "-v", "short.scenario.toml", "more.scenario.toml")
    result.stdout.fnmatch_lines(["more.scenario.toml::acme::more PASSED*"])
    result.assert_outcomes(passed=1)


SHEET: Final = """rule,setting,lines,date,answer,carc_rarc,row
medicare/ptp,practitioner,90853 90834,2024-07-01,denies 2,236,MC-3:90853/90834
medicare/ptp,practitioner,90853 90834-59,2024-07-01,none,,MC-3:90853/90834
medicare/mue,practitioner,90853x2,2024-07-01,denies 1,151 MA01,MC-5:90853
"""


def test_a_sheet_is_one_item_for_each_payer_that_it_asks(pytester: pytest.Pytester) -> None:
    """However many lines it has; `--payer` leaves it out where it asks another."""
    (pytester.path / "group.edits.csv").write_text(SHEET)
    result = run(pytester, "-v")
    result.stdout.fnmatch_lines(["group.edits.csv::medicare::group PASSED*"])
    result.assert_outcomes(passed=1)
    alone = run(pytester, "--payer", "il-medicaid")
    assert alone.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_sheet_that_disagrees_states_the_first_ten_lines(pytester: pytest.Pytester) -> None:
    """Each line has its place, the expected and the actual answer; the others are counted."""
    stem = "medicare/mue,practitioner,90853x{},2024-07-01,none,,MC-5:90853\n"
    wrong = "".join(stem.format(units) for units in range(3, 15))
    (pytester.path / "group.edits.csv").write_text(SHEET + wrong)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "group.edits.csv: 3 of 15 claims agree",
            "    group.edits.csv:5: medicare/mue practitioner 2024-07-01 90853x3: "
            "medicare/mue: expected none; got denies 1; source MC-5:90853",
            "    and 2 more",
        ]
    )
    result.stdout.no_fnmatch_line("*group.edits.csv:15:*")
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_bad_line_of_a_sheet_is_a_failure_and_costs_no_other(pytester: pytest.Pytester) -> None:
    """The problem is an item of its own, next to that of the valid lines."""
    (pytester.path / "group.edits.csv").write_text(SHEET + "medicare/ptp,practitioner,9083\n")
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["group.edits.csv:5: the row has 3 values*"])


def test_a_file_with_a_problem_is_a_failure_and_costs_no_other(project: pytest.Pytester) -> None:
    """All its problems are reported with their lines."""
    text = (
        case("odd", 1, "[]")
        .replace("-15", "-15 {unist = 2}")
        .replace("claim.member", "claim.membre")
    )
    (project.path / "odd.cases.toml").write_text(text)
    result = run(project)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["odd.cases.toml:7:*'membre'*", "odd.cases.toml:14:*'unist'*"])


def test_one_payer_is_asked_alone(project: pytest.Pytester) -> None:
    """`--payer` leaves out the others, and names one that is not there."""
    assert run(project, "--payer", "medicare").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result = run(project, "--payer", "acne")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no payer 'acne'. Did you mean 'acme'?"])


def test_items_are_chosen_by_word(project: pytest.Pytester) -> None:
    """`-k` finds them by their ids."""
    run(project, "-k", "two").assert_outcomes(passed=1, deselected=2)


def test_workers_share_the_items(project: pytest.Pytester) -> None:
    """With two processes each item runs once."""
    run(project, "-n", "2").assert_outcomes(passed=2, failed=1)


def test_junit_holds_the_words(project: pytest.Pytester) -> None:
    """The report for machines names the item and has the text of the terminal."""
    run(project, "--junitxml", "report.xml")
    failure = ElementTree.parse(project.path / "report.xml").find(".//testcase/failure")
    assert failure is not None
    assert "acme on wrong (wrong.cases.toml:10): disagrees" in (failure.text or "")


def test_without_such_files_nothing_is_loaded(pytester: pytest.Pytester) -> None:
    """In another project pytest imports no part of the harness."""
    pytester.makepyfile(
        "import sys\ndef test_modules():\n"
        "    loaded = {name for name in sys.modules if name.startswith('payer_rules')}\n"
        "    assert loaded <= {'payer_rules', 'payer_rules.pytest_plugin'}\n"
    )
    run(pytester).assert_outcomes(passed=1)


def test_invariants_run_without_code(project: pytest.Pytester) -> None:
    """A setting names the payer; each invariant is an item, and a rule without a case breaks one."""
    project.makeini(SETTINGS + "payer_rules_invariants = acme\n")
    result = run(project, "-v", "-k", "every_rule or edge_cases")
    result.stdout.fnmatch_lines(
        ["*acme::edge_cases_are_answered PASSED*", "acme/one-a-day: no case expects it to find*"]
    )
    run(project, "one.cases.toml").assert_outcomes(passed=1)


def test_a_class_inherits_the_invariants(project: pytest.Pytester) -> None:
    """Each invariant is a test of the class, and a payer that is not there fails each."""
    project.makepyfile(
        "from payer_rules.pytest_plugin import PayerSuite\n"
        "class TestAcme(PayerSuite):\n    payer = 'acme'\n"
        "class TestAcne(PayerSuite):\n    payer = 'acne'\n"
    )
    result = run(project, "-v", "-k", "same_claim")
    result.stdout.fnmatch_lines(
        ["*TestAcme::test_invariant?same_claim_same_answer? PASSED*", "*there is no payer 'acne'*"]
    )
    result.assert_outcomes(passed=1, failed=1, deselected=2 * len(INVARIANTS) + 1)


def test_pytest_alone_is_asked_once(project: pytest.Pytester) -> None:
    """The harness is there wherever the package is installed, without a conftest."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"],
        cwd=Path(project.path),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "--payer=ID" in done.stdout
    assert "payer_rules_invariants" in done.stdout
