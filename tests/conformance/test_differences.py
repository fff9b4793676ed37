"""What `conform` prints of a difference: the missing facts, their rules, and a rule that is in all."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_payer import profile_of

from payer_rules.conformance import conform
from payer_rules.registry import load
from payer_rules.reports.conformance_report import lines_of

PROFILE = profile_of("acme", rule="one-a-day")
SMALL_GROUPS = """
[[session_requirement]]
id = "small-groups"
codes = ["90853"]
group_size = { at_most = 12 }
cites = ["T-1"]
rationale = "At most 12."
"""
EVERY_CODE = """
[[modifier_requirement]]
id = "telehealth"
codes = "any"
any_of = ["95"]
cites = ["T-1"]
rationale = "All services are telehealth."
"""
CASE = """
[[case]]
name = "group {number}"
why = "One group a day."
source = "T-1"
history = []
claim = {{ id = "C1", member = {{ id = "M1" }}, billing_provider = {{ npi = "1234567893" }} }}
lines = "90853 2024-08-{number:02}"
outcomes = ["pay"]
findings = []
"""


def report(folder: Path, rules: str, cases: int) -> list[str]:
    """Return what `conform` prints of the cases of one rule, after the other rules were added."""
    (folder / "acme.toml").write_text(PROFILE + rules, encoding="utf-8")
    text = 'rule = "acme/one-a-day"\n' + "".join(CASE.format(number=n + 1) for n in range(cases))
    file = folder / "acme.cases.toml"
    file.write_text(text, encoding="utf-8")
    result = conform(
        load(profiles=[folder], without=["medicare", "profiles"]),
        [file],
        payers=["acme"],
        invariants=False,
    )
    assert not result.problems
    return list(lines_of(result))


def test_an_unknown_outcome_names_the_missing_fact_and_its_rule(tmp_path: Path) -> None:
    """Of a line that is not paid as expected, the difference states what is missing and for whom."""
    lines = report(tmp_path, SMALL_GROUPS, cases=1)
    assert (
        "    lines: expected pay; got unknown; missing: session.group_size (acme/small-groups)"
    ) in lines


def test_an_absent_finding_names_what_its_rule_misses(tmp_path: Path) -> None:
    """If a rule could not be evaluated, the difference names the fact that is missing."""
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    file = tmp_path / "acme.cases.toml"
    expected = CASE.format(number=1).replace("findings = []", 'findings = "deny 1"')
    earlier = 'history = "90853 2024-08-01"'
    case = expected.replace("history = []", earlier).replace('outcomes = ["pay"]\n', "")
    file.write_text('rule = "acme/one-a-day"\n' + case, encoding="utf-8")
    registry = load(profiles=[tmp_path], without=["medicare", "profiles"])
    lines = list(lines_of(conform(registry, [file], payers=["acme"], invariants=False)))
    assert (
        "    finding of acme/one-a-day: expected deny on 1 by acme/one-a-day; "
        "got no such finding; missing: history.status (acme/one-a-day)"
    ) in lines


@pytest.mark.parametrize(("cases", "is_named_once"), [(3, False), (4, True), (9, True)])
def test_a_rule_that_changes_many_cases_is_named_once(
    tmp_path: Path, cases: int, is_named_once: bool
) -> None:
    """If one rule alone makes many cases differ, it is named with their number and an example."""
    lines = report(tmp_path, EVERY_CODE, cases)
    head = f"acme/telehealth: the only reason for {cases} failures, such as"
    assert (head in lines) is is_named_once
    spelled_out = [line for line in lines if line.endswith(": disagrees")]
    assert len(spelled_out) == (1 if is_named_once else cases)
