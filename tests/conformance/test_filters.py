"""Filters of a conformance run: an answer is shown if, and only if, it fits each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest
from invented_payer import profile_of

from payer_rules.conformance import ConformanceResult, ResultFilter, conform
from payer_rules.conformance.fixtures import read_suite
from payer_rules.conformance.manifest import RunOptions
from payer_rules.registry import Registry, load
from payer_rules.reports.conformance_report import lines_of

SCENARIO = """
name = "{name}"
why = "{why}"
history = []

[claim]
id = "C1"
member = {{ id = "M1" }}
billing_provider = {{ npi = "1234567893" }}
lines = [{{ code = "{code}", date = {day} }}, {{ code = "{code}", date = {day} }}]

[expect.alpha]
lines = [{alpha}]
findings = [{finding}]
source = "T-1"

[expect.beta]
lines = ["pay", "pay"]
findings = []
source = "T-1"
"""
DENIED = '{ rule = "alpha/a-day", lines = [2], outcome = "deny" }'


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The payers alpha and beta, which allow one and two sessions a day."""
    for payer, limit in (("alpha", 1), ("beta", 2)):
        (tmp_path / f"{payer}.toml").write_text(profile_of(payer, limit=limit))
    return load(profiles=[tmp_path], without=["medicare", "profiles"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scenarios: the payers differ in that of groups, and agree in that of individuals."""
    cases = tmp_path / "cases"
    cases.mkdir()
    group = SCENARIO.format(
        name="groups",
        why="the limit",
        code="90853",
        day="2024-08-15",
        alpha='"pay", "deny"',
        finding=DENIED,
    )
    individual = SCENARIO.format(
        name="individuals",
        why="no limit",
        code="90834",
        day="2024-08-16",
        alpha='"pay", "pay"',
        finding="",
    )
    (cases / "groups.scenario.toml").write_text(group)
    (cases / "individuals.scenario.toml").write_text(individual)
    return cases


def shown(result: ConformanceResult) -> set[tuple[str, str]]:
    """Return the scenario and the payer of each answer."""
    return {(row.name, payer) for row in result.scenarios for payer in row.cells}


GROUPS = {("groups", "alpha"), ("groups", "beta")}
INDIVIDUALS = {("individuals", "alpha"), ("individuals", "beta")}
EVERY = GROUPS | INDIVIDUALS


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (ResultFilter(), EVERY),
        (ResultFilter(codes=frozenset(["90853"])), GROUPS),
        (ResultFilter(codes=frozenset(["90853", "90834"])), EVERY),
        (ResultFilter(codes=frozenset(["90837"])), set()),
        (ResultFilter(kinds=frozenset(["frequency_limit"])), GROUPS),
        (ResultFilter(kinds=frozenset(["coverage"])), set()),
        (ResultFilter(words=("GROUPS",)), GROUPS),
        (ResultFilter(words=("groups", "no limit")), set()),
        (ResultFilter(words=("alpha/a-day",)), {("groups", "alpha")}),
        (ResultFilter(topics=frozenset(["frequency"])), EVERY),
        (ResultFilter(topics=frozenset(["filing"])), set()),
        (ResultFilter(first=date(2024, 8, 15)), EVERY),
        (ResultFilter(first=date(2024, 8, 16)), INDIVIDUALS),
        (ResultFilter(last=date(2024, 8, 15)), GROUPS),
        (ResultFilter(last=date(2024, 8, 14)), set()),
        (ResultFilter(first=date(2024, 8, 16), last=date(2024, 8, 15)), set()),
        (ResultFilter(differ=True), GROUPS),
        (ResultFilter(differ=True, words=("alpha",)), {("groups", "alpha")}),
    ],
)
def test_an_answer_is_shown_if_it_fits_each_filter(
    registry: Registry, folder: Path, only: ResultFilter, expected: set[tuple[str, str]]
) -> None:
    """Codes, kinds, texts, topics and differences select the answers that fit all of them."""
    result = conform(registry, [folder], only=only)
    assert not result.problems
    assert shown(result) == expected


def test_the_options_of_a_run_have_every_filter() -> None:
    """What selects answers is stated in the manifest of the run, under its option."""
    chosen = RunOptions(
        codes=("90853",),
        kinds=("coverage",),
        words=("w",),
        topics=("filing",),
        first=date(2024, 8, 15),
        last=date(2024, 8, 16),
        differ=True,
    )
    for field in attrs.fields(ResultFilter):
        assert getattr(chosen.filter, field.name) != getattr(ResultFilter(), field.name)
        one = attrs.evolve(RunOptions(), **{field.name: getattr(chosen, field.name)})
        assert len(one.filters) == 1
        assert one.filters[0] in chosen.filters


def test_claims_without_the_code_are_not_asked(registry: Registry, folder: Path) -> None:
    """A filter by code leaves scenarios, cases and edit sheets without the code unasked."""
    suite = read_suite([(None, folder)], registry.owners)
    asked = ResultFilter(codes=frozenset(["90853"])).asked(suite)
    assert [scenario.head.name for scenario in asked.scenarios] == ["groups"]
    assert ResultFilter().asked(suite) is suite


def test_payers_that_differ_are_printed_by_answer(registry: Registry, folder: Path) -> None:
    """Each scenario in which payers differ has a line for each answer, with its payers."""
    result = conform(registry, [folder], only=ResultFilter(differ=True))
    assert list(lines_of(result, by_answer=True))[:4] == [
        "groups",
        "  pay, deny: alpha",
        "  2 × pay: beta",
        "",
    ]
