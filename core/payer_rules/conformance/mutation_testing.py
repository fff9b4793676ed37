"""Whether the suite would notice a wrong fact: each fact changed, and the suite replayed.

The changes are parted into tasks, which processes share: a rule with all its facts, what an edit
table states of all its rows, or a hundred of its rows. A sample is drawn from the changes of all
tasks, so the tasks are first asked how many they have.
"""

from __future__ import annotations

import os
import random
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from itertools import repeat
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.conformance.edit_mutation_runner import EditMutationRunner, rows_of, tables_of
from payer_rules.conformance.fixtures import Folder, Suite, read_suite
from payer_rules.conformance.mutant_results import ALL_POSITIONS, MutantResult, MutationRun
from payer_rules.conformance.mutation_runner import MutationRunner
from payer_rules.errors import Problem
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rules import EditTable
from payer_rules.system.processes import ProcessPool

#: Is called with a task, and how much of it is done, of how much.
Watch: TypeAlias = Callable[[str, float, float | None], None]
#: How many rows are one task.
_ROWS: Final = 100
#: The seed of every sample: the same changes are drawn while rules and cases stay as they are.
_SEED: Final = 18


@attrs.frozen
class _RuleTask:
    """The facts of one rule, by its position; of the payer itself before the first."""

    payer: str
    at: int

    def count(self) -> int:
        return _runner(self.payer).count(self.at)

    def verdicts(self, chosen: Container[int]) -> list[MutantResult]:
        return list(_runner(self.payer).verdicts(self.at, chosen))


@attrs.frozen
class _TableTask:
    """The facts that an edit table, by its position, states of all its rows."""

    payer: str
    at: int

    def count(self) -> int:
        return _edit_runner(self.payer).count_of_table(self.at)

    def verdicts(self, chosen: Container[int]) -> list[MutantResult]:
        return list(_edit_runner(self.payer).of_table(self.at, chosen))


@attrs.frozen
class _RowsTask:
    """Some rows of an edit table, from the first of them on."""

    payer: str
    at: int
    first: int

    def count(self) -> int:
        return _edit_runner(self.payer).count_of_rows(self.at, self.first, self.first + _ROWS)

    def verdicts(self, chosen: Container[int]) -> list[MutantResult]:
        last = self.first + _ROWS
        return list(_edit_runner(self.payer).of_rows(self.at, self.first, last, chosen))


_Task: TypeAlias = _RuleTask | _TableTask | _RowsTask


def mutate(
    registry: Registry,
    paths: Iterable[Path] = (),
    *,
    payers: Collection[str] = (),
    sample: int | None = None,
    jobs: int | None = None,
    watch: Watch = lambda what, done, of: None,
) -> MutationRun:
    """Change every fact of the payers, or of those named, one at a time, and replay the fixtures.

    The fixtures are those of the plugins, or those at the paths. ``sample`` changes only so many
    facts, drawn from all and the same in every run; ``jobs`` is the number of processes (default:
    one per core). ``watch`` is called with the progress.
    """
    named: list[tuple[str | None, Folder]] = [(None, path) for path in paths]
    suite = read_suite(named or registry.case_folders, registry.owners, payers)
    chosen = tuple(payer for payer in registry.payers if not payers or payer in payers)
    collected = {payer: registry.collect(payer) for payer in chosen}
    problems = [
        *suite.problems,
        *(problem for each in collected.values() for problem in each.problems),
    ]
    tasks = _tasks(registry, suite, collected)
    workers = jobs or os.cpu_count() or 1
    with ProcessPool(workers, _begin, (registry, suite)) as pool:
        total = None
        positions: Iterable[Container[int]] = repeat(ALL_POSITIONS)
        if sample is not None:
            counts = list(pool.map(_count, tasks))
            total = sum(counts)
            tasks, positions = _drawn(tasks, counts, sample)
        verdicts: list[MutantResult] = []
        for at, (found, by_plugins) in enumerate(pool.map(_verdicts, tasks, positions), 1):
            watch("rules and tables changed", at, len(tasks))
            verdicts += found
            problems += by_plugins
    return MutationRun(
        payers=chosen,
        verdicts=tuple(verdicts),
        problems=tuple(dict.fromkeys(problems)),
        sampled_from=total,
    )


def _tasks(
    registry: Registry, suite: Suite, collected: Mapping[str, CollectedRules]
) -> Sequence[_Task]:
    """Return the tasks of all payers, those of rules before those of edit tables.

    A table of a program that binds several payers is changed for those whose sheets ask about it.
    """
    asked = {
        (claim.question.rule.partition("/")[0], claim.question.setting)
        for sheet in suite.sheets
        for claim in sheet.claims
    }
    rules: list[_Task] = [
        _RuleTask(payer, at) for payer, of in collected.items() for at in range(-1, len(of.rules))
    ]
    edits = [
        task
        for payer, of in collected.items()
        for task in _tasks_of_tables(registry, payer, of.tables, asked)
    ]
    return [*rules, *edits]


def _tasks_of_tables(
    registry: Registry, payer: str, tables: Iterable[EditTable], asked: Set[tuple[str, str]]
) -> Iterator[_Task]:
    for at, table in enumerate(tables_of(registry.payers[payer], tables)):
        bound = (p.id for p in registry.payers.values() if p.ncci == table.program)
        answering = {each for each in bound if (each, table.setting) in asked}
        if answering and payer not in answering and not table.is_own:
            continue
        yield _TableTask(payer, at)
        for first in range(0, len(rows_of(table)), _ROWS):
            yield _RowsTask(payer, at, first)


def _drawn(
    tasks: Sequence[_Task], counts: Sequence[int], sample: int
) -> tuple[list[_Task], list[frozenset[int]]]:
    """Return the tasks of which changes were drawn, and the positions of these."""
    total = sum(counts)
    drawn = sorted(random.Random(_SEED).sample(range(total), min(sample, total)))
    chosen: list[_Task] = []
    positions: list[frozenset[int]] = []
    first = 0
    for task, count in zip(tasks, counts, strict=True):
        own = frozenset(at - first for at in drawn if first <= at < first + count)
        if own:
            chosen.append(task)
            positions.append(own)
        first += count
    return chosen, positions


#: What a worker holds: it lives as long as its process.
_WORKER: dict[str, Any] = {}


def _begin(registry: Registry, suite: Suite) -> None:
    _WORKER.update(registry=registry, suite=suite)


def _count(task: _Task) -> int:
    return task.count()


def _verdicts(
    task: _Task, chosen: Container[int]
) -> tuple[list[MutantResult], tuple[Problem, ...]]:
    return task.verdicts(chosen), tuple(_runner(task.payer).problems)


def _edit_runner(payer: str) -> EditMutationRunner:
    key = f"edits of {payer}"
    if key not in _WORKER:
        book = _WORKER["registry"].rulebook(payer)
        _WORKER[key] = EditMutationRunner(book, _WORKER["suite"], _runner(payer))
    runner: EditMutationRunner = _WORKER[key]
    return runner


def _runner(payer: str) -> MutationRunner:
    if payer not in _WORKER:
        _WORKER[payer] = MutationRunner(_WORKER["registry"], payer, _WORKER["suite"])
    runner: MutationRunner = _WORKER[payer]
    return runner
