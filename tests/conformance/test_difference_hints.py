"""What a difference names as its cause, and what the report of a run says to do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from payer_rules.conformance import ConformanceResult, conform
from payer_rules.registry import load
from payer_rules.reports.conformance_report import lines_of

PROFILE: Final = """
[payer]
id = "acme"
name = "Acme"
kind = "commercial"
[sources.T-1]
title = "t"
url = "https://example.org"
read = 2026-11-23
confidence = "primary"
[[topics.all]]
none = { cites = ["T-1"] }
verified = { from = 1900-01-01 }
[[place_of_service_requirement]]
id = "place"
codes = ["90853"]
any_of = ["11"]
cites = ["T-1"]
rationale = "In the office."
[[session_requirement]]
id = "minutes"
codes = ["90853"]
minutes = { at_least = 45 }
cites = ["T-1"]
rationale = "At least 45 minutes."
[[line_relation]]
id = "one-at-a-time"
codes = ["90834"]
excluded_by = { codes = ["90834"], scope = "another-member", within = "overlapping-clock" }
cites = ["T-1"]
rationale = "One member at a time."
"""
CASE: Final = """\
rule = "acme/RULE"
[[case]]
name = "a case"
why = "w"
source = "T-1"
history = []
claim.id = "C1"
claim.member = { id = "M1" }
claim.billing_provider = { npi = "1234567893" }
lines = "LINES"
outcomes = "pay"
findings = []
MORE
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the profile of a payer."""
    (tmp_path / "acme.toml").write_text(PROFILE)
    return tmp_path


def run_of(folder: Path, rule: str, lines: str, more: str = "") -> ConformanceResult:
    """The run with a case of the rule."""
    text = CASE.replace("RULE", rule).replace("LINES", lines).replace("MORE", more)
    (folder / "a.cases.toml").write_text(text)
    registry = load(profiles=[folder / "acme.toml"], without=["medicare", "profiles"])
    return conform(registry, [folder / "a.cases.toml"], payers=["acme"], invariants=False)


def test_what_is_expected_to_be_open_is_no_cause(folder: Path) -> None:
    """A rule that the case states to be open is not named; the others are."""
    more = 'not_evaluated = "place_of_service (place)"'
    (case,) = run_of(folder, "minutes", "90853 2026-02-10", more).cases
    (lines, *_) = case.differences
    assert lines.because == "missing: minutes (acme/minutes)"
    assert lines.rules == ("acme/minutes",)


def test_what_cannot_be_read_is_counted_in_the_summary(folder: Path) -> None:
    """A case with a misspelled key is no case of the run, and the summary says that there is one."""
    result = run_of(folder, "minutes", "90853 2026-02-10", 'outcome = "pay"')
    assert [problem.message for problem in result.problems] == ["unknown key 'outcome'"]
    text = " ".join(" ".join(lines_of(result)).split())
    assert "1 problem in files, printed as errors: what cannot be read is not counted" in text


def test_the_history_of_other_members_is_named(folder: Path) -> None:
    """If the history of the member is complete, the lines of others are what is missing."""
    clock = "90834 2026-02-10 {session = {start = 10:00:00, end = 10:45:00}}"
    hint = 'needs history_covers = { rendering = "NPI" }'
    text = "\n".join(lines_of(run_of(folder, "one-at-a-time", clock)))
    assert "missing: history (acme/one-at-a-time)" in text
    assert hint in text
    covered = run_of(
        folder, "one-at-a-time", clock, 'history_covers = { rendering = "1234567893" }'
    )
    assert hint not in "\n".join(lines_of(covered))
    assert [case.status for case in covered.cases] == ["agrees"]


def test_lines_have_no_hours(folder: Path) -> None:
    """A profile that asks for hours is told how days, and overlapping sessions, are written."""
    text = PROFILE.replace('within = "overlapping-clock"', "within = { hours_before = 2 }")
    (folder / "acme.toml").write_text(text)
    registry = load(profiles=[folder / "acme.toml"], without=["medicare", "profiles"])
    remedies = {problem.message: problem.remedy for problem in registry.problems}
    assert remedies["unknown key 'hours_before'"] == (
        "Lines have days: write days_before or days_after; for sessions that overlap in time,"
        ' within = "overlapping-clock".'
    )
