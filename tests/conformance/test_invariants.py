"""The invariants: what is bundled keeps them, and a plugin wrong on purpose breaks its own."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from bundled import bundled_registry, bundled_suite

from payer_rules.conformance import conform
from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.invariants import INVARIANTS, PayerUnderTest
from payer_rules.registry import load

EMPTY = Suite(cases=(), scenarios=(), problems=())
#: Invariants that a plugin without cases cannot keep.
OF_CASES = {name for name in INVARIANTS if name.startswith("every_rule_has_a_case")}


def broken(subject: PayerUnderTest) -> set[str]:
    """The invariants that are broken, but for those of cases."""
    return {
        name for name, invariant in INVARIANTS.items() if any(True for _ in invariant(subject))
    } - OF_CASES


@pytest.mark.parametrize("payer", bundled_registry().payers)
def test_every_bundled_payer_keeps_every_invariant(payer: str) -> None:
    """No invariant is broken by what ships."""
    subject = PayerUnderTest.of(bundled_registry(), payer, bundled_suite())
    assert {
        name: violations
        for name, invariant in INVARIANTS.items()
        if (violations := list(invariant(subject)))
    } == {}


@pytest.mark.parametrize(
    ("miniature", "invariant"),
    [
        ("answers_by_turns", "same_claim_same_answer"),
        ("changes_the_claim", "claims_are_not_changed"),
        ("depends_on_line_order", "order_of_lines_is_irrelevant"),
        ("peeks_at_the_file_system", "rules_read_only_the_claim"),
        ("stumbles_over_odd_claims", "edge_cases_are_answered"),
    ],
)
def test_a_wrong_plugin_breaks_its_invariant(
    miniature: str, invariant: str, installed: Callable[..., None]
) -> None:
    """The invariant that each miniature is wrong about is reported, and no payer of another plugin's."""
    installed(miniature)
    registry = load()
    assert invariant in broken(PayerUnderTest.of(registry, "acme", EMPTY))
    assert broken(PayerUnderTest.of(registry, "wa-medicaid", EMPTY)) == set()


def test_a_problem_at_load_breaks_its_invariant(installed: Callable[..., None]) -> None:
    """A payer whose profile has a problem does not load without one."""
    installed("faulty_profile")
    violations = list(INVARIANTS["loads_without_fault"](PayerUnderTest.of(load(), "halved", EMPTY)))
    assert any("halved.toml:29: the rule cites no source" in item for item in violations)


@pytest.mark.parametrize(
    "other", ["fails_to_import", "raises_halfway", "rule_of_another_payer", "wrong_house_rule"]
)
def test_another_plugin_breaks_no_invariant_of_a_payer(
    other: str, installed: Callable[..., None]
) -> None:
    """What another plugin does on the same payer, and its problems, are no matter of the payer's invariants."""
    installed("sound")
    alone = broken(PayerUnderTest.of(load(), "acme", EMPTY))
    installed("sound", other)
    assert broken(PayerUnderTest.of(load(), "acme", EMPTY)) == alone == set()


def test_a_rule_for_every_payer_breaks_a_invariant_of_its_own(
    installed: Callable[..., None],
) -> None:
    """A hook that does not look at the payer costs the others; the invariant of its own payer is broken."""
    installed("answers_for_everybody")
    violations = list(INVARIANTS["loads_without_fault"](PayerUnderTest.of(load(), "acme", EMPTY)))
    assert any(
        "'acme/one-per-day' is given for the payer 'wa-medicaid'" in item for item in violations
    )


def test_rules_without_cases_are_reported(installed: Callable[..., None]) -> None:
    """Each rule that no case makes fire, and each that lets nothing through, is named."""
    installed("sound")
    subject = PayerUnderTest.of(load(), "acme", EMPTY)
    result = [
        line.partition(":")[0] for name in sorted(OF_CASES) for line in INVARIANTS[name](subject)
    ]
    assert result == ["acme/needs-95", "acme/one-per-day", "sound-house/one-per-day"] * 2


def test_dates_on_which_no_fixture_stands_are_reported() -> None:
    """The first day of a rule and the day before are named if no fixture has these dates."""
    subject = PayerUnderTest.of(load(), "il-medicaid", EMPTY)
    violations = list(INVARIANTS["every_boundary_date_is_tested"](subject))
    days = {
        "not-by-nurses": ("2022-03-24", "2022-03-25", "2026-11-29", "2026-11-30"),
        "one-per-day": ("2013-01-31", "2013-02-01"),
        "record-names-a-mental-illness": ("2013-01-31", "2013-02-01"),
        "two-per-week": ("2013-01-31", "2013-02-01"),
    }
    assert violations == [
        f"il-medicaid/group-{rule}: no fixture stands on {day}"
        for rule in days
        for day in days[rule]
    ]


def test_a_case_that_disagrees_breaks_a_invariant() -> None:
    """What a case expects is compared, with what the case assumes."""
    registry = bundled_registry()
    suite = bundled_suite()
    subject = PayerUnderTest.of(registry, "il-medicaid", suite)
    trials = [
        attrs.evolve(trial, expected=attrs.evolve(trial.expected, findings=()))
        for trial in subject.trials
        if trial.expected is not None and trial.expected.findings
    ]
    wrong = attrs.evolve(subject, trials=tuple(trials))
    assert len(list(INVARIANTS["every_case_agrees"](wrong))) >= len(trials) > 0


def test_a_plugin_that_sleeps_costs_its_own_cells(installed: Callable[..., None]) -> None:
    """After the time limit its cells are errored, and those of others are there."""
    installed("sleeps")
    result = conform(load(), payers=["acme", "wa-medicaid"], time_limit=2)
    words = {p: {row.cells[p].status for row in result.scenarios} for p in result.payers}
    assert words["acme"] == {"errored"}
    assert "errored" not in words["wa-medicaid"]
