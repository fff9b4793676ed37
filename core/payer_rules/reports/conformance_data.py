"""A conformance run as data for JSON."""

from __future__ import annotations

from payer_rules.conformance import ConformanceResult, SheetResult, TrialResult
from payer_rules.reports.data import Data, of_decision, of_problem, plain


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
