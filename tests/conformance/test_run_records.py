"""Records of conformance runs: nothing is lost in the JSON report, and every change is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from invented_payer import profile_of

from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.run_comparison import changes, missing_answers
from payer_rules.conformance.run_record import RunRecord
from payer_rules.conformance.run_record_files import record_from, text_of_record
from payer_rules.conformance.runs import ConformanceRun
from payer_rules.errors import InputError
from payer_rules.json_forms import schema_of
from payer_rules.registry import load
from payer_rules.reports.read_reports import read_report, verified_report

DATED = "in_force = { from = 2024-08-15 }"
PROFILE = profile_of("alpha", dates=DATED)
SCENARIO = """
name = "two"
why = "the limit"
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2024-08-15 }, { code = "90853", date = 2024-08-15 }]

[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/a-day", lines = [2], outcome = "deny" }]
source = "T-1"
"""
CASES = """
rule = "alpha/a-day"

[[case]]
name = "one"
why = "it is the first"
source = "T-1"
history = []
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853 2024-08-15"
findings = []
"""


def a_run(folder: Path, *, without: tuple[str, ...] = ("medicare", "profiles")) -> ConformanceRun:
    """Return the run of the folder's profile and fixtures."""
    options = RunOptions(
        paths=(str(folder / "cases"),),
        profiles=(str(folder / "alpha.toml"),),
        without=without,
        invariants=False,
    )
    registry = load(profiles=[folder / "alpha.toml"], without=without)
    assert not registry.problems
    return ConformanceRun.of(registry, options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a profile, a scenario and a case."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "alpha.toml").write_text(PROFILE)
    (tmp_path / "cases" / "two.scenario.toml").write_text(SCENARIO)
    (tmp_path / "cases" / "one.cases.toml").write_text(CASES)
    return tmp_path


@pytest.fixture
def report(folder: Path) -> Path:
    """The JSON report of a run in the folder."""
    path = folder / "report.json"
    path.write_text("".join(text_of_record(a_run(folder).record)))
    return path


def test_a_report_that_is_read_again_is_the_record(folder: Path) -> None:
    """Every answer, decision, claim and digest of a run survives the JSON report."""
    run = a_run(folder)
    text = "".join(text_of_record(run.record))
    again = record_from(text.encode(), "report.json")
    assert again == run.record
    assert "".join(text_of_record(again)) == text
    rules = {rule.id: rule.citations for rule in again.rules}
    cited = [again.shared.citations[number]["row"] for number in rules["alpha/a-day"]]
    assert cited == ["T-1"]
    (scenario,) = again.scenarios
    cells = run.result.scenarios[0].cells
    for answer in scenario.answers:
        assert again.decision(answer, scenario.claim) == cells[answer.payer].decision
    for case, result in zip(again.cases, run.result.cases, strict=True):
        assert again.decision(case.answer, case.claim) == result.decision


def test_each_bundled_decision_survives_and_is_stated_once() -> None:
    """The decisions of payers with and without rules are read again as they were made."""
    registry = load()
    payers = ("aetna", "medicare", "tricare")
    options = RunOptions(payers=payers, invariants=False)
    run = ConformanceRun.of(registry, options)
    again = record_from("".join(text_of_record(run.record)).encode(), "report.json")
    texts = [json.dumps(each, sort_keys=True) for each in again.shared.decisions]
    assert len(texts) == len(set(texts))
    decisions = [trial.decision for trial in run.result.trials()]
    claims = [(scenario.claim, a) for scenario in again.scenarios for a in scenario.answers]
    claims += [(case.claim, case.answer) for case in again.cases]
    assert [again.decision(answer, claim) for claim, answer in claims] == decisions
    assert list(missing_answers(again)) == []


def test_the_days_of_a_run_survive_its_report(folder: Path) -> None:
    """A run of some days is repeated for these days, and follows the published schema."""
    run = a_run(folder)
    days = attrs.evolve(run.options, first=date(2024, 8, 15), last=date(2024, 8, 16))
    partial = attrs.evolve(run, options=days)
    text = "".join(text_of_record(partial.record))
    assert record_from(text.encode(), "report.json").manifest.options == partial.options
    validator = jsonschema.Draft202012Validator(schema_of("conformance"))
    assert list(validator.iter_errors(json.loads(text))) == []


def test_a_report_follows_the_published_schema(report: Path) -> None:
    """The JSON report of a run is valid by the schema that is shipped."""
    validator = jsonschema.Draft202012Validator(schema_of("conformance"))
    data = json.loads(report.read_text())
    assert [error.message for error in validator.iter_errors(data)] == []
    data["scenarios"][0]["answers"][0]["status"] = "perhaps"
    assert len(list(validator.iter_errors(data))) == 1


def changed_since(report: Path) -> list[str]:
    """Return what is different now from the report."""
    return [str(change) for change in changes(read_report(report), a_run(report.parent).record)]


def test_the_same_files_give_the_same_report(report: Path) -> None:
    """Nothing is different if a run is repeated."""
    assert changed_since(report) == []


def test_a_deleted_case_file_is_named(report: Path) -> None:
    """The file, the planned answers and the answer of the case are named."""
    file = report.parent / "cases" / "one.cases.toml"
    file.unlink()
    assert changed_since(report) == [
        f"file: {file}: no longer there",
        "planned cases: was 1; is 0",
        "alpha × alpha/a-day: one: no longer answered",
    ]


def test_a_date_of_a_profile_that_moves_by_a_day_is_named(report: Path) -> None:
    """The profile and each answer that depends on the day are named."""
    profile = report.parent / "alpha.toml"
    profile.write_text(PROFILE.replace("from = 2024-08-15", "from = 2024-08-16"))
    assert changed_since(report) == [
        "file: --profiles: alpha.toml: changed",
        "alpha × alpha/a-day: one: the topics read, or what the answer rests on, have changed",
        "alpha × two: was 'agrees'; is 'disagrees'",
        "alpha × two: was pay, deny; is pay, pay",
        "alpha × two: no longer found: deny by alpha/a-day on line 2 (proved)",
    ]


def test_a_plugin_that_is_left_out_is_named(report: Path) -> None:
    """A plugin that answered nothing is named all the same."""
    without = ("medicaid", "medicare", "profiles")
    now = a_run(report.parent, without=without).record
    assert [str(each) for each in changes(read_report(report), now)] == [
        f"plugin: medicaid {version('payer-rules')}: no longer there",
        "left out: plugin medicaid: not loaded (--without): new",
    ]


def removed(key: str) -> Callable[[dict[str, Any]], None]:
    """Return the change that removes the first entry of a list."""
    return lambda data: data[key].pop(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (removed("scenarios"), "scenarios: planned 1; in the report 0"),
        (removed("cases"), "cases: planned 1; in the report 0"),
    ],
)
def test_a_report_without_a_planned_answer_is_not_complete(
    report: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    """An answer that was removed from a report is missed without repeating the run."""
    data = json.loads(report.read_text())
    change(data)
    record = record_from(json.dumps(data).encode(), "report.json")
    assert [str(each) for each in missing_answers(record)] == [message]


def test_an_answer_that_was_edited_is_named(report: Path) -> None:
    """A status that somebody wrote into the report differs from the repeated run."""
    report.write_text(report.read_text().replace('"status":"agrees"', '"status":"unreviewed"'))
    assert changed_since(report) == [
        "alpha × alpha/a-day: one: was 'unreviewed'; is 'agrees'",
        "alpha × two: was 'unreviewed'; is 'agrees'",
    ]


def test_a_report_that_was_altered_is_not_whole(report: Path) -> None:
    """Any other byte is noticed by the digest, before the run is repeated."""
    text = report.read_text()
    assert verified_report(report)[1] == []
    report.write_text(text.replace('"outcome":"deny"', '"outcome":"pay"', 1))
    assert [str(each) for each in verified_report(report)[1]] == [
        "digest: is not that of the text: the file was altered after the run"
    ]


def test_a_report_that_is_cut_off_at_any_place_is_refused(report: Path) -> None:
    """No beginning of a report is read as a whole one."""
    content = report.read_bytes().rstrip()
    for end in range(0, len(content), 97):
        with pytest.raises(InputError, match=r"report.json: it is no complete JSON|has not the"):
            record_from(content[:end], "report.json")


def test_a_run_without_a_payer_names_it(folder: Path) -> None:
    """A payer that was not asked, and invariants that were not checked, are exceptions by name."""
    shutil.copy(folder / "alpha.toml", folder / "beta.toml")
    (folder / "beta.toml").write_text(PROFILE.replace("alpha", "beta"))
    profiles = tuple(str(folder / f"{name}.toml") for name in ("alpha", "beta"))
    without = ("medicare", "profiles")
    options = RunOptions(
        paths=(str(folder / "cases"),),
        payers=("alpha",),
        profiles=profiles,
        without=without,
        invariants=False,
    )
    registry = load(profiles=map(Path, profiles), without=without)
    record: RunRecord = ConformanceRun.of(registry, options).record
    assert record.manifest.left_out == (
        "plugin medicare: not loaded (--without)",
        "plugin profiles: not loaded (--without)",
        "payer beta: not asked (--payer)",
        "fixtures of plugins: not asked (files are named)",
        "invariants: not checked (--no-invariants)",
    )
