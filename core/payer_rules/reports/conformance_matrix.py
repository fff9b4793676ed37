"""The table of payers and scenarios, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from payer_rules.conformance import (
    ConformanceResult,
    ScenarioResult,
    SheetLineResult,
    SheetResult,
    TrialResult,
)
from payer_rules.reports.data import Data, of_decision, of_problem, plain
from payer_rules.reports.decisions import count_of
from payer_rules.text.escaping import visible

#: Widths of the column of scenarios and of each payer.
_SCENARIO: Final = 38
_PAYER: Final = 15


def lines_of(result: ConformanceResult) -> Iterator[str]:
    """Yield the table, then the details of each cell that disagrees or errored, then the counts.

    A sheet is one line, with those of its claims that do not agree; a broken invariant is one line,
    with the rules that break it.
    """
    rows = [row for row in result.scenarios if _applies(row)]
    if rows:
        yield from _table(result, rows)
    for row in result.scenarios:
        for payer, cell in row.cells.items():
            yield from spelled(f"{payer} × {row.name}", row.why, cell)
    for case in result.cases:
        if case.is_failure:
            yield from spelled(f"{case.trial.title} ({case.trial.place})", case.trial.why, case)
    for sheet in result.sheets:
        yield from lines_of_sheet(sheet)
    for invariant in result.broken_invariants:
        yield f"{invariant.payer}: {invariant.summary}"
        yield from (f"    {message}" for message in invariant.broken)
    yield _counts(result)


def lines_of_sheet(sheet: SheetResult, most: int | None = None) -> Iterator[str]:
    """Yield the number of claims that agree, and at most ``most`` of the others."""
    if not sheet.others:
        yield f"{sheet.file}: {count_of(sheet.claims, 'claim')}: all agree"
        return
    yield f"{sheet.file}: {sheet.agreeing} of {count_of(sheet.claims, 'claim')} agree"
    for each in sheet.others[:most]:
        yield f"    {sheet.file}:{each.line}: {each.name}: {_of_line(each)}"
    left = len(sheet.others[most:]) if most else 0
    if left:
        yield f"    and {left} more"


def _of_line(line: SheetLineResult) -> str:
    differences = [str(difference) for difference in line.differences]
    return f"{line.error or '; '.join(differences)}; source {line.source}"


def _applies(row: ScenarioResult) -> bool:
    """Return True if a rule of any payer in the table speaks of a code of the scenario."""
    return any(cell.status != "not applicable" for cell in row.cells.values())


def _table(result: ConformanceResult, rows: Iterable[ScenarioResult]) -> Iterator[str]:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title="payer × scenario", title_justify="left", pad_edge=False)
    table.add_column("scenario", overflow="fold", width=_SCENARIO)
    for payer in result.payers:
        table.add_column(Text(visible(payer)))
    for row in rows:
        assumed = f" (assuming {', '.join(row.assume)})" if row.assume else ""
        cells = [row.name + assumed, *(_cell(row.cells[payer]) for payer in result.payers)]
        table.add_row(*(Text(visible(cell, keep="\n")) for cell in cells))
    out = StringIO()
    width = _SCENARIO + _PAYER * len(result.payers) + _PAYER
    Console(file=out, width=width, highlight=False, color_system=None).print(table)
    yield from (line.rstrip() for line in out.getvalue().splitlines())


def _cell(cell: TrialResult) -> str:
    if cell.decision is None:
        return cell.status
    outcomes = " ".join(line.outcome for line in cell.decision.lines)
    return f"{cell.status}\n{outcomes}"


def spelled(where: str, why: str, cell: TrialResult) -> Iterator[str]:
    """Yield the details of a cell that disagrees or errored, and the expected answer's reason."""
    if cell.status not in ("disagrees", "errored"):
        return
    yield f"{where}: {cell.status}"
    if cell.error:
        yield f"    {cell.error}"
    for difference in cell.differences:
        yield f"    {difference}"
    yield f"    because {why}; source {cell.source or 'none stated'}"


def _counts(result: ConformanceResult) -> str:
    cells = Counter(str(cell.status) for row in result.scenarios for cell in row.cells.values())
    cases = Counter(str(case.status) for case in result.cases)
    size = (
        f"{count_of(len(result.payers), 'payer')} × {count_of(len(result.scenarios), 'scenario')}"
    )
    left_out = sum(not _applies(row) for row in result.scenarios)
    if left_out:
        size += f" ({count_of(left_out, 'scenario')} left out: no rule speaks of the codes)"
    counts = f"{size}: {_counted(cells)}; {count_of(len(result.cases), 'case')}: {_counted(cases)}"
    if result.sheets:
        claims = Counter(str(status) for sheet in result.sheets for status in sheet.statuses())
        counts += f"; {count_of(claims.total(), 'claim')} of edit sheets: {_counted(claims)}"
    if result.invariants:
        invariants = Counter(
            "broken" if invariant.broken else "hold" for invariant in result.invariants
        )
        counts += (
            f"; {count_of(len(result.invariants), 'invariant')} checked: {_counted(invariants)}"
        )
    return counts


def _counted(statuses: Counter[str]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or "none"


def data_of(result: ConformanceResult) -> dict[str, Data]:
    """Return the whole result as data."""
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
        "sheets": [_of_sheet(sheet) for sheet in result.sheets],
        "invariants": [
            {"payer": each.payer, "invariant": each.invariant, "broken": plain(each.broken)}
            for each in result.invariants
        ],
        "problems": [of_problem(problem) for problem in result.problems],
    }


def _of_sheet(sheet: SheetResult) -> Data:
    return {
        "file": sheet.file,
        "claims": sheet.claims,
        "agreeing": sheet.agreeing,
        "others": [
            {
                "name": each.name,
                "line": each.line,
                "status": each.status,
                "source": each.source,
                "error": each.error,
                "differences": plain(each.differences),
            }
            for each in sheet.others
        ],
    }


def _of_case(case: TrialResult) -> Data:
    trial = case.trial
    return {
        "name": trial.name,
        "why": trial.why,
        "file": trial.file,
        "line": trial.line if case.is_failure else None,
        "payer": trial.payer,
        "rule": trial.rule,
        "assume": plain(tuple(sorted(trial.assume))),
        **_of_cell(case),
    }


def _of_cell(cell: TrialResult) -> dict[str, Data]:
    return {
        "status": cell.status,
        "source": cell.source,
        "error": cell.error,
        "differences": plain(cell.differences),
        "decision": of_decision(cell.decision) if cell.decision else None,
    }
