"""Whether the suite would notice a wrong fact: each fact changed, and the suite replayed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeAlias

from payer_rules._processes import process_context
from payer_rules.conformance.edit_range import EditRange, rows_of, tables_of
from payer_rules.conformance.fixtures import Folder, Suite, read_suite
from payer_rules.conformance.ranges import Range
from payer_rules.conformance.verdicts import Mutation, Verdict
from payer_rules.registry import Registry
from payer_rules.rules import EditTable

#: A payer and the place of a rule; a payer, the place of a table and that of its first row.
_RuleTask: TypeAlias = tuple[str, int]
_EditTask: TypeAlias = tuple[str, int, int]

#: How many rows are one task.
_ROWS: Final = 100
_STATED: Final = -1


def mutate(
    registry: Registry, paths: Iterable[Path] = (), *, payers: Collection[str] = ()
) -> Mutation:
    """Change every fact of the payers, or of those named, one at a time, and replay the fixtures.

    The fixtures are those of the plugins, or those at the paths.
    """
    given: list[tuple[str | None, Folder]] = [(None, path) for path in paths]
    suite = read_suite(given or registry.case_folders, registry.owners)
    chosen = tuple(payer for payer in registry.payers if not payers or payer in payers)
    return Mutation(
        payers=chosen,
        verdicts=tuple(_side_by_side(registry, suite, chosen)),
        faults=suite.faults,
    )


def _side_by_side(registry: Registry, suite: Suite, payers: Iterable[str]) -> Iterator[Verdict]:
    gathered = {payer: registry.gather(payer) for payer in payers}
    rules = [(payer, at) for payer, of in gathered.items() for at in range(-1, len(of.rules))]
    edits = [
        (payer, *task)
        for payer, of in gathered.items()
        for task in _tasks_of_tables(tables_of(registry.payers[payer], of.tables))
    ]
    with ProcessPoolExecutor(os.cpu_count(), process_context(), _begin, (registry, suite)) as pool:
        done = [pool.map(_verdicts, rules), pool.map(_edit_verdicts, edits)]
        for each in done:
            for verdicts in each:
                yield from verdicts


def _tasks_of_tables(tables: Iterable[EditTable]) -> Iterator[tuple[int, int]]:
    for at, table in enumerate(tables):
        yield at, _STATED
        for first in range(0, len(rows_of(table)), _ROWS):
            yield at, first


#: What a worker holds: it lives as long as its process.
_HELD: dict[str, Any] = {}


def _begin(registry: Registry, suite: Suite) -> None:
    _HELD.update(registry=registry, suite=suite)


def _verdicts(task: _RuleTask) -> list[Verdict]:
    payer, at = task
    return list(_range(payer).verdicts(at))


def _edit_verdicts(task: _EditTask) -> list[Verdict]:
    payer, at, first = task
    key = f"edits of {payer}"
    if key not in _HELD:
        book = _HELD["registry"].rulebook(payer)
        _HELD[key] = EditRange(book, _HELD["suite"], _range(payer))
    found: EditRange = _HELD[key]
    if first == _STATED:
        return list(found.of_table(at))
    return list(found.of_rows(at, first, first + _ROWS))


def _range(payer: str) -> Range:
    if payer not in _HELD:
        _HELD[payer] = Range(_HELD["registry"], payer, _HELD["suite"])
    held: Range = _HELD[payer]
    return held
