"""Mutation of facts: what is changed, who notices it, and the case that would."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from bundled import bundled_registry, bundled_suite

from payer_rules.conformance.case_conversion import comparable
from payer_rules.conformance.case_text import case_text
from payer_rules.conformance.expectations import CaseHead
from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.mutant_results import MutationRun
from payer_rules.conformance.mutants import mutants_of
from payer_rules.conformance.mutation_testing import mutate
from payer_rules.conformance.survivors import cases_against
from payer_rules.conformance.trials import Trial
from payer_rules.registry import Registry, load
from payer_rules.reports.mutation_report import lines_of, untouched_of
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Rule

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
id = "two-a-day"
codes = ["90853"]
limit = 2
counts = "units"
window = "day"
scope = "member"
verified = { to = 2024-12-31 }
adjustment = { group = "CO", carc = "119" }
cites = ["T-1"]
rationale = "Two a day."
"""
CASE: Final = """
rule = "acme/two-a-day"

[[case]]
name = "three"
why = "two a day are paid"
source = "T-1"
history = []
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853x3 2024-08-15"
findings = "deny 1 119"
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The payer acme alone."""
    (tmp_path / "acme.toml").write_text(PROFILE)
    return load(profiles=[tmp_path / "acme.toml"], without=["medicare", "profiles"])


def mutated(registry: Registry, folder: Path, *cases: str) -> MutationRun:
    """The verdicts where these are the cases."""
    for number, case in enumerate(cases):
        (folder / f"{number}.cases.toml").write_text(case)
    return mutate(registry, [folder])


def fates(result: MutationRun) -> dict[tuple[str, str], str]:
    """The fate of each change."""
    return {
        (mutant_result.fact, mutant_result.change): mutant_result.status
        for mutant_result in result.verdicts
    }


def test_a_case_notices_one_side_of_a_limit(registry: Registry, tmp_path: Path) -> None:
    """Three units distinguish two from three, and not two from one."""
    found = fates(mutated(registry, tmp_path, CASE))
    assert found["limit", "2 → 3"] == "noticed"
    assert found["limit", "2 → 1"] == "survived"
    assert found["adjustment.carc", "119 → A1"] == "noticed"
    assert found["outcome", "deny → review"] == "noticed"
    assert found["codes", "without 90853"] == "refused"


def test_the_case_that_is_offered_notices_the_survivor(registry: Registry, tmp_path: Path) -> None:
    """Put into the suite, the cases offered leave no survivor but those without one."""
    first = mutated(registry, tmp_path, CASE)
    offered = dict(cases_against(registry, first))
    lacking = {(v.fact, v.change) for v, case in offered.items() if case is None}
    texts = [case.replace("NAME", f"n{n}") for n, case in enumerate(offered.values()) if case]
    assert texts
    again = fates(mutated(registry, tmp_path, CASE, *texts))
    assert {change for change, status in again.items() if status == "survived"} <= lacking


def test_what_no_case_touches_is_named(registry: Registry, tmp_path: Path) -> None:
    """The side of the date without a claim is untouched, the limit's upper side is not."""
    result = list(untouched_of(mutated(registry, tmp_path, CASE)))
    assert "verified.last (2024-12-31 → 2025-01-01)" in result[0]
    assert "limit (2 → 3)" not in result[0]
    assert result[-1].startswith("1 payer: ")


def test_the_report_ends_with_the_score(registry: Registry, tmp_path: Path) -> None:
    """Each survivor is listed, then how many were detected."""
    result = mutated(registry, tmp_path, CASE)
    lines = list(lines_of(result, {}))
    assert "acme/two-a-day with limit 2 → 1: no case notices it" in lines
    counted = result.counted()
    assert f"{counted['noticed']} of {counted['noticed'] + counted['survived']} (" in lines[-1]


@pytest.mark.parametrize("payer", ["il-medicaid", "ma-medicaid", "bcbs-il", "medicare"])
def test_a_rule_replaced_is_as_a_book_built_anew(payer: str) -> None:
    """The fingerprint and every answer of the suite are those of a book with the other rule."""
    registry = bundled_registry()
    suite = bundled_suite()
    book = registry.rulebook(payer)
    for old in book.rules[:6]:
        for mutant in list(mutants_of(old, ["90853"]))[::5]:
            if not isinstance(mutant.new, Rule):
                continue
            others = [rule for rule in book.rules if rule is not old]
            anew = RuleBook.build(
                book.payer,
                [*others, mutant.new],
                book.tables,
                plugins=book.fingerprint.plugins,
                names=registry.names,
                baseline=registry.baseline,
            )
            replaced = book.replace(old, mutant.new)
            assert replaced.fingerprint == anew.fingerprint
            for trial in list(suite.trials(payer))[::7]:
                claim, history = trial.filed.claim, trial.filed.history
                assert replaced.decide(claim, history) == anew.decide(claim, history)


def head_of(trial: Trial) -> CaseHead:
    """Return the expectation of a case."""
    assert isinstance(trial.expected, CaseHead)
    return trial.expected


def test_a_case_written_out_again_is_the_same(tmp_path: Path) -> None:
    """What a case file holds is what it holds once it was read and written."""
    registry = bundled_registry()
    cases = bundled_suite().cases[::9]
    for number, case in enumerate(cases):
        text = case_text(head_of(case), case.filed.claim, case.filed.history)
        (tmp_path / f"{number:03}.cases.toml").write_text(text, encoding="utf-8")
    again = read_suite([(None, tmp_path)], registry.owners)
    assert again.problems == ()
    assert [comparable(head_of(case)) for case in again.cases] == [
        comparable(head_of(case)) for case in cases
    ]
    assert [case.filed.claim for case in again.cases] == [case.filed.claim for case in cases]
    assert [case.filed.history for case in again.cases] == [case.filed.history for case in cases]
