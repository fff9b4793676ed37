"""Laws of the gallery: each rule accepts a claim and rejects one, and the page shows both."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Decision
from payer_rules.kinds import Check
from payer_rules.profiles.profile_check import check_profile
from payer_rules.registry import Registry, load

CHECKOUT: Final = Path(__file__).resolve().parent.parent
TOOL: Final = CHECKOUT / "tools" / "make_gallery.py"
GALLERY: Final = CHECKOUT / "docs" / "examples" / "gallery"

if not TOOL.is_file():
    pytest.skip("there is no checkout around these tests", allow_module_level=True)

PROFILES: Final = sorted(GALLERY.glob("*.toml"))
REGISTRY: Final[Registry] = load(profiles=[GALLERY], without=["medicare", "profiles"])
SUITE: Final = read_suite([(None, GALLERY / "cases")], REGISTRY.owners)
TRIALS: Final = [trial for payer in REGISTRY.payers for trial in SUITE.trials(payer)]
RULES: Final = [rule for payer in REGISTRY.payers for rule in REGISTRY.collect(payer).rules]


def decided(trial: Trial) -> Decision:
    """Return the payer's decision on the claim of the trial."""
    book = REGISTRY.rulebook(trial.payer, assume=trial.assume)
    return book.decide(trial.filed.claim, trial.filed.history)


def kinds_of(rule: str) -> Iterator[str]:
    """Yield the first word of each case of the rule: accepts, or rejects."""
    return (trial.name.partition(":")[0] for trial in TRIALS if trial.rule == rule)


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, TOOL, *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.stem)
def test_a_profile_is_sound(profile: Path) -> None:
    """The profile has no problem, and all TOML readers read the same from it."""
    assert check_profile(profile, "gallery") == ((), ())


def test_the_cases_are_read() -> None:
    """No case file has a problem, and no payer of the gallery is one of the bundled payers."""
    assert (REGISTRY.problems, SUITE.problems) == ((), ())
    assert set(REGISTRY.payers) == {profile.stem for profile in PROFILES}
    assert set(load().payers).isdisjoint(REGISTRY.payers)


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.title)
def test_a_case_is_answered_as_it_says(trial: Trial) -> None:
    """The rule is evaluated on the claim, and finds what the case expects."""
    decision = decided(trial)
    assert list(trial.differences(decision)) == []
    assert [entry for entry in decision.not_evaluated if entry.rule == trial.rule] == []
    found = {finding.rule for finding in decision.proved_findings}
    assert (trial.rule in found) is trial.name.startswith("rejects: ")


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_accepts_one_claim_and_rejects_one(rule: str) -> None:
    """Each rule has a case of both kinds, and no other."""
    assert sorted(kinds_of(rule)) == ["accepts", "rejects"]


def test_each_rule_has_one_specialty() -> None:
    """Every rule is in the list of specialties once, and none is a function."""
    with (GALLERY / "specialties.csv").open(encoding="utf-8", newline="") as file:
        listed = [row["rule"] for row in csv.DictReader(file)]
    assert sorted(listed) == sorted(rule.id for rule in RULES)
    assert not any(isinstance(rule, Check) for rule in RULES)


def test_the_page_is_up_to_date(tmp_path: Path) -> None:
    """The page in docs/reference is the one that the tool writes, and a changed one is reported."""
    done = _run("--check")
    assert (done.returncode, done.stderr) == (0, "")
    page = tmp_path / "gallery.md"
    assert _run(page).returncode == 0
    page.write_text(page.read_text(encoding="utf-8") + "A sentence.\n", encoding="utf-8")
    done = _run("--check", page)
    assert done.returncode == 1
    assert done.stderr == "gallery.md is out of date. Run tools/make_gallery.py.\n"
