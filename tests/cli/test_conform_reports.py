"""Reports of ``payer-rules conform`` that are verified, and compared with another run."""

from __future__ import annotations

from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.earlier_runs import EarlierRun
from payer_rules.reports.read_reports import read_report

SCENARIO = """
name = "two"
why = "the limit"
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2024-08-15 }]
"""


@pytest.fixture
def report(acme: Path) -> Path:
    """The JSON report of a run of the invented payer."""
    (acme / "two.scenario.toml").write_text(SCENARIO)
    path = acme / "report.json"
    arguments = ["--profiles", str(acme / "acme"), "--no-invariants", "--without", "medicare"]
    asked = ["conform", str(acme / "two.scenario.toml"), "--payer", "acme", *arguments]
    assert main([*asked, "--report", f"json:{path}"]) == ExitCode.CLEAN
    return path


def test_a_report_is_verified_with_its_own_options(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run is repeated without naming its files again; nothing has changed."""
    assert main(["conform", "--verify", str(report)]) == ExitCode.CLEAN
    assert capsys.readouterr().out.splitlines() == [
        f"{report}: 1 answer of 1 payer",
        "complete: every planned answer is there",
        "repeated now: nothing has changed",
    ]


def test_what_changed_since_a_report_is_found(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profile that was edited ends a verification with 1, and is named."""
    profile = report.parent / "acme" / "acme.toml"
    profile.write_text(profile.read_text().replace("limit = 2", "limit = 1"))
    assert main(["conform", "--verify", str(report)]) == ExitCode.FOUND
    assert "file: --profiles: acme.toml: changed" in capsys.readouterr().out
    scenario = str(report.parent / "two.scenario.toml")
    options = ["--payer", "acme", "--profiles", str(profile.parent), "--without", "medicare"]
    asked = ["conform", scenario, *options, "--no-invariants", "--against", str(report)]
    assert main(asked) == ExitCode.CLEAN
    assert f"since {report}: 1 change" in capsys.readouterr().out
    new = report.parent / "new.html"
    assert main([*asked, "--report", f"html:{new}"]) == ExitCode.CLEAN
    (change,) = _earlier(new).changes
    assert str(change) == "file: --profiles: acme.toml: changed"
    assert main(["conform", "--verify", str(new)]) == ExitCode.CLEAN


def _earlier(report: Path) -> EarlierRun:
    earlier = read_report(report).earlier
    assert earlier is not None
    return earlier


def test_a_report_that_is_cut_off_is_refused(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken report is one message that names the file and what to do."""
    report.write_text(report.read_text()[:-100])
    assert main(["conform", "--verify", str(report)]) == ExitCode.FAULTY
    message = capsys.readouterr().err
    assert f"{report}: it is no complete JSON" in message
    assert "payer-rules conform --report json:FILE" in message
