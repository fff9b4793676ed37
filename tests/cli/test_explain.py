"""``payer-rules explain``: a rule with examples, and what the practice file states of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

BARE: Final = ("--without", "medicare", "--without", "medicaid", "--without", "profiles")
WAIVED: Final = """\
[practice]
contractor = "ngs"
house_checklist = true

[[waivers]]
rule = "acme/two-per-week"
reason = "contract amendment of 2026-03-01"
until = 2027-02-28
"""


@pytest.fixture
def folder(acme: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an invented payer and a practice file, in which the program runs."""
    (acme / "practice.toml").write_text(WAIVED, encoding="utf-8")
    monkeypatch.chdir(acme)
    return acme


def explained(rule: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what `explain` prints."""
    code = main(["explain", rule, "--profiles", "acme", *BARE, *arguments])
    assert code == ExitCode.CLEAN
    return capsys.readouterr().out


def data_of(rule: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the JSON report."""
    data: dict[str, Any] = json.loads(explained(rule, capsys, "--report", "json"))
    return data


@pytest.mark.usefixtures("folder")
def test_a_waived_rule_is_explained_as_waived(capsys: pytest.CaptureFixture[str]) -> None:
    """The first line says until when, and why; the rule is explained all the same."""
    remark = "waived until 2027-02-28: contract amendment of 2026-03-01"
    lines = explained("acme/two-per-week", capsys).splitlines()
    assert lines[:2] == [f"practice.toml: {remark}", "acme/two-per-week"]
    assert data_of("acme/two-per-week", capsys)["practice"] == [remark]
    assert data_of("acme/who", capsys)["practice"] == []


def test_a_rule_for_other_practices_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule of another contractor does not apply; one of this contractor does."""
    profile = folder / "acme" / "acme.toml"
    text = profile.read_text(encoding="utf-8")
    when = 'when = { place_of_service = ["02", "10"] }'
    for contractor, remarks in (
        ("novitas", ["does not apply: contractor is ngs"]),
        ("ngs", []),
    ):
        narrowed = f'when = {{ place_of_service = ["02", "10"], contractor = ["{contractor}"] }}'
        profile.write_text(text.replace(when, narrowed), encoding="utf-8")
        assert data_of("acme/telehealth-needs-95", capsys)["practice"] == remarks


@pytest.mark.usefixtures("folder")
def test_the_house_list_is_explained_if_it_is_on(capsys: pytest.CaptureFixture[str]) -> None:
    """A report names it as a rule, so that it can be looked up."""
    assert explained("house/checklist", capsys).startswith("house/checklist\n")
    (Path("practice.toml")).write_text("[practice]\n", encoding="utf-8")
    assert main(["explain", "house/checklist", "--profiles", "acme", *BARE]) == ExitCode.USAGE


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("rule", ["acme/two-per-week", "acme/telehealth-needs-95", "acme/who"])
def test_a_denial_that_is_proved_is_not_called_presumed(
    rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example has the outcome that `check` gives it."""
    (outcome,) = [line for line in explained(rule, capsys).splitlines() if "→" in line]
    assert "→ deny CO-" in outcome
    assert "presumed" not in outcome


CASE: Final = """\
rule = "acme/two-per-week"

[[case]]
name = "one session"
why = "Two are paid."
source = "MANUAL"
history = []
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853 2024-08-15"
findings = []
"""


@pytest.mark.parametrize("profiles", ["acme", "acme/acme.toml"])
def test_the_cases_of_a_profile_that_is_named_are_found(
    folder: Path, profiles: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cases below the folder of the profiles, or next to the file, are named as its tests."""
    (folder / "acme" / "cases").mkdir()
    (folder / "acme" / "cases" / "x.cases.toml").write_text(CASE, encoding="utf-8")
    code = main(["explain", "acme/two-per-week", "--profiles", profiles, *BARE])
    assert code == ExitCode.CLEAN
    lines = capsys.readouterr().out.splitlines()
    assert "    case 'one session': agrees" in lines


@pytest.mark.usefixtures("folder")
def test_a_rule_without_cases_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no fixture was found, the explanation does not claim that none exists."""
    assert "  Tested by      no case or scenario that was found" in explained(
        "acme/two-per-week", capsys
    )


def test_the_tables_of_an_edit_rule_are_explained_as_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The newest table of practitioners comes first; tests and sources are listed once."""
    assert main(["explain", "medicare/mue"]) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert out.count("medicare/mue\n  A code is paid for") == 1
    assert out.count("  Tested by") == out.count("  Sources") == 1
    assert out.index("practitioner 2026q2") < out.index("practitioner 2024q3")
    assert "    line 1: 90853, 2 units on 2024-08-15" in out
    assert len([line for line in out.splitlines() if line.startswith("    MC-1.9:")]) == 1


def test_a_warning_by_national_edits_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """What the warning is comes first, then Medicare's edits; a payer bound by them has none."""
    assert main(["explain", "il-medicaid/baseline-mue"]) == ExitCode.CLEAN
    out = capsys.readouterr().out
    assert out.startswith("il-medicaid/baseline-mue\n  A warning where no own text of Illinois")
    assert "medicare/mue\n  A code is paid for at most so many units" in out
    assert "medicare/ptp" not in out
    assert main(["explain", "medicare/baseline-ptp"]) == ExitCode.USAGE


def test_the_newest_edition_of_a_rule_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """A biller asks what holds today; former texts follow."""
    assert main(["explain", "ny-medicaid/shorter-school-group-needs-u5"]) == ExitCode.CLEAN
    lines = capsys.readouterr().out.splitlines()
    first, second = (line for line in lines if line.startswith("  In effect"))
    assert "2020-03-07 to 2022-11-22" in first
    assert "2014-12-17 to 2020-03-06" in second


@pytest.mark.parametrize(
    ("day", "newer", "older"),
    [
        ("2021-06-01", "this edition answers", "this edition has ended"),
        ("2018-06-01", "this edition has not begun", "this edition answers"),
    ],
)
def test_of_several_editions_the_one_that_answers_is_marked(
    day: str, newer: str, older: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each edition says how it answers on the date of service that is asked for."""
    rule = "ny-medicaid/shorter-school-group-needs-u5"
    assert main(["explain", rule, "--on", day]) == ExitCode.CLEAN
    lines = capsys.readouterr().out.splitlines()
    marks = [line for line in lines if line.startswith(f"  On {day}  ")]
    assert marks == [f"  On {day}  {newer}", f"  On {day}  {older}"]
