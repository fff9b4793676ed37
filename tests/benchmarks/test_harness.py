"""How long the harness takes; run by its name, as it is not collected.

``pytest tests/benchmarks/test_harness.py``: a thousand scenarios through eight payers, and every
fact of every payer changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from payer_rules.conformance import conform
from payer_rules.conformance.fixtures import Scenario, Suite, read_suite
from payer_rules.conformance.mutation_testing import mutate
from payer_rules.conformance.payer_runner import answers_of_payers
from payer_rules.registry import Registry, load

PAYERS: Final = (
    *("bcbs-il", "il-medicaid", "ma-medicaid", "medicare"),
    *("ny-medicaid", "tricare", "tx-medicaid", "uhc"),
)
SCENARIOS: Final = 1000


@pytest.fixture
def registry() -> Registry:
    """All bundled plugins."""
    return load()


def thousand(registry: Registry) -> Suite:
    """The shipped scenarios again and again, each time of another member and claim."""
    suite = read_suite(registry.case_folders, registry.owners)
    scenarios = tuple(islice(_again(suite.scenarios), SCENARIOS))
    return attrs.evolve(suite, scenarios=scenarios, cases=())


def _again(scenarios: tuple[Scenario, ...]) -> Iterator[Scenario]:
    for number in count():
        for scenario in scenarios:
            claim = attrs.evolve(scenario.filed.claim, id=f"C{number}")
            yield attrs.evolve(
                scenario,
                head=attrs.evolve(scenario.head, name=f"{scenario.head.name} {number}"),
                filed=attrs.evolve(scenario.filed, claim=claim),
            )


def test_a_thousand_scenarios_by_eight_payers(benchmark: Any, registry: Registry) -> None:
    """From claims in memory to decisions: a process a payer, its rule book built in it."""
    suite = thousand(registry)
    jobs = {
        payer: tuple(trial.without_expectation() for trial in suite.trials(payer))
        for payer in PAYERS
    }
    done = benchmark.pedantic(answers_of_payers, (registry, jobs, 60.0), rounds=3)
    assert [len(item.decisions) for item in done.values()] == [SCENARIOS] * len(PAYERS)


def test_the_shipped_suite_by_all_payers(benchmark: Any, registry: Registry) -> None:
    """What ``payer-rules conform`` does: the files read, all scenarios and cases replayed."""
    result = benchmark.pedantic(conform, (registry,), rounds=3)
    assert not result.problems


def test_every_fact_changed(benchmark: Any, registry: Registry) -> None:
    """What ``payer-rules mutate`` does, without the cases that it offers."""
    result = benchmark.pedantic(mutate, (registry,), rounds=1)
    assert result.counted()["noticed"]


def test_the_files_of_a_folder(benchmark: Any, registry: Registry) -> None:
    """The fixtures that travel with the plugins, read."""
    suite = benchmark.pedantic(read_suite, (registry.case_folders, registry.owners), rounds=3)
    assert isinstance(suite.cases[0].file, str | Path)
