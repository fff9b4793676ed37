"""The payer by scenario matrix, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Final

from payer_rules.conformance import CaseResult, Cell, Conformance
from payer_rules.reports.data import Data, of_decision, of_fault, plain
from payer_rules.reports.decisions import count_of

#: Characters of the column of scenarios, and of each payer.
_SCENARIO: Final = 38
_PAYER: Final = 15


def lines_of(result: Conformance) -> Iterator[str]:
    """The matrix, then every cell that disagrees or errored spelled out, then the counts."""
    if result.scenarios:
        yield from _table(result)
    for row in result.scenarios:
        for payer, cell in row.cells.items():
            yield from spelled(f"{payer} × {row.name}", row.why, cell)
    for case in result.cases:
        yield from spelled(f"{case.payer} :: {case.name}", case.why, case.cell)
    yield _counts(result)


def _table(result: Conformance) -> Iterator[str]:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="payer × scenario", title_justify="left", pad_edge=False)
    table.add_column("scenario", overflow="fold", width=_SCENARIO)
    for payer in result.payers:
        table.add_column(payer)
    for row in result.scenarios:
        assumed = f" (assuming {', '.join(row.assume)})" if row.assume else ""
        table.add_row(row.name + assumed, *(_cell(row.cells[p]) for p in result.payers))
    out = StringIO()
    width = _SCENARIO + _PAYER * len(result.payers) + _PAYER
    Console(file=out, width=width, highlight=False, color_system=None).print(table)
    yield from (line.rstrip() for line in out.getvalue().splitlines())


def _cell(cell: Cell) -> str:
    if cell.decision is None:
        return cell.word
    outcomes = " ".join(line.outcome for line in cell.decision.lines)
    return f"{cell.word}\n{outcomes}"


def spelled(where: str, why: str, cell: Cell) -> Iterator[str]:
    """What a cell that disagrees or errored says, and why another answer is expected."""
    if cell.word not in ("disagrees", "errored"):
        return
    yield f"{where}: {cell.word}"
    if cell.error:
        yield f"    {cell.error}"
    for difference in cell.differences:
        yield f"    {difference.what}: expected {difference.expected}; got {difference.got}"
    yield f"    because {why}; source {cell.source or 'none stated'}"


def _counts(result: Conformance) -> str:
    cells = Counter(str(cell.word) for row in result.scenarios for cell in row.cells.values())
    cases = Counter(str(case.cell.word) for case in result.cases)
    size = (
        f"{count_of(len(result.payers), 'payer')} × {count_of(len(result.scenarios), 'scenario')}"
    )
    return f"{size}: {_told(cells)}; {count_of(len(result.cases), 'case')}: {_told(cases)}"


def _told(words: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(words.items())) or "none"


def data_of(result: Conformance) -> dict[str, Data]:
    """The whole result for machines."""
    return {
        "payers": plain(result.payers),
        "scenarios": [
            {
                "name": row.name,
                "why": row.why,
                "file": row.file,
                "assume": plain(row.assume),
                "cells": {payer: _of_cell(cell) for payer, cell in row.cells.items()},
            }
            for row in result.scenarios
        ],
        "cases": [_of_case(case) for case in result.cases],
        "faults": [of_fault(fault) for fault in result.faults],
    }


def _of_case(case: CaseResult) -> Data:
    return {
        "name": case.name,
        "why": case.why,
        "file": case.file,
        "payer": case.payer,
        "rule": case.rule,
        "assume": plain(case.assume),
        **_of_cell(case.cell),
    }


def _of_cell(cell: Cell) -> dict[str, Data]:
    return {
        "word": cell.word,
        "source": cell.source,
        "error": cell.error,
        "differences": plain(cell.differences),
        "decision": of_decision(cell.decision) if cell.decision else None,
    }
